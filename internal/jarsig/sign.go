package jarsig

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// createdBy is who says that it made the .SF files.
const createdBy = "1.0 (sigtool)"

// DefaultHash is what apksigner signs with by such a key for platforms from minSDK on. Errors: ErrKey.
func DefaultHash(pub crypto.PublicKey, minSDK int) (crypto.Hash, error) {
	switch pub.(type) {
	case *rsa.PublicKey:
		if minSDK < strengthSDK {
			return crypto.SHA1, nil // all that Android before 4.3 (SDK 18) verifies
		}
		return crypto.SHA256, nil
	case *ecdsa.PublicKey:
		if minSDK < strengthSDK {
			return 0, fmt.Errorf("%w: Android before 4.3 (SDK 18) can't verify ECDSA, and the file says that it runs on SDK %d", ErrKey, minSDK)
		}
		return crypto.SHA256, nil
	}
	_, err := extension(pub)
	return 0, err
}

// extension is what the file with a key's signature ends in.
func extension(pub crypto.PublicKey) (string, error) {
	switch pub := pub.(type) {
	case *rsa.PublicKey:
		return ".RSA", nil
	case *ecdsa.PublicKey:
		if pub.Curve != nil && slices.Contains([]string{"P-256", "P-384", "P-521"}, pub.Params().Name) {
			return ".EC", nil
		}
	}
	return "", fmt.Errorf("%w: JAR signatures are made with RSA and with ECDSA over P-256, P-384 and P-521; Android verifies neither Ed25519 nor secp256k1", ErrKey)
}

// Sign makes the signature files of an archive, whose own signature files (IsSignatureFile) count as not there, in the order in which apksigner
// appends them. Of a manifest that is there the main section is kept. Errors: ErrKey, zipdir.ErrFormat.
func Sign(ctx context.Context, src patch.Source, a *zipdir.Archive, r Request) ([]File, error) {
	return sign(ctx, src, a, r, createdBy)
}

func sign(ctx context.Context, src patch.Source, a *zipdir.Archive, r Request, createdBy string) ([]File, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	h := hasher{src, a, r.Memo}
	entries, before, err := content(h, r.Without)
	if err != nil {
		return nil, err
	}
	tasks := make([]task, len(entries))
	for i, e := range entries {
		tasks[i] = task{entry: e, hashes: []crypto.Hash{r.ManifestHash}}
	}
	if err := h.run(ctx, tasks); err != nil {
		return nil, err
	}
	slices.SortFunc(tasks, func(a, b task) int { return compareNames(readable(a.entry.Name), readable(b.entry.Name)) })
	manifest, sf, err := texts(tasks, before, r, createdBy)
	if err != nil {
		return nil, err
	}
	var files []File
	var failed error // each signer is asked, so that keys that are elsewhere can be gone to once
	for _, s := range r.Signers {
		suffix, err := extension(s.Key.Public())
		if err != nil {
			return nil, err
		}
		block, err := signBlock(s, sf)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("signer %s: %w", s.Name, err))
		}
		files = append(files, File{metaInf + s.Name + ".SF", sf}, File{metaInf + s.Name + suffix, block})
	}
	if failed != nil {
		return nil, failed
	}
	return append(files, File{manifestName, manifest}), nil
}

// content finds the entries to list, in the order they lie in, and reads the manifest that is there.
func content(h hasher, without func(string) bool) (entries []*zipdir.Entry, manifest []byte, err error) {
	seen := make(map[string]bool, len(h.a.Entries))
	for _, i := range h.a.InOrder() {
		e := &h.a.Entries[i]
		name := readable(e.Name)
		switch {
		case name == manifestName && manifest == nil:
			if manifest, err = h.a.ReadAll(h.src, e, limit(h.a)); err != nil {
				return nil, nil, err
			}
		case !listed(name), without != nil && without(e.Name):
			continue
		case strings.ContainsAny(name, "\r\n\x00"):
			return nil, nil, fmt.Errorf("%w: the name %.300q can't stand in a manifest", zipdir.ErrFormat, name)
		default:
			entries = append(entries, e)
		}
		if seen[name] {
			return nil, nil, fmt.Errorf("%w: two entries are called %.300q", zipdir.ErrFormat, name)
		}
		seen[name] = true
	}
	return entries, manifest, nil
}

