package kmod

import (
	"context"
	"errors"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/cms"
	"sigtool/internal/patch"
	"sigtool/internal/sigalg"
)

// Verify checks the outermost signature, as a kernel does: a signature inside what is signed is content. A module carries no
// key, only its signer's issuer and serial number, so keys.Certs and keys.Public are tried. A certificate is held to its name:
// a signature by its key in another name is a mismatch, for a kernel would not find it. A public key has no name; a
// signature that it did not make may be another's, or of other content, and is reported as a mismatch.
//
// A signature that matches is not enough: detached signatures of other files look the same, so what is signed must be a module.
// A damaged signature behind an intact magic is a signature that does not match, not a file without one. Only ErrUnsigned
// and ErrFormat come as an error.
func (Format) Verify(ctx context.Context, src formats.Source, keys formats.Keys) ([]formats.Signature, error) {
	size := src.Size()
	t, err := readTrailer(src, size)
	if err != nil {
		return damaged(err), nil
	}
	if t != nil {
		size = t.payload
	}
	c := findCodec(src, size)
	switch {
	case c != nil && t != nil:
		return damaged(errors.New("the signature stands behind a compressed file, where no kernel looks for it")), nil
	case c != nil:
		module, err := c.open(src, size)
		if err != nil {
			return nil, err
		}
		if t, err = readTrailer(patch.Bytes(module), int64(len(module))); err != nil {
			return damaged(err), nil
		}
		return verify(ctx, patch.Bytes(module), t, keys, " of the unpacked module")
	}
	return verify(ctx, src, t, keys, "")
}

// damaged reports a signature that is there but can't match.
func damaged(err error) []formats.Signature {
	return []formats.Signature{{Scheme: scheme, Err: fmt.Errorf("%w: %v", formats.ErrMismatch, err)}}
}

// verify checks the signature of a module that is not packed.
func verify(ctx context.Context, src formats.Source, t *trailer, keys formats.Keys, of string) ([]formats.Signature, error) {
	if t == nil {
		if !isModule(src, src.Size()) {
			return nil, fmt.Errorf("%w: not a whole kernel module", formats.ErrFormat)
		}
		return nil, formats.ErrUnsigned
	}
	signed, err := readSignature(src, t)
	if err != nil {
		return damaged(err), nil
	}
	sums, err := sigalg.Digest(ctx, src, t.payload, signed.Hashes()...)
	if err != nil {
		return nil, err
	}
	var found []formats.Signature
	for _, s := range signed.Signers {
		sig := formats.Signature{Scheme: scheme, Signer: s.String(), Covers: fmt.Sprintf("bytes 0-%d%s", t.payload-1, of)}
		sig.Key, sig.Cert, sig.Err = s.Find(sums[s.Hash], keys.Certs, keys.Public)
		if sig.Key != nil {
			sig.Alg = sigalg.Name(sig.Key, s.Hash)
		}
		if sig.Err == nil && !isModule(src, t.payload) {
			sig.Err = fmt.Errorf("%w: what is signed is no kernel module", formats.ErrMismatch)
		}
		found = append(found, sig)
	}
	return found, nil
}

// readSignature parses the trailer's CMS message and holds it to what a kernel's verify_pkcs7_signature takes for modules.
func readSignature(src formats.Source, t *trailer) (*cms.SignedData, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	if t.sigLen > cms.MaxSize {
		return nil, fmt.Errorf("a signature of %d bytes", t.sigLen)
	}
	der := make([]byte, t.sigLen)
	if !readFull(src, der, t.payload) {
		return nil, errors.New("the signature can't be read")
	}
	signed, err := cms.Parse(der)
	if err != nil {
		return nil, err
	}
	if !signed.ContentType.Equal(cms.OIDData) {
		return nil, errors.New("the signature is over another type of content than plain data")
	}
	if !signed.Detached {
		return nil, errors.New("the signature carries its content along, which kernels refuse")
	}
	for _, s := range signed.Signers {
		if s.Attributes != nil {
			return nil, errors.New("the signature has signed attributes, which kernels refuse")
		}
	}
	return signed, nil
}
