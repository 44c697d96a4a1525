// Package alg is the signature algorithms of the APK Signing Block, and the only place there that signs and verifies.
package alg

import (
	"crypto"
	"errors"

	"sigtool/formats/apk/content"
)

// ID is a signature algorithm as the block writes it, such as 0x0103.
type ID uint32

// ForKey returns the algorithms that apksigner signs with by such a key, for platforms from minSDK on; with verity also the one over a verity digest.
// Errors: formats.ErrKey, with the reason, for a key that Android can't check.
func ForKey(pub crypto.PublicKey, minSDK int, verity bool) ([]ID, error) {
	return nil, errors.ErrUnsupported
}

// Content returns the content digest that an algorithm is over; false for one that is not known.
func Content(id ID) (content.Algorithm, bool) { return 0, false }

// MinSDK is the first platform that knows the algorithm.
func MinSDK(id ID) int { return 0 }

// Name is what reports call it: "rsa-pss-sha256", "ecdsa-p256-sha256".
func Name(id ID, pub crypto.PublicKey) string { return "" }

// Sign signs a message.
func Sign(id ID, key crypto.Signer, message []byte) ([]byte, error) {
	return nil, errors.ErrUnsupported
}

// Verify tells whether the secret half of pub signed the message. Errors: formats.ErrMismatch; others when it can't be told.
func Verify(id ID, pub crypto.PublicKey, message, sig []byte) error { return errors.ErrUnsupported }
