package keygen

import (
	"crypto"
	"crypto/rand"
	"errors"
	"fmt"

	"sigtool/internal/sigalg"
)

// SelfTest signs 32 random bytes and verifies the signature with the public key as a reader of its file would have it: written as
// SubjectPublicKeyInfo and parsed again. It also sees that the signature does not fit other bytes. A key that fails must not be used.
func SelfTest(key crypto.Signer) error {
	spki, err := MarshalPublic(key.Public())
	if err != nil {
		return err
	}
	pub, _, err := ParsePublic(spki)
	if err != nil {
		return fmt.Errorf("self-test: the public key can't be read back: %v", err)
	}
	message := make([]byte, 32)
	_, _ = rand.Read(message) // it can't fail; which bytes they are decides nothing but this test
	signature, err := sigalg.SignMessage(key, crypto.SHA256, message)
	if err != nil {
		return fmt.Errorf("self-test: %v", err)
	}
	if err := sigalg.VerifyMessage(pub, crypto.SHA256, message, signature); err != nil {
		return fmt.Errorf("self-test: the key's own signature does not verify: %v", err)
	}
	message[0] ^= 1
	if sigalg.VerifyMessage(pub, crypto.SHA256, message, signature) == nil {
		return errors.New("self-test: a signature verifies for bytes that it was not made for")
	}
	return nil
}
