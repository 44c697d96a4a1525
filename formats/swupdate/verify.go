package swupdate

import (
	"context"
	"fmt"

	"sigtool/formats"
)

// Verify checks the signature over sw-description, and then, as nothing else vouches for it, what that says: each image by its SHA-256, and
// that there is nothing else in the package. What no signature that matches covers is not looked at. A bare sw-description is checked
// alone, without the images. Errors: ErrUnsigned, and ErrFormat for a package that swupdate would refuse whoever signed it.
func (Format) Verify(ctx context.Context, src formats.Source, keys formats.Keys) ([]formats.Signature, error) {
	p, err := open(ctx, src)
	if err != nil {
		return nil, err
	}
	sig, err := p.signatureOf(keys)
	if err != nil {
		return nil, err
	}
	found := checkSignature(p.text, sig, keys)
	if !anyGood(found) {
		return found, nil
	}
	covers, wrong, err := p.checkContent(ctx, keys)
	if err != nil {
		return nil, err
	}
	for i := range found {
		found[i].Covers = covers
		if found[i].Err == nil {
			found[i].Err = wrong
		}
		if p.archive == nil {
			found[i].Notes = append(found[i].Notes, "the images were not looked at: they are no part of a bare "+descriptionName)
		}
	}
	return found, nil
}

func anyGood(found []formats.Signature) bool {
	for _, s := range found {
		if s.Err == nil {
			return true
		}
	}
	return false
}

// checkContent looks at what a signature vouches for. Wrong is what does not match; err is a package that swupdate can't take at all.
func (p *pack) checkContent(ctx context.Context, keys formats.Keys) (covers string, wrong, err error) {
	entries, err := images(p.text)
	if err != nil {
		return "", nil, err
	}
	if err := checkHashes(entries); err != nil || p.archive == nil {
		return "the whole file", nil, err
	}
	if err := p.checkMembers(entries); err != nil {
		return "", nil, err
	}
	sums, err := p.sums(ctx, keys.Memo)
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("%s, and with it %d images by their sha256", descriptionName, len(sums)), checkImages(entries, sums), nil
}
