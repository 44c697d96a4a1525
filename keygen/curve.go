package keygen

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/asn1"

	"sigtool/internal/secret"
)

// curve is a named curve of SEC 2 with what is needed to read and make its keys.
type curve struct {
	alg  Algorithm
	oid  asn1.ObjectIdentifier
	nist elliptic.Curve // nil for secp256k1, which the standard library lacks
	size int            // bytes of a scalar and of a coordinate
}

var curves = []*curve{
	{P256, oidP256, elliptic.P256(), 32},
	{P384, oidP384, elliptic.P384(), 48},
	{P521, oidP521, elliptic.P521(), 66},
	{Secp256k1, oidSecp256k1, nil, 32},
}

func curveByOID(oid asn1.ObjectIdentifier) (*curve, error) {
	for _, c := range curves {
		if c.oid.Equal(oid) {
			return c, nil
		}
	}
	return nil, unsupported("curve %s", nameOf(oid))
}

func curveByAlgorithm(alg Algorithm) *curve {
	for _, c := range curves {
		if c.alg == alg {
			return c
		}
	}
	return nil
}

// private makes the key of a big-endian scalar. Files written by old tools have leading zeros too many or too few; both are taken.
// Errors: ErrSeed for a scalar that is zero or not below the order.
func (c *curve) private(scalar []byte) (crypto.Signer, error) {
	for len(scalar) > c.size && scalar[0] == 0 {
		scalar = scalar[1:]
	}
	if len(scalar) > c.size {
		return nil, ErrSeed
	}
	padded := make([]byte, c.size)
	defer secret.Wipe(padded)
	copy(padded[c.size-len(scalar):], scalar)
	if c.nist == nil {
		key, err := NewSecp256k1PrivateKey(padded)
		if err != nil {
			return nil, err // not key: a nil pointer in an interface is not nil
		}
		return key, nil
	}
	key, err := ecdsa.ParseRawPrivateKey(c.nist, padded)
	if err != nil {
		return nil, ErrSeed
	}
	return key, nil
}

// public makes the public key of a point as SEC 1 §2.3.3 writes it, compressed or not.
func (c *curve) public(point []byte) (crypto.PublicKey, error) {
	if c.nist == nil {
		key, err := ParseSecp256k1PublicKey(point)
		if err != nil {
			return nil, err
		}
		return key, nil
	}
	if len(point) == 1+c.size && (point[0] == 2 || point[0] == 3) {
		x, y := elliptic.UnmarshalCompressed(c.nist, point)
		if x == nil {
			return nil, damaged("the public point is not on the curve %s", c.alg)
		}
		point = append([]byte{4}, x.FillBytes(make([]byte, c.size))...)
		point = append(point, y.FillBytes(make([]byte, c.size))...)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(c.nist, point)
	if err != nil {
		return nil, damaged("the public point is not on the curve %s", c.alg)
	}
	return key, nil
}

// pointOf returns the uncompressed point of an EC public key: 04 || X || Y.
func pointOf(pub crypto.PublicKey) ([]byte, error) {
	switch pub := pub.(type) {
	case *Secp256k1PublicKey:
		return pub.Bytes(), nil
	case *ecdsa.PublicKey:
		return pub.Bytes()
	}
	return nil, unsupported("a key of type %T where an EC key is needed", pub)
}

// samePoint tells whether other, in any of the three forms of SEC 1 §2.3.3, is the uncompressed point given first.
func samePoint(point, other []byte) bool {
	if len(other) == 0 {
		return false
	}
	size := (len(point) - 1) / 2
	odd := point[len(point)-1] & 1
	switch other[0] {
	case 4:
		return bytes.Equal(point, other)
	case 2, 3:
		return other[0]&1 == odd && bytes.Equal(point[1:1+size], other[1:])
	case 6, 7: // hybrid: both coordinates, and the sign bit all the same
		return other[0]&1 == odd && bytes.Equal(point[1:], other[1:])
	}
	return false
}
