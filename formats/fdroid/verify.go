package fdroid

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"sigtool/formats"
	"sigtool/internal/jarsig"
	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// Verify verifies a JAR file, or the one beside an index, which has the index's name, and then has to carry just that index. The index that a signed
// entry.json names must be the one beside it, where there is one. Errors: formats.ErrUnsigned, formats.ErrFormat.
func (Format) Verify(ctx context.Context, src formats.Source, keys formats.Keys) ([]formats.Signature, error) {
	name := sniffIndex(src)
	if name == "" {
		return verifyJAR(ctx, src, keys.Beside, "", nil)
	}
	var jar []byte
	if keys.Sidecar != nil {
		var err error
		if jar, err = keys.Sidecar(suffixJAR, suffixJSON, maxJAR); err != nil {
			return nil, err
		}
	}
	if jar == nil {
		return nil, fmt.Errorf("%w: no %s file of the same name is beside it", formats.ErrUnsigned, suffixJAR)
	}
	return verifyJAR(ctx, patch.Bytes(jar), keys.Beside, name, src)
}

// verifyJAR verifies a JAR file. index is what it has to carry, as the entry of that name; nil for whatever it does.
func verifyJAR(ctx context.Context, src formats.Source, open beside, name string, index formats.Source) ([]formats.Signature, error) {
	a, err := zipdir.Read(src)
	if err != nil {
		return nil, unreadable(err)
	}
	if !startsWithZIP(src) {
		return nil, fmt.Errorf("%w: there is something before the archive, which nobody signed", formats.ErrFormat)
	}
	content := indexOf(a)
	if content == nil {
		return nil, fmt.Errorf("%w: not a JAR file with one index of a repository and nothing else", formats.ErrFormat)
	}
	if !slices.ContainsFunc(a.Entries, func(e zipdir.Entry) bool { return jarsig.IsSignatureFile(e.Name) }) {
		return nil, formats.ErrUnsigned
	}
	signature := formats.Signature{Scheme: "jar", Covers: content.Name, ByCert: true}
	if err := judge(ctx, src, a, &signature); err != nil {
		return nil, err
	}
	if signature.Err == nil && index != nil {
		signature.Err, err = sameContent(src, a, content, name, index)
	}
	if err == nil && signature.Err == nil && content.Name == entryName {
		err = followEntry(ctx, src, a, content, open, &signature)
	}
	if err != nil {
		return nil, unreadable(err)
	}
	return []formats.Signature{signature}, nil
}

// unreadable is what is wrong with an archive, or with the reading of it.
func unreadable(err error) error {
	if errors.Is(err, zipdir.ErrFormat) {
		return fmt.Errorf("%w: %v", formats.ErrFormat, err)
	}
	return err
}

// sameContent says whether the signed index is the one at hand.
func sameContent(src formats.Source, a *zipdir.Archive, content *zipdir.Entry, name string, index formats.Source) (wrong, err error) {
	other := fmt.Errorf("%w: the %s that is signed is another", formats.ErrMismatch, content.Name)
	if content.Name != name || content.Size != index.Size() {
		return other, nil
	}
	in, err := a.Open(src, content)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	signed, plain := make([]byte, 32<<10), make([]byte, 32<<10)
	for at := int64(0); at < index.Size(); {
		n := int(min(int64(len(plain)), index.Size()-at))
		if _, err := io.ReadFull(in, signed[:n]); err != nil {
			return nil, err
		}
		if err := patch.ReadFull(index, plain[:n], at); err != nil {
			return nil, err
		}
		if !bytes.Equal(signed[:n], plain[:n]) {
			return other, nil
		}
		at += int64(n)
	}
	return nil, nil
}

// followEntry compares the index that a signed entry.json names.
func followEntry(ctx context.Context, src formats.Source, a *zipdir.Archive, content *zipdir.Entry, open beside, signature *formats.Signature) error {
	data, err := a.ReadAll(src, content, maxEntry)
	if err != nil {
		return err
	}
	e, err := parseEntry(data)
	if err != nil {
		return err
	}
	found, wrong, err := e.index.compare(ctx, open)
	switch {
	case err != nil:
		return err
	case !found:
		signature.Notes = append(signature.Notes, e.index.name+" is not beside it and was not compared")
	case wrong != nil:
		signature.Err = fmt.Errorf("%w: %v", formats.ErrMismatch, wrong)
	default:
		signature.Covers += " and, by its hash, " + e.index.name
	}
	return nil
}

// startsWithZIP tells whether nothing stands before the first entry.
func startsWithZIP(src formats.Source) bool {
	var magic [4]byte
	_, err := src.ReadAt(magic[:], 0)
	return err == nil && string(magic[:]) == "PK\x03\x04"
}
