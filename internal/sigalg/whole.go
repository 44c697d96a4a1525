package sigalg

import (
	"crypto"
	"crypto/ed25519"
	"fmt"
)

// MessageKey is a public key of another sort than the standard library's that signs whole messages, as Ed25519 does: ML-DSA
// (FIPS 204), with an empty context. Its signer's Sign takes the message, and options whose HashFunc is 0.
type MessageKey interface {
	// VerifyMessage tells whether sig is the key's signature over msg.
	VerifyMessage(msg, sig []byte) bool
	// SignatureName is what Name calls such a signature: "ml-dsa-65".
	SignatureName() string
}

// SignsMessages tells whether keys of this sort sign whole messages, not digests: Ed25519, and every MessageKey.
func SignsMessages(pub crypto.PublicKey) bool {
	switch pub.(type) {
	case ed25519.PublicKey, MessageKey:
		return true
	}
	return false
}

// errMessage is what every road to a digest ends in for a key that signs whole messages.
func errMessage(pub crypto.PublicKey) error {
	return fmt.Errorf("an %s key signs whole messages, not digests", Name(pub, 0))
}

// verifyWhole is VerifyMessage for the keys that SignsMessages is true of.
func verifyWhole(pub crypto.PublicKey, msg, sig []byte) error {
	good := false
	switch pub := pub.(type) {
	case ed25519.PublicKey:
		if len(pub) != ed25519.PublicKeySize {
			return fmt.Errorf("an ed25519 key has %d bytes, not %d", ed25519.PublicKeySize, len(pub))
		}
		good = ed25519.Verify(pub, msg, sig)
	case MessageKey:
		good = pub.VerifyMessage(msg, sig)
	}
	if !good {
		return ErrMismatch
	}
	return nil
}
