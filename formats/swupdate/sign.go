package swupdate

import (
	"bytes"
	"context"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/swupdate/swdesc"
	"sigtool/internal/patch"
)

// Sign puts sw-description.sig into a package, or in place of the one there with req.Force; or beside a bare sw-description. Each image must
// have its hash in sw-description; with --fill-hashes those that have none get it. That the hashes are the images' is for Verify to see:
// only with --fill-hashes are the images read here.
func (Format) Sign(ctx context.Context, src formats.Source, req formats.Request) (*formats.Result, error) {
	s, err := newSigner(req)
	if err != nil {
		return nil, err
	}
	p, err := open(ctx, src)
	if err != nil {
		return nil, err
	}
	if p.signature != nil && !req.Force {
		return nil, refuse("already-signed", "the package is signed").Advise("-f replaces the signature")
	}
	text, err := p.complete(ctx, req)
	if err != nil {
		return nil, err
	}
	sig, err := s.sign(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", formats.ErrKey, err)
	}
	result := &formats.Result{Notes: s.notes(), Warnings: s.warnings()}
	if p.archive == nil {
		result.Sidecars = []formats.Sidecar{{Suffix: suffix, Data: sig}}
		if !bytes.Equal(text, p.text) {
			result.Edits = []patch.Edit{{Remove: src.Size(), Insert: text}}
		}
		return result, nil
	}
	result.Edits = p.edits(text, sig)
	return result, nil
}

// edits are those that give the package this description and this signature.
func (p *pack) edits(text, sig []byte) []patch.Edit {
	var edits []patch.Edit
	if !bytes.Equal(text, p.text) {
		edits = append(edits, p.archive.Replace(p.description, text))
	}
	if p.signature != nil {
		edits = append(edits, p.archive.Replace(*p.signature, sig))
	} else {
		edits = append(edits, p.archive.InsertAfter(p.description, signatureName, sig))
	}
	return p.withTail(edits)
}

// withTail adds what keeps the archive's blocks whole.
func (p *pack) withTail(edits []patch.Edit) []patch.Edit {
	grown := int64(0)
	for _, edit := range edits {
		grown += int64(len(edit.Insert)) - edit.Remove
	}
	return append(edits, p.archive.Tail(grown)...)
}

// complete returns the description that is to be signed, with all hashes in it.
func (p *pack) complete(ctx context.Context, req formats.Request) ([]byte, error) {
	entries, err := images(p.text)
	if err == nil && p.archive != nil {
		err = p.checkMembers(entries)
	}
	if err != nil {
		return nil, err
	}
	if !req.Options.Bool(optionFill) {
		return p.text, checkHashes(entries)
	}
	var sums map[string][32]byte
	if p.archive != nil {
		sums, err = p.sums(ctx, req.Memo)
	} else {
		sums, err = sumsBeside(ctx, entries, req)
	}
	if err != nil {
		return nil, err
	}
	text, err := swdesc.FillHashes(p.text, sums)
	if err != nil {
		return nil, err
	}
	if entries, err = images(text); err == nil {
		err = checkHashes(entries)
	}
	if err == nil {
		err = checkImages(entries, sums)
	}
	return text, err
}

// sumsBeside reads the images that stand beside a bare sw-description.
func sumsBeside(ctx context.Context, entries []swdesc.Entry, req formats.Request) (map[string][32]byte, error) {
	sums := map[string][32]byte{}
	for _, entry := range entries {
		if _, known := sums[entry.Filename]; known {
			continue
		}
		sum, err := sumBeside(ctx, entry.Filename, req)
		if err != nil {
			return nil, err
		}
		sums[entry.Filename] = sum
	}
	return sums, nil
}
