package sigalg

import (
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
)

// SignPSS signs a digest made with h by RSASSA-PSS (RFC 8017 §8.1), with MGF1 over the same hash and a salt as long as the hash, which random gives.
func SignPSS(random io.Reader, key crypto.Signer, h crypto.Hash, digest []byte) ([]byte, error) {
	if err := checkDigest(h, digest); err != nil {
		return nil, err
	}
	if _, ok := key.Public().(*rsa.PublicKey); !ok {
		return nil, fmt.Errorf("only RSA keys sign by PSS, and this is %s", Name(key.Public(), h))
	}
	sig, err := key.Sign(random, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: h})
	if err != nil {
		return nil, fmt.Errorf("can't sign with %s: %w", NamePSS(h), err)
	}
	return sig, nil
}

// VerifyPSS is Verify for RSASSA-PSS (RFC 8017 §8.1) with MGF1 over the same hash and a salt as long as the hash.
func VerifyPSS(pub *rsa.PublicKey, h crypto.Hash, digest, sig []byte) error {
	return verifyPSS(pub, h, digest, sig, rsa.PSSSaltLengthEqualsHash)
}

// VerifyPSSAnySalt is VerifyPSS with a salt of whatever length the signer took.
func VerifyPSSAnySalt(pub *rsa.PublicKey, h crypto.Hash, digest, sig []byte) error {
	return verifyPSS(pub, h, digest, sig, rsa.PSSSaltLengthAuto)
}

// VerifyPSSSalt is VerifyPSS with a salt of that many bytes. The standard library can't ask for an empty one: 0 is any length.
func VerifyPSSSalt(pub *rsa.PublicKey, h crypto.Hash, digest, sig []byte, salt int) error {
	if salt == 0 {
		salt = rsa.PSSSaltLengthAuto
	}
	return verifyPSS(pub, h, digest, sig, salt)
}

func verifyPSS(pub *rsa.PublicKey, h crypto.Hash, digest, sig []byte, salt int) error {
	if err := checkDigest(h, digest); err != nil {
		return err
	}
	if err := Bounded(pub); err != nil {
		return fmt.Errorf("%w: %v", ErrMismatch, err)
	}
	if misfit(pub, sig) {
		return ErrMismatch
	}
	err := rsa.VerifyPSS(pub, h, digest, sig, &rsa.PSSOptions{SaltLength: salt, Hash: h})
	if errors.Is(err, rsa.ErrVerification) {
		return ErrMismatch
	}
	if err != nil {
		return fmt.Errorf("can't verify with this rsa key: %v", err)
	}
	return nil
}

// NamePSS is Name for what VerifyPSS verifies: "rsa-pss-sha256".
func NamePSS(h crypto.Hash) string { return "rsa-pss-" + HashName(h) }

// misfit tells a signature of another size than the key's, before the standard library prepares the modulus, which costs a millisecond
// and more for a large one.
func misfit(pub *rsa.PublicKey, sig []byte) bool {
	return pub.N != nil && pub.N.BitLen() >= 1024 && len(sig) != pub.Size()
}
