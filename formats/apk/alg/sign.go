package alg

import (
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/sigalg"
)

// Sign signs a message, with the same bytes each time. Errors: formats.ErrKey for a key that the algorithm is not for.
func Sign(id ID, key crypto.Signer, message []byte) ([]byte, error) {
	t := find(id)
	switch {
	case t == nil:
		return nil, fmt.Errorf("signature algorithm 0x%04x is not known", uint32(id))
	case t.pss || t.key == dsaKey:
		return nil, fmt.Errorf("%w: %s is for checking APKs, not for signing them", formats.ErrKey, Name(id, key.Public()))
	case kindOf(key.Public()) != t.key:
		return nil, fmt.Errorf("%w: %s needs another kind of key", formats.ErrKey, Name(id, key.Public()))
	}
	return sigalg.SignMessage(key, t.hash, message)
}

// Verify tells whether the secret half of pub signed the message. Errors: formats.ErrMismatch, also for a key that the algorithm is not for or
// that is too large to calculate with; others when it can't be told.
func Verify(id ID, pub crypto.PublicKey, message, sig []byte) error {
	t := find(id)
	if t == nil {
		return fmt.Errorf("signature algorithm 0x%04x is not known", uint32(id))
	}
	if kindOf(pub) != t.key {
		return fmt.Errorf("%w: a key of type %T is not one for %s", formats.ErrMismatch, pub, Name(id, pub))
	}
	if err := sigalg.Bounded(pub); err != nil {
		return fmt.Errorf("%w: %v", formats.ErrMismatch, err)
	}
	if t.pss {
		return verifyPSS(pub.(*rsa.PublicKey), t.hash, message, sig)
	}
	return sigalg.VerifyMessage(pub, t.hash, message, sig)
}

// verifyPSS checks RSASSA-PSS with a salt as long as the hash.
func verifyPSS(pub *rsa.PublicKey, hash crypto.Hash, message, sig []byte) error {
	h := hash.New()
	h.Write(message)
	err := rsa.VerifyPSS(pub, hash, h.Sum(nil), sig, &rsa.PSSOptions{SaltLength: hash.Size(), Hash: hash})
	if err != nil && !errors.Is(err, rsa.ErrVerification) {
		return fmt.Errorf("can't verify with this rsa key: %v", err)
	}
	if err != nil {
		return formats.ErrMismatch
	}
	return nil
}
