package kmod

import (
	"context"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/cms"
	"sigtool/internal/patch"
	"sigtool/internal/sigalg"
)

// Sign appends a signature, in place of any that were appended before. The key must be RSA or ECDSA, with its certificate.
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
	payload, signatures, err := payloadSize(src, src.Size())
	if err != nil {
		return nil, fmt.Errorf("%w: a damaged signature is appended: %v", formats.ErrFormat, err)
	}
	if !isModule(src, payload) {
		return nil, fmt.Errorf("%w: not a whole kernel module", formats.ErrFormat)
	}
	sums, err := sigalg.Digest(ctx, src, payload, hash)
	if err != nil {
		return nil, err
	}
	signature, err := cms.SignDigest(req.Key, cert, sums[hash], cms.Options{Hash: hash})
	if err != nil {
		return nil, fmt.Errorf("%w: %v", formats.ErrKey, err)
	}
	insert, err := appendTrailer(signature)
	if err != nil {
		return nil, err
	}
	result := &formats.Result{
		Edits: []patch.Edit{{Offset: payload, Remove: src.Size() - payload, Insert: insert}},
		Notes: notes(req.Key.Public(), hash),
	}
	if signatures > 0 {
		result.Notes = append(result.Notes, fmt.Sprintf("replaced %d signature(s)", signatures))
	}
	return result, nil
}
