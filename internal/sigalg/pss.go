package sigalg

import (
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
)

// VerifyPSS is Verify for RSASSA-PSS (RFC 8017 §8.1) with MGF1 over the same hash and a salt as long as the hash.
func VerifyPSS(pub *rsa.PublicKey, h crypto.Hash, digest, sig []byte) error {
	if err := checkDigest(h, digest); err != nil {
		return err
	}
	if err := Bounded(pub); err != nil {
		return fmt.Errorf("%w: %v", ErrMismatch, err)
	}
	if misfit(pub, sig) {
		return ErrMismatch
	}
	err := rsa.VerifyPSS(pub, h, digest, sig, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: h})
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
