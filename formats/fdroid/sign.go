package fdroid

import (
	"context"
	"crypto"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/jarsig"
	"sigtool/internal/patch"
)

// minRSA is the least size of a key that signs; older ones only verify.
const minRSA = 2048

// Sign makes the JAR file of an entry.json or index-v1.json. Before it signs an entry.json it compares the index that this names, which clients
// take on its word. Errors: formats.ErrFormat, formats.ErrKey.
func (Format) Sign(ctx context.Context, src formats.Source, req formats.Request) (*formats.Result, error) {
	if err := checkKey(req.Key.Public()); err != nil {
		return nil, err
	}
	if _, err := req.Certificate(); err != nil {
		return nil, err
	}
	name := sniffIndex(src)
	if name == "" && sniffJAR(src) {
		return nil, fmt.Errorf("%w: this JAR file is made of an index: sign that", formats.ErrFormat)
	}
	var warnings []string
	data, err := readIndex(ctx, src, name)
	switch {
	case err != nil:
		return nil, err
	case name == entryName:
		warnings, err = checkEntry(ctx, data, req.Beside)
	default:
		err = checkIndexV1(data)
	}
	if err != nil {
		return nil, err
	}
	jar, err := makeJAR(ctx, name, data, jarsig.Signer{Name: "CERT", Key: req.Key, Chain: req.Chain, Hash: crypto.SHA256})
	if errors.Is(err, jarsig.ErrKey) {
		err = fmt.Errorf("%w: %v", formats.ErrKey, err)
	}
	if err != nil {
		return nil, err
	}
	return &formats.Result{Sidecars: []formats.Sidecar{{Suffix: suffixJAR, Replaces: suffixJSON, Data: jar}}, Warnings: warnings}, nil
}

// checkKey refuses keys that clients, or fdroidserver, don't take.
func checkKey(pub crypto.PublicKey) error {
	if key, ok := pub.(*rsa.PublicKey); ok {
		if key.N.BitLen() < minRSA {
			return fmt.Errorf("%w: an RSA key of %d bits, less than %d", formats.ErrKey, key.N.BitLen(), minRSA)
		}
		return nil
	}
	if _, err := jarsig.DefaultHash(pub, clientSDK); err != nil {
		return fmt.Errorf("%w: %v", formats.ErrKey, err)
	}
	return nil
}

// readIndex reads the whole index.
func readIndex(ctx context.Context, src formats.Source, name string) ([]byte, error) {
	limit := int64(maxIndex)
	if name == entryName {
		limit = maxEntry
	}
	switch {
	case name == "":
		return nil, fmt.Errorf("%w: neither an %s nor an %s", formats.ErrFormat, entryName, indexV1Name)
	case src.Size() > limit:
		return nil, fmt.Errorf("%w: an %s of more than %d MiB", formats.ErrFormat, name, limit>>20)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	data := make([]byte, src.Size())
	if err := patch.ReadFull(src, data, 0); err != nil {
		return nil, err
	}
	return data, nil
}

// checkEntry refuses an entry.json whose index is not beside it, or another: clients would refuse the repository.
func checkEntry(ctx context.Context, data []byte, open beside) (warnings []string, err error) {
	e, err := parseEntry(data)
	if err != nil {
		return nil, err
	}
	const again = "fdroid update makes both anew"
	found, wrong, err := e.index.compare(ctx, open)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, fmt.Errorf("%w: %s, which it names, is not beside it; %s", formats.ErrFormat, e.index.name, again)
	case wrong != nil:
		return nil, fmt.Errorf("%w: %v; %s", formats.ErrFormat, wrong, again)
	}
	missing := 0
	for _, diff := range e.diffs {
		found, wrong, err := diff.compare(ctx, open)
		switch {
		case err != nil:
			return nil, err
		case wrong != nil:
			return nil, fmt.Errorf("%w: %v; %s", formats.ErrFormat, wrong, again)
		case !found:
			missing++
		}
	}
	if missing > 0 {
		warnings = append(warnings, fmt.Sprintf("%d of the %d files of the folder diff that it names are not there", missing, len(e.diffs)))
	}
	return warnings, nil
}

// checkIndexV1 refuses what no client could read.
func checkIndexV1(data []byte) error {
	var all map[string]present
	if err := json.Unmarshal(data, &all); err != nil {
		return fmt.Errorf("%w: %s: %v", formats.ErrFormat, indexV1Name, err)
	}
	for _, name := range []string{"repo", "apps", "packages"} {
		if !all[name] {
			return fmt.Errorf("%w: %s: it has no %q", formats.ErrFormat, indexV1Name, name)
		}
	}
	return nil
}

// present notes that a value is there, without a copy of it.
type present bool

// UnmarshalJSON is called with whatever the value is.
func (p *present) UnmarshalJSON([]byte) error {
	*p = true
	return nil
}