// texts writes MANIFEST.MF and the .SF file, which is the same for all signers.
func texts(tasks []task, before []byte, r Request, createdBy string) (manifest, sf []byte, err error) {
	version, others, err := mainAttributes(before)
	if err != nil {
		return nil, nil, err
	}
	attributeName := "SHA-256-Digest"
	if r.ManifestHash == crypto.SHA1 {
		attributeName = "SHA1-Digest"
	}
	var mf, sections bytes.Buffer
	writeSection(&mf, attribute{"Manifest-Version", version}, others...)
	for _, t := range tasks {
		name, start := readable(t.entry.Name), mf.Len()
		writeSection(&mf, attribute{"Name", name}, attribute{attributeName, encode(t.sums[r.ManifestHash])})
		writeSection(&sections, attribute{"Name", name}, attribute{attributeName, encode(sum(r.ManifestHash, mf.Bytes()[start:]))})
		if mf.Len() > maxManifest || sections.Len() > maxManifest {
			return nil, nil, fmt.Errorf("%w: its manifest would have more than %d bytes", zipdir.ErrFormat, maxManifest)
		}
	}
	main := []attribute{{"Created-By", createdBy}, {attributeName + "-Manifest", encode(sum(r.ManifestHash, mf.Bytes()))}}
	if len(r.Schemes) > 0 {
		main = append(main, attribute{"X-Android-APK-Signed", strings.Trim(strings.ReplaceAll(fmt.Sprint(r.Schemes), " ", ", "), "[]")})
	}
	var out bytes.Buffer
	writeSection(&out, attribute{"Signature-Version", "1.0"}, main...)
	out.Write(sections.Bytes())
	if out.Len()%1024 == 0 {
		out.WriteString("\r\n") // Android up to 1.6 can't read one of just that size
	}
	return mf.Bytes(), out.Bytes(), nil
}

func sum(h crypto.Hash, data []byte) []byte {
	w := h.New()
	w.Write(data)
	return w.Sum(nil)
}

func (r Request) check() error {
	if len(r.Signers) == 0 || len(r.Signers) > maxSigners {
		return fmt.Errorf("a jar signature has 1 to %d signers, not %d", maxSigners, len(r.Signers))
	}
	if !fit(r.ManifestHash) {
		return errors.New("a manifest is hashed with SHA-1 or SHA-256")
	}
	names := map[string]bool{}
	for _, s := range r.Signers {
		if s.Name == "" || len(s.Name) > 8 || strings.ContainsFunc(s.Name, func(r rune) bool {
			return !('A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '-')
		}) {
			return fmt.Errorf("%.300q can't be the name of a signer's files: 1 to 8 of A-Z, 0-9, _ and -", s.Name)
		}
		if names[s.Name] {
			return fmt.Errorf("two signers' files are called %s", s.Name)
		}
		names[s.Name] = true
		pub := s.Key.Public()
		if _, err := extension(pub); err != nil {
			return err
		}
		if key, ok := pub.(interface{ Equal(crypto.PublicKey) bool }); len(s.Chain) == 0 || ok && !key.Equal(s.Chain[0].PublicKey) {
			return fmt.Errorf("%w: signer %s needs the certificate of its key", ErrKey, s.Name)
		}
		if !fit(s.Hash) {
			return fmt.Errorf("signer %s signs with SHA-1 or SHA-256", s.Name)
		}
	}
	return nil
}

func fit(h crypto.Hash) bool { return h == crypto.SHA1 || h == crypto.SHA256 }
