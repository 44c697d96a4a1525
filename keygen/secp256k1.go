package keygen

import (
	"crypto"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"sigtool/internal/secret"
)

// Secp256k1PrivateKey is a crypto.Signer on the curve secp256k1 (SEC 2 §2.4.1). It never prints its scalar.
type Secp256k1PrivateKey struct {
	key *secp256k1.PrivateKey
	pub *Secp256k1PublicKey
}

// NewSecp256k1PrivateKey makes the key of a scalar of 32 bytes, big-endian. Error: ErrSeed for zero, the order or more, or another length.
func NewSecp256k1PrivateKey(scalar []byte) (*Secp256k1PrivateKey, error) {
	var d secp256k1.ModNScalar
	defer d.Zero()
	if len(scalar) != 32 || d.SetByteSlice(scalar) || d.IsZero() {
		return nil, ErrSeed
	}
	key := secp256k1.NewPrivateKey(&d)
	return &Secp256k1PrivateKey{key: key, pub: &Secp256k1PublicKey{key: key.PubKey()}}, nil
}

// Public returns the *Secp256k1PublicKey.
func (k *Secp256k1PrivateKey) Public() crypto.PublicKey { return k.pub }

// Bytes returns the scalar: 32 bytes, big-endian. The caller wipes it.
func (k *Secp256k1PrivateKey) Bytes() []byte { return k.key.Serialize() }

// Sign signs a digest: a DER SEQUENCE of r and s (RFC 3279 §2.2.3), the nonce by RFC 6979 with HMAC-SHA256, s in the lower half as
// Bitcoin and Tezos want it. Of a digest longer than 32 bytes the first 32 count (FIPS 186-5 §6.4.1). The reader is not used.
func (k *Secp256k1PrivateKey) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if opts != nil && opts.HashFunc() != 0 && opts.HashFunc().Size() != len(digest) {
		return nil, fmt.Errorf("a digest of %d bytes where %d are due", len(digest), opts.HashFunc().Size())
	}
	if len(digest) == 0 {
		return nil, errors.New("an empty digest can't be signed")
	}
	return ecdsa.Sign(k.key, leftmost(digest)).Serialize(), nil
}

// Equal tells whether other is the same private key, in constant time.
func (k *Secp256k1PrivateKey) Equal(other crypto.PrivateKey) bool {
	o, ok := other.(*Secp256k1PrivateKey)
	if !ok {
		return false
	}
	a, b := k.Bytes(), o.Bytes()
	defer secret.Wipe(a)
	defer secret.Wipe(b)
	return subtle.ConstantTimeCompare(a, b) == 1
}

// Format prints "[secret secp256k1 key]" under every verb.
func (k Secp256k1PrivateKey) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "[secret secp256k1 key]")
}

// Secp256k1PublicKey is a public key on secp256k1.
type Secp256k1PublicKey struct {
	key *secp256k1.PublicKey
}

// ParseSecp256k1PublicKey reads a point as SEC 1 §2.3.3 writes it: 65 bytes, or 33 when compressed.
func ParseSecp256k1PublicKey(point []byte) (*Secp256k1PublicKey, error) {
	key, err := secp256k1.ParsePubKey(point)
	if err != nil {
		return nil, damaged("the public point is not on the curve secp256k1")
	}
	return &Secp256k1PublicKey{key: key}, nil
}

// VerifyASN1 tells whether sig, a DER SEQUENCE of r and s, is this key's signature over the digest. Both halves of s are accepted, as
// OpenSSL and the vaults accept and make both.
func (k *Secp256k1PublicKey) VerifyASN1(digest, sig []byte) bool {
	parsed, err := ecdsa.ParseDERSignature(sig)
	return err == nil && len(digest) > 0 && parsed.Verify(leftmost(digest), k.key)
}

// Bytes returns the uncompressed point: 04 || X || Y, 65 bytes.
func (k *Secp256k1PublicKey) Bytes() []byte { return k.key.SerializeUncompressed() }

// Equal tells whether other is the same public key.
func (k *Secp256k1PublicKey) Equal(other crypto.PublicKey) bool {
	o, ok := other.(*Secp256k1PublicKey)
	return ok && k.key.IsEqual(o.key)
}

func leftmost(digest []byte) []byte { return digest[:min(len(digest), 32)] }
