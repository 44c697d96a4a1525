package fdroid

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sigtool/formats"
	"sigtool/internal/jarsig"
	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// Verify verifies a JAR file, or the one beside an index, which then has to carry just that index. The index that a signed entry.json names must be
// the one beside it, where there is one. Errors: formats.ErrUnsigned, formats.ErrFormat.
func (Format) Verify(ctx context.Context, src formats.Source, keys formats.Keys) ([]formats.Signature, error) {
	name := sniffIndex(src)
	if name == "" {
		return verifyJAR(ctx, src, keys.Beside, nil)
	}
	jarName := strings.TrimSuffix(name, suffixJSON) + suffixJAR
	jar, closeJAR, err := findJAR(keys, jarName)
	if err != nil {
		return nil, err
	}
	if jar == nil {
		return nil, fmt.Errorf("%w: there is no %s beside it", formats.ErrUnsigned, jarName)
	}
	defer closeJAR()
	return verifyJAR(ctx, jar, keys.Beside, src)
}

// findJAR opens the JAR file of an index: the one that is about to be written, or the one in the index's folder.
func findJAR(keys formats.Keys, name string) (jar formats.Source, done func() error, err error) {
	if keys.Sidecar != nil {
		data, err := keys.Sidecar(suffixJAR, maxJAR)
		if err != nil {
			return nil, nil, err
		}
		if data != nil {
			return patch.Bytes(data), func() error { return nil }, nil
		}
	}
	if keys.Beside == nil {
		return nil, nil, nil
	}
	file, err := keys.Beside(name)
	if err != nil || file == nil {
		return nil, nil, err
	}
	return file, file.Close, nil
}

// verifyJAR verifies a JAR file. index is what it has to carry, or nil for whatever it does.
func verifyJAR(ctx context.Context, src formats.Source, open beside, index formats.Source) ([]formats.Signature, error) {
	a, err := zipdir.Read(src)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", formats.ErrFormat, err)
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
		signature.Err, err = sameContent(src, a, content, index)
	}
	if err == nil && signature.Err == nil && content.Name == entryName {
		err = followEntry(ctx, src, a, content, open, &signature)
	}
	if errors.Is(err, zipdir.ErrFormat) {
		err = fmt.Errorf("%w: %v", formats.ErrFormat, err)
	}
	if err != nil {
		return nil, err
	}
	return []formats.Signature{signature}, nil
}

// sameContent says whether the signed index is the one at hand.
func sameContent(src formats.Source, a *zipdir.Archive, content *zipdir.Entry, index formats.Source) (wrong, err error) {
	other := fmt.Errorf("%w: the %s that is signed is another", formats.ErrMismatch, content.Name)
	if content.Size != index.Size() {
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
