package keygen

import (
	"bytes"
	"crypto"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"

	"github.com/cloudflare/circl/ecc/bls12381"

	"sigtool/internal/secret"
)

// BLS signatures over BLS12-381 as Tezos has them for its tz4 accounts (src/lib_bls12_381_signature of octez, module MinPk.Pop; the drafts
// draft-irtf-cfrg-bls-signature, and RFC 9380 for the way from a message to a point): public keys in G1, signatures in G2 over the message
// alone. A chain that adds signatures of several up wants a proof of possession of each key first. Until the protocol Seoul (September
// 2025) Tezos had the scheme MinPk.Aug, with the public key before the message; no chain takes such signatures any more.
const (
	blsScheme = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_" // signatures
	popScheme = "BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_" // proofs of possession

	blsPublicSize    = bls12381.G1SizeCompressed // 48
	blsSignatureSize = bls12381.G2SizeCompressed // 96
)

// BLSPrivateKey is a crypto.Signer of BLS signatures over BLS12-381. It never prints its scalar.
type BLSPrivateKey struct {
	scalar *bls12381.Scalar
	pub    *BLSPublicKey
}

// NewBLSPrivateKey makes the key of a scalar of 32 bytes, big-endian (Tezos writes it little-endian). Error: ErrSeed for zero, for the
// order or more, and for another length.
func NewBLSPrivateKey(scalar []byte) (*BLSPrivateKey, error) {
	d := new(bls12381.Scalar)
	if len(scalar) != bls12381.ScalarSize || d.UnmarshalBinary(scalar) != nil || d.IsZero() == 1 {
		return nil, ErrSeed
	}
	point := new(bls12381.G1)
	point.ScalarMult(d, bls12381.G1Generator())
	return &BLSPrivateKey{scalar: d, pub: newBLSPublicKey(point)}, nil
}

// Public returns the *BLSPublicKey.
func (k *BLSPrivateKey) Public() crypto.PublicKey { return k.pub }

// Bytes returns the scalar: 32 bytes, big-endian. The caller wipes it.
func (k *BLSPrivateKey) Bytes() []byte {
	scalar, err := k.scalar.MarshalBinary()
	if err != nil {
		return nil // it never is
	}
	return scalar
}

// Sign signs a whole message, of which opts says that it is no digest (HashFunc is 0): 96 bytes, a compressed point of G2. The same
// message gives the same bytes. The reader is not used.
func (k *BLSPrivateKey) Sign(_ io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	if opts != nil && opts.HashFunc() != 0 {
		return nil, errors.New("a BLS key signs whole messages, not digests")
	}
	return k.sign(message, blsScheme), nil
}

// ProvePossession makes the proof that whoever has the public key has the secret one, which Tezos wants before it takes a tz4 key: a
// signature over the public key under a name of its own, as `octez-client create bls proof` makes it. 96 bytes.
func (k *BLSPrivateKey) ProvePossession() []byte { return k.sign(k.pub.encoding[:], popScheme) }

func (k *BLSPrivateKey) sign(message []byte, scheme string) []byte {
	point := new(bls12381.G2)
	point.Hash(message, []byte(scheme))
	point.ScalarMult(k.scalar, point)
	return point.BytesCompressed()
}

// Equal tells whether other is the same private key, in constant time.
func (k *BLSPrivateKey) Equal(other crypto.PrivateKey) bool {
	o, ok := other.(*BLSPrivateKey)
	if !ok {
		return false
	}
	a, b := k.Bytes(), o.Bytes()
	defer secret.Wipe(a)
	defer secret.Wipe(b)
	return subtle.ConstantTimeCompare(a, b) == 1
}

// Format prints "[secret BLS key]" under every verb.
func (k BLSPrivateKey) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[secret BLS key]") }

// BLSPublicKey is a public key of BLS signatures: a point of G1 that is not the neutral one. It is a sigalg.MessageKey.
type BLSPublicKey struct {
	point    *bls12381.G1
	encoding [blsPublicSize]byte // of the point
}

func newBLSPublicKey(point *bls12381.G1) *BLSPublicKey {
	return &BLSPublicKey{point: point, encoding: [blsPublicSize]byte(point.BytesCompressed())}
}

// ParseBLSPublicKey reads a compressed point of 48 bytes, as zcash's notes on BLS12-381 lay it out. The error says that it is none, or
// not of the group in which signatures are safe, or the neutral element, for which anybody can sign.
func ParseBLSPublicKey(encoding []byte) (*BLSPublicKey, error) {
	if len(encoding) != blsPublicSize {
		return nil, damaged("a %s public key has %d bytes, not %d", BLS12381, blsPublicSize, len(encoding))
	}
	point := new(bls12381.G1)
	if err := point.SetBytes(encoding); err != nil || !point.IsOnG1() {
		return nil, damaged("the public point is not of the group G1 of BLS12-381")
	}
	if point.IsIdentity() {
		return nil, damaged("the public point is the neutral one, with which anything verifies")
	}
	pub := newBLSPublicKey(point)
	if !bytes.Equal(pub.encoding[:], encoding) {
		return nil, damaged("the public point is written in another way than points are")
	}
	return pub, nil
}

// Bytes returns the compressed point: 48 bytes.
func (k *BLSPublicKey) Bytes() []byte { return bytes.Clone(k.encoding[:]) }

// Equal tells whether other is the same public key.
func (k *BLSPublicKey) Equal(other crypto.PublicKey) bool {
	o, ok := other.(*BLSPublicKey)
	return ok && k.encoding == o.encoding
}

// SignatureName is "bls12381".
func (k *BLSPublicKey) SignatureName() string { return string(BLS12381) }

// VerifyMessage tells whether sig is this key's signature over the message.
func (k *BLSPublicKey) VerifyMessage(message, sig []byte) bool {
	return k.verify(message, sig, blsScheme)
}

// VerifyPossession tells whether proof is this key's proof of possession.
func (k *BLSPublicKey) VerifyPossession(proof []byte) bool {
	return k.verify(k.encoding[:], proof, popScheme)
}

// verify tells whether e(public key, hash of the message) = e(generator of G1, signature).
func (k *BLSPublicKey) verify(message, sig []byte, scheme string) bool {
	if len(sig) != blsSignatureSize {
		return false
	}
	var hash, point bls12381.G2
	if point.SetBytes(sig) != nil || !point.IsOnG2() || point.IsIdentity() {
		return false
	}
	hash.Hash(message, []byte(scheme))
	left := []*bls12381.G1{k.point, bls12381.G1Generator()}
	right := []*bls12381.G2{&hash, &point}
	return bls12381.ProdPairFrac(left, right, []int{1, -1}).IsIdentity()
}
