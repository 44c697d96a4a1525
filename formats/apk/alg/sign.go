package alg

import (
	"crypto"
	"crypto/rsa"
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
	if !t.pss {
		return sigalg.VerifyMessage(pub, t.hash, message, sig)
	}
	h := t.hash.New()
	h.Write(message)
	return sigalg.VerifyPSS(pub.(*rsa.PublicKey), t.hash, h.Sum(nil), sig)
}
