package sigblock

import (
	"crypto"
	"crypto/rsa"
	"errors"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/lp"
	"sigtool/internal/laxcert"
	"sigtool/internal/sigalg"
)

// record is a signer as it stands.
type record struct {
	signed      lp.Bytes
	first, last uint32 // platforms; v3 and v3.1
	list        lp.Bytes
	signatures  []entry // from list
	spki        lp.Bytes
}

// signer reads and checks one signer, in apksig's order, and notes in s what is wrong. The error says that it can't be taken apart. The digests are
// only returned of what is signed.
func (r *reading) signer(raw lp.Bytes, s *Signer) ([]entry, error) {
	var c record
	if !raw.Prefixed(&c.signed) || !r.platforms(&raw, &c.first, &c.last) || !raw.Prefixed(&c.list) || !raw.Prefixed(&c.spki) {
		return nil, errShort
	}
	s.MinSDK, s.MaxSDK = int(int32(c.first)), int(int32(c.last))
	if s.MinSDK < 0 || s.MinSDK > s.MaxSDK {
		s.fail(r.issue("SIG_INVALID_SDK_VERSIONS", "for platforms from %d to %d", s.MinSDK, s.MaxSDK))
	}
	var n int
	var err error
	c.signatures, n, err = entries(c.list, false)
	switch {
	case err != nil:
		s.fail(r.issue("SIG_MALFORMED_SIGNATURE", "signature %d: %v", n, err))
	case len(c.signatures) == 0:
		s.fail(r.issue("SIG_NO_SIGNATURES", "the signer has no signature"))
	case r.verify(s, &c):
		return r.signedData(s, &c)
	}
	return nil, nil
}

// platforms reads the range of platforms that a signer of v3 or v3.1 is for, which v2 does not have.
func (r *reading) platforms(from *lp.Bytes, first, last *uint32) bool {
	return r.scheme == 2 || from.Uint32(first) && from.Uint32(last)
}

// verify checks the signatures that platforms of the range choose, and tells whether they are good.
func (r *reading) verify(s *Signer, c *record) bool {
	ids := make([]alg.ID, len(c.signatures))
	for i, sig := range c.signatures {
		ids[i] = alg.ID(sig.id)
		if _, known := alg.Content(ids[i]); !known {
			s.warn(r.name("SIG_UNKNOWN_SIG_ALGORITHM"), "signature algorithm 0x%04x is not known", sig.id)
		}
	}
	first, last := s.MinSDK, s.MaxSDK
	if r.scheme == 2 {
		first, last = max(r.min, firstV2), r.max
	}
	chosen, err := alg.Checked(ids, first, last, false)
	if err != nil {
		s.fail(r.issue("SIG_NO_SUPPORTED_SIGNATURES", "%v", err))
		return false
	}
	if s.Key, err = laxcert.ParsePublicKey(c.spki); err != nil {
		s.fail(r.issue("SIG_MALFORMED_PUBLIC_KEY", "%v", err))
		return false
	}
	for _, i := range chosen {
		if err := r.verifyOne(s, ids[i], c.signed, c.signatures[i].value); err != nil {
			s.fail(err)
			return false
		}
	}
	return true
}

// verifyOne checks one signature.
func (r *reading) verifyOne(s *Signer, id alg.ID, signed, sig []byte) error {
	if !alg.Fits(id, s.Key) {
		return r.issue("SIG_MALFORMED_PUBLIC_KEY", "the public key is none for %s", alg.Name(id, s.Key))
	}
	err := alg.Verify(id, s.Key, signed, sig)
	switch {
	case errors.Is(err, formats.ErrMismatch) && oddRSA(id, s.Key, signed, sig):
		return r.issue("SIG_VERIFY_EXCEPTION", "the signature has another length than the key, or is by another hash than %s", alg.Name(id, s.Key))
	case errors.Is(err, formats.ErrMismatch):
		return r.issue("SIG_DID_NOT_VERIFY", "it was not signed by the key it brings, with %s", alg.Name(id, s.Key))
	case err != nil:
		return r.issue("SIG_VERIFY_EXCEPTION", "%v", err)
	}
	over, _ := alg.Content(id)
	r.over[over] = true
	if strongest, any := alg.Content(s.Alg); !any || over > strongest {
		s.Alg = id
	}
	return nil
}

// signedData reads and checks what was signed, in apksig's order. The error says that it can't be taken apart.
func (r *reading) signedData(s *Signer, c *record) ([]entry, error) {
	var list, certs, attributes lp.Bytes
	var first, last uint32
	data := c.signed
	if !data.Prefixed(&list) || !data.Prefixed(&certs) || !r.platforms(&data, &first, &last) || !data.Prefixed(&attributes) {
		return nil, errShort
	}
	if first != c.first {
		s.fail(r.issue("MIN_SDK_VERSION_MISMATCH_BETWEEN_SIGNER_AND_SIGNED_DATA_RECORD", "for platforms from %d, but %d is signed", c.first, first))
	}
	if last != c.last {
		s.fail(r.issue("MAX_SDK_VERSION_MISMATCH_BETWEEN_SIGNER_AND_SIGNED_DATA_RECORD", "for platforms to %d, but %d is signed", c.last, last))
	}
	if good, err := r.certificates(s, certs, c.spki); !good {
		return nil, err
	}
	digests, n, err := entries(list, false)
	if err != nil {
		s.fail(r.issue("SIG_MALFORMED_DIGEST", "digest %d: %v", n, err))
		return nil, nil
	}
	if !sameAlgorithms(c.signatures, digests) {
		s.fail(r.issue("SIG_SIG_ALG_MISMATCH_BETWEEN_SIGNATURES_AND_DIGESTS_RECORDS", "signatures and digests are not by the same algorithms"))
		return nil, nil
	}
	r.attributes(s, attributes)
	return digests, nil
}

// sameAlgorithms tells whether two lists are of the same algorithms in the same order: only one of them is signed, and without this a strong
// signature could be taken out of the other.
func sameAlgorithms(a, b []entry) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].id != b[i].id {
			return false
		}
	}
	return true
}

// oddRSA tells a signature that Java's RSA gives up on, rather than finding that it does not match: of another length than the key, or PKCS #1 by
// another hash than the algorithm says.
func oddRSA(id alg.ID, pub crypto.PublicKey, signed, sig []byte) bool {
	key, ok := pub.(*rsa.PublicKey)
	switch {
	case !ok:
		return false
	case len(sig) != key.Size():
		return true
	case id == alg.PSSSHA256 || id == alg.PSSSHA512:
		return false
	}
	for _, h := range []crypto.Hash{crypto.SHA1, crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		if sigalg.VerifyMessage(key, h, signed, sig) == nil {
			return true
		}
	}
	return false
}
