// Package keygen makes signing keys and reads and writes their files: a key that it gives back is whole (its public half was derived
// anew from the secret one), and a wrong passphrase, a key it can't use and a damaged file are three different errors.
//
// A key is a crypto.Signer: ed25519.PrivateKey, *ecdsa.PrivateKey, *rsa.PrivateKey, *Secp256k1PrivateKey, *MLDSAPrivateKey or *BLSPrivateKey. Decrypted
// key files are wiped from memory after use, but the standard library and the modules below keep copies of their own (big.Int, the keys themselves,
// passphrases as Go strings in PBKDF2, scrypt and age) which nobody can wipe.
package keygen

import (
	"errors"
	"fmt"
)

// What a caller may have to tell apart. All come wrapped in an error that says more.
var (
	// ErrPassphrase means that a sealed key did not open. Where the sealing has no checksum of its own, damage looks the same.
	ErrPassphrase = errors.New("wrong passphrase")
	// ErrUnsupported means a well-formed key that is of a curve, cipher, size or form that sigtool doesn't use; the text names it.
	ErrUnsupported = errors.New("unsupported")
	// ErrNotKey means that there is no key in the data.
	ErrNotKey = errors.New("not a key")
	// ErrPublicOnly means a public key or certificate where a private key is needed.
	ErrPublicOnly = errors.New("a public key or certificate, not a private key")
	// ErrPrivate means a private key where ParsePublic was to find a public one; Load reads it.
	ErrPrivate = errors.New("a private key, not a public one")
	// ErrSeed means that a seed makes no key: zero, or not below the order of the curve.
	ErrSeed = errors.New("the seed makes no key of this curve")
)

// maxFile bounds what Load and ParsePublic read, in bytes. RSA-16384 in PEM has 12 KiB.
const maxFile = 1 << 20

// limits bound the work and the memory that a hostile key file can ask for.
var limits = struct {
	pbkdf2Rounds int // iterations
	scryptMemory int // bytes, 128·N·r
	scryptWork   int // bytes written in all, 128·N·r·p
	scryptBlocks int // bytes, 128·r·p, which are held beside the memory
	bcryptRounds int // OpenSSH; ssh-keygen's default is 16
}{pbkdf2Rounds: 10_000_000, scryptMemory: 1 << 30, scryptWork: 1 << 32, scryptBlocks: 32 << 20, bcryptRounds: 2048}

// Bounds on RSA keys that are read, in bits. Weak sizes are for package verify to judge.
const (
	minRSA = 1024
	maxRSA = 16384
)

func unsupported(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrUnsupported}, args...)...)
}

func notKey(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrNotKey}, args...)...)
}

func damaged(format string, args ...any) error {
	return fmt.Errorf("the key is damaged: "+format, args...)
}
