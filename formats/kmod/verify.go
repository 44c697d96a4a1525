package kmod

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"

	"sigtool/formats"
	"sigtool/internal/cms"
	"sigtool/internal/patch"
	"sigtool/internal/sigalg"
)

// Verify checks the outermost signature, as a kernel does: a signature inside what is signed is content. A module carries as a rule no
// key, only its signer's issuer and serial number, so keys.Certs and keys.Public are tried. A certificate is held to its name:
// a signature by its key in another name is a mismatch, for a kernel would not find it. A public key has no name; a
// signature that it did not make may be another's, or of other content, and is reported as a mismatch.
//
// A signature that matches is not enough: detached signatures of other files look the same, so what is signed must be a module.
// A damaged signature behind an intact magic is a signature that does not match, not a file without one. Only ErrUnsigned
// and ErrFormat come as an error.
func (Format) Verify(ctx context.Context, src formats.Source, keys formats.Keys) ([]formats.Signature, error) {
	if keys.Options.Bool(optionP7S) {
		return verifyP7S(ctx, src, keys)
	}
	size := src.Size()
	t, err := readTrailer(src, size)
	if err != nil {
		return damaged(tooLong(err)), nil
	}
	if t != nil {
		size = t.payload
	}
	c := findCodec(src, size)
	switch {
	case c != nil && t != nil:
		return damaged(refuse("signed-packed", "", "the signature stands behind a compressed file, where no kernel looks for it").
			Advise("sigtool sign kmod unpacks the module, signs it and packs it again")), nil
	case c != nil:
		module, err := c.open(src, size)
		if err != nil {
			return nil, err
		}
		if t, err = readTrailer(patch.Bytes(module), int64(len(module))); err != nil {
			return damaged(tooLong(err)), nil
		}
		return verify(ctx, patch.Bytes(module), t, keys, " of the unpacked module")
	}
	return verify(ctx, src, t, keys, "")
}

// damaged reports a signature that is there but can't match.
func damaged(err error) []formats.Signature {
	return []formats.Signature{{Scheme: scheme, Err: err}}
}

func tooLong(err error) error { return refuse("signature-length", "", "%v", err) }

// verify checks the signature of a module that is not packed.
func verify(ctx context.Context, src formats.Source, t *trailer, keys formats.Keys, of string) ([]formats.Signature, error) {
	if t == nil {
		if !isModule(src, src.Size()) {
			return nil, fmt.Errorf("%w: not a whole kernel module", formats.ErrFormat)
		}
		return nil, unsignedBeside(unsigned(src, src.Size()), keys)
	}
	if err := t.check(); err != nil {
		return damaged(err), nil
	}
	message := make([]byte, t.sigLen)
	if !readFull(src, message, t.payload) {
		return nil, errors.New("the signature can't be read")
	}
	return verifyMessage(ctx, src, t.payload, message, keys, of)
}

// verifyMessage checks a CMS message over the first size bytes of src.
func verifyMessage(ctx context.Context, src formats.Source, size int64, message []byte, keys formats.Keys, of string) ([]formats.Signature, error) {
	signed, err := parse(message)
	if err != nil {
		return damaged(err), nil
	}
	if err := useContent(ctx, signed, src, size); err != nil {
		return nil, err
	}
	sums, err := sigalg.Digest(ctx, src, size, signed.Hashes()...)
	if err != nil {
		return nil, err
	}
	found := find(signed, sums, keys)
	for i := range found {
		sig := &found[i]
		sig.Covers = fmt.Sprintf("bytes 0-%d%s", size-1, of)
		if sig.Err == nil {
			sig.Err = checkFound(sig.Key)
		}
		if sig.Err == nil && !isModule(src, size) {
			sig.Err = refuse("not-a-module", "", "what is signed is no kernel module")
		}
	}
	return found, nil
}

// find looks for each signer's key among those given and those that the message brings. Kernels take a message that one signer of theirs
// signed, if none of the others that they know, or whose certificate comes along, turns out not to have (pkcs7_verify, pkcs7_validate_trust).
func find(signed *cms.SignedData, sums map[crypto.Hash][]byte, keys formats.Keys) []formats.Signature {
	found := make([]formats.Signature, len(signed.Signers))
	for i := range signed.Signers {
		found[i] = findOne(signed, i, sums, keys)
	}
	if len(found) == 1 {
		return found
	}
	// A public key that made one of the signatures is nobody else's.
	others := keys
	others.Public = slices.DeleteFunc(slices.Clone(keys.Public), func(key crypto.PublicKey) bool {
		return slices.ContainsFunc(found, func(sig formats.Signature) bool { return sig.Err == nil && formats.SameKey(sig.Key, key) })
	})
	for i := range found {
		if found[i].Err != nil {
			found[i] = findOne(signed, i, sums, others)
		}
	}
	return found
}

func findOne(signed *cms.SignedData, i int, sums map[crypto.Hash][]byte, keys formats.Keys) formats.Signature {
	s := &signed.Signers[i]
	sig := formats.Signature{Scheme: scheme, Signer: s.String(), Chain: signed.Certs,
		Properties: []formats.Property{{Name: "hash", Value: sigalg.HashName(s.Hash)}}}
	own, certs := embedded(s, signed), keys.Certs
	if own != nil {
		certs = append(slices.Clone(certs), own)
	}
	sig.Key, sig.Cert, sig.Err = s.Find(sums[s.Hash], certs, keys.Public)
	if own != nil && sig.Cert == own && slices.ContainsFunc(keys.Certs, func(cert *x509.Certificate) bool { return formats.SameKey(cert.PublicKey, own.PublicKey) }) {
		// The key given, in another name than the certificate given: a kernel looks for that name in its keyrings, and does not find it.
		sig.Key, sig.Cert, sig.Err = s.Find(sums[s.Hash], keys.Certs, nil)
	}
	if sig.Key != nil {
		sig.Alg = sigalg.Name(sig.Key, s.Hash)
	}
	if kindMLDSA(s.Kind) {
		describeMLDSA(&sig, s)
	}
	if sig.Err == nil && own != nil && s.Verify(own.PublicKey, sums[s.Hash]) != nil {
		sig.Err = refuse("embedded-certificate", "", "the signature is not by the certificate of its name that it brings along")
	}
	return sig
}

// embedded is the certificate of a signer's name that the message brings, or nil. A kernel holds the signature to it before it looks into its keyrings,
// and goes by issuer and serial number alone (pkcs7_find_key).
func embedded(s *cms.SignerInfo, signed *cms.SignedData) *x509.Certificate {
	for _, cert := range signed.Certs {
		if s.KeyID == nil && s.Names(cert) {
			return cert
		}
	}
	return nil
}
