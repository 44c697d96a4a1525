package raw

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"

	"sigtool/formats"
	"sigtool/internal/cms"
	"sigtool/internal/sigalg"
)

// Verify checks the signature given as an option, or else each one that stands beside the source. A .sig is checked with
// the keys given under the hash given; a CMS message with the certificate that it carries, or those given. Errors: ErrUnsigned, and
// ErrFormat for content that a signature of something else would pass for.
func (Format) Verify(ctx context.Context, src formats.Source, keys formats.Keys) ([]formats.Signature, error) {
	var found []formats.Signature
	if err := unambiguous(src); err != nil {
		return nil, err
	}
	add := func(data []byte, isCMS bool) error {
		check := verifyPlain
		if isCMS {
			check = verifyCMS
		}
		sigs, err := check(ctx, src, keys, data)
		found = append(found, sigs...)
		return err
	}
	if data := keys.Options.Bytes(optionSignature); data != nil {
		err := add(data, cms.Looks(data))
		return found, err
	}
	for _, suffix := range []string{suffixSig, suffixCMS} {
		if keys.Sidecar == nil {
			break
		}
		data, err := keys.Sidecar(suffix, "", cms.MaxSize)
		if err != nil {
			return nil, err
		}
		if data == nil {
			continue
		}
		if err := add(data, suffix == suffixCMS); err != nil {
			return nil, err
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%w: neither %s nor %s is beside the file", formats.ErrUnsigned, suffixSig, suffixCMS)
	}
	return found, nil
}

func verifyPlain(ctx context.Context, src formats.Source, keys formats.Keys, data []byte) ([]formats.Signature, error) {
	hash, err := hashOption(keys.Options)
	if err != nil {
		return nil, err
	}
	sig := formats.Signature{Scheme: "detached", Covers: "the whole file"}
	candidates := keys.Public
	for _, cert := range keys.Certs {
		candidates = append(candidates[:len(candidates):len(candidates)], cert.PublicKey)
	}
	if len(candidates) == 0 {
		sig.Err = fmt.Errorf("%w: a %s file carries none, so one must be given", formats.ErrNoKey, suffixSig)
		return []formats.Signature{sig}, nil
	}
	if candidates = slices.DeleteFunc(slices.Clone(candidates), unsuited); len(candidates) == 0 {
		sig.Err = fmt.Errorf("%w: %s files are made by RSA, ECDSA and Ed25519 keys alone", formats.ErrNoKey, suffixSig)
		return []formats.Signature{sig}, nil
	}
	encoding := keys.Options.String(optionEncoding, encodingDER)
	able := slices.DeleteFunc(slices.Clone(candidates), func(pub crypto.PublicKey) bool { return encodable(pub, encoding) != nil })
	if len(able) == 0 {
		return nil, encodable(candidates[0], encoding)
	}
	sums, err := sigalg.Digest(ctx, src, src.Size(), hash)
	if err != nil {
		return nil, err
	}
	for _, pub := range able {
		good, err := matches(src, pub, hash, sums[hash], encoding, data)
		if err != nil {
			return nil, err
		}
		if good {
			sig.Key, sig.Alg, sig.Cert = pub, sigalg.Name(pub, hash), certificateOf(pub, keys.Certs)
			return []formats.Signature{sig}, nil
		}
	}
	sig.Err = fmt.Errorf("%w with the key given: the file was changed, or another key or hash than %s was used%s",
		formats.ErrMismatch, sigalg.HashName(hash), looksLike(able[0], encoding, data))
	return []formats.Signature{sig}, nil
}

// matches tells whether data, in that encoding, is the key's signature over the source, whose digest is given. The error is the source's.
func matches(src formats.Source, pub crypto.PublicKey, hash crypto.Hash, digest []byte, encoding string, data []byte) (bool, error) {
	sig, err := decode(pub, encoding, data)
	if err != nil {
		return false, nil // what can't be read as a signature matches nothing
	}
	if !isEd25519(pub) {
		return sigalg.Verify(pub, hash, digest, sig) == nil, nil
	}
	msg, err := message(src)
	if err != nil {
		return false, err
	}
	return sigalg.VerifyMessage(pub, hash, msg, sig) == nil, nil
}

func certificateOf(pub crypto.PublicKey, certs []*x509.Certificate) *x509.Certificate {
	for _, cert := range certs {
		if formats.SameKey(pub, cert.PublicKey) {
			return cert
		}
	}
	return nil
}

func verifyCMS(ctx context.Context, src formats.Source, keys formats.Keys, data []byte) ([]formats.Signature, error) {
	damaged := func(err error) ([]formats.Signature, error) {
		return []formats.Signature{{Scheme: "cms", Err: fmt.Errorf("%w: %v", formats.ErrMismatch, err)}}, nil
	}
	signed, err := cms.Parse(data)
	if err != nil {
		return damaged(err)
	}
	if !signed.Detached || !signed.ContentType.Equal(cms.OIDData) {
		return damaged(errors.New("it is not a detached signature of plain data"))
	}
	sums, err := sigalg.Digest(ctx, src, src.Size(), signed.Hashes()...)
	if err != nil {
		return nil, err
	}
	certs := slices.Concat(signed.Certs, keys.Certs)
	var found []formats.Signature
	for _, s := range signed.Signers {
		sig := formats.Signature{Scheme: "cms", Signer: s.String(), Covers: "the whole file", Chain: signed.Certs}
		sig.Key, sig.Cert, sig.Err = s.Find(sums[s.Hash], certs, keys.Public)
		if sig.Key != nil {
			sig.Alg = sigalg.Name(sig.Key, s.Hash)
		}
		found = append(found, sig)
	}
	return found, nil
}
