package tezos

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/sha512"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/nacl/secretbox"

	"sigtool/internal/secret"
)

// ErrPassphrase means that an encrypted key did not open. Its checksum was right, so that it is not damage.
var ErrPassphrase = errors.New("wrong passphrase")

const (
	saltSize  = 8
	boxedSize = 32
	// Rounds is what octez stretches passphrases by, and nobody can choose another number: PBKDF2 with HMAC-SHA-512.
	Rounds = 32768
)

// Open opens the payload of an encrypted key:
//
//	salt (8 bytes) | secretbox (16 + 32 bytes: XSalsa20 and Poly1305, the nonce 24 zero bytes)
//
// The nonce may be the same always, as the key of the box comes of a random salt. It gives the secret as the plain text holds it (see
// Secret), which the caller wipes. Error: ErrPassphrase.
func Open(payload, passphrase []byte) ([]byte, error) {
	if len(payload) != saltSize+secretbox.Overhead+boxedSize {
		return nil, fmt.Errorf("an encrypted Tezos key has %d bytes, not %d", saltSize+secretbox.Overhead+boxedSize, len(payload))
	}
	key, err := stretch(passphrase, payload[:saltSize])
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(key[:])
	var nonce [24]byte
	plain, ok := secretbox.Open(nil, payload[saltSize:], &nonce, key)
	if !ok {
		return nil, ErrPassphrase
	}
	return plain, nil
}

// Seal makes what Open opens, with a salt of random.
func Seal(plain, passphrase []byte, random io.Reader) ([]byte, error) {
	if len(plain) != boxedSize {
		return nil, fmt.Errorf("a secret Tezos key has %d bytes, not %d", boxedSize, len(plain))
	}
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(random, salt); err != nil {
		return nil, err
	}
	key, err := stretch(passphrase, salt)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(key[:])
	var nonce [24]byte
	return secretbox.Seal(bytes.Clone(salt), plain, &nonce, key), nil
}

func stretch(passphrase, salt []byte) (*[32]byte, error) {
	stretched, err := pbkdf2.Key(sha512.New, string(passphrase), salt, Rounds, 32)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(stretched)
	return (*[32]byte)(bytes.Clone(stretched)), nil
}
