package kmod

import (
	"context"
	"crypto"
	"crypto/x509"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/cms"
	"sigtool/internal/patch"
	"sigtool/internal/sigalg"
)

// Sign appends a signature, in place of any that were appended before. The key must be RSA or ECDSA, with its certificate.
// A compressed module is unpacked, signed and packed again in the same way, and replaced as a whole.
func (Format) Sign(ctx context.Context, src formats.Source, req formats.Request) (*formats.Result, error) {
	if err := checkKey(req.Key.Public()); err != nil {
		return nil, err
	}
	cert, err := req.Certificate()
	if err != nil {
		return nil, err
	}
	hash, err := sigalg.ParseHash(req.Options.String(optionHash, defaultHash))
	if err != nil {
		return nil, err
	}
	s := signer{req.Key, cert, hash}
	edit, replaced, err := s.sign(ctx, src)
	if err != nil {
		return nil, err
	}
	result := &formats.Result{Edits: []patch.Edit{edit}, Notes: notes(req.Key.Public(), hash)}
	if replaced > 0 {
		result.Notes = append(result.Notes, replacedNote(replaced))
	}
	return result, nil
}

// signer is a key that has been checked, in its certificate's name.
type signer struct {
	key  crypto.Signer
	cert *x509.Certificate
	hash crypto.Hash
}

// sign returns the one edit that signs src, and how many signatures it takes away.
func (s signer) sign(ctx context.Context, src formats.Source) (edit patch.Edit, replaced int, err error) {
	payload, replaced, err := payloadSize(src, src.Size())
	if err != nil {
		return edit, 0, err
	}
	if c := findCodec(src, payload); c != nil {
		edit, inner, err := s.signPacked(ctx, c, src, payload)
		return edit, replaced + inner, err
	}
	if !isModule(src, payload) {
		return edit, 0, fmt.Errorf("%w: not a whole kernel module", formats.ErrFormat)
	}
	sums, err := sigalg.Digest(ctx, src, payload, s.hash)
	if err != nil {
		return edit, 0, err
	}
	message, err := cms.SignDigest(s.key, s.cert, sums[s.hash], cms.Options{Hash: s.hash})
	if err != nil {
		return edit, 0, fmt.Errorf("%w: %v", formats.ErrKey, err)
	}
	insert, err := appendTrailer(message)
	return patch.Edit{Offset: payload, Remove: src.Size() - payload, Insert: insert}, replaced, err
}

// signPacked signs what the first size bytes of src unpack to. What stands behind them (a signature of the packed file, which no kernel looks at) goes.
func (s signer) signPacked(ctx context.Context, c *codec, src formats.Source, size int64) (edit patch.Edit, replaced int, err error) {
	module, err := c.open(src, size)
	if err != nil {
		return edit, 0, err
	}
	if findCodec(patch.Bytes(module), int64(len(module))) != nil {
		return edit, 0, fmt.Errorf("%w: compressed twice", formats.ErrFormat)
	}
	edit, replaced, err = s.sign(ctx, patch.Bytes(module))
	if err != nil {
		return edit, 0, err
	}
	packed, err := c.pack(append(module[:edit.Offset], edit.Insert...))
	if err != nil {
		return edit, 0, fmt.Errorf("%s: %v", c.name, err)
	}
	return patch.Edit{Remove: src.Size(), Insert: packed}, replaced, nil
}

func replacedNote(signatures int) string {
	if signatures == 1 {
		return "replaced the signature that was there"
	}
	return fmt.Sprintf("replaced the %d signatures that were there", signatures)
}
