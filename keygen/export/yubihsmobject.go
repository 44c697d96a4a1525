package export

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"math/big"
	"slices"

	"sigtool/internal/secret"
	"sigtool/keygen"
)

// Sizes in bytes.
const (
	yubiHeader = 59
	yubiLabel  = 40
	yubiNonce  = 13
	yubiTag    = 16
)

// yubiWraps are the numbers of the wrap keys' algorithms, by the size of the key.
var yubiWraps = map[byte]byte{16: 29, 24: 41, 32: 42}

// yubiAlgorithms are the numbers that the device gives to algorithms.
var yubiAlgorithms = map[keygen.Algorithm]byte{
	keygen.RSA2048: 9, keygen.RSA3072: 10, keygen.RSA4096: 11,
	keygen.P256: 12, keygen.P384: 13, keygen.P521: 14, keygen.Secp256k1: 15, keygen.Ed25519: 46,
}

// yubiObject is what an object says beside its key.
type yubiObject struct {
	wrap         byte // size of the wrap key
	capabilities uint64
	id, domains  uint16
	label        string
}

// marshal writes an object as the device keeps it. The caller wipes it. All numbers are big-endian:
//
//	0   algorithm of the wrap key: 29 aes128-ccm-wrap, 41 aes192, 42 aes256
//	1   capabilities, 8 bytes, bit n of the number is the capability n
//	9   object id, 2 bytes
//	11  length of the body, 2 bytes
//	13  domains, 2 bytes, bit d-1 is the domain d
//	15  type: 3, an asymmetric key
//	16  algorithm of the key
//	17  sequence: 0
//	18  origin: 2, imported
//	19  label, 40 bytes, filled with zeros
//	59  body
func (o yubiObject) marshal(key crypto.Signer) ([]byte, error) {
	alg, err := keygen.AlgorithmOf(key.Public())
	if err != nil {
		return nil, err
	}
	body, err := yubiBody(key)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(body)
	b := make([]byte, 0, yubiHeader+len(body))
	b = append(b, yubiWraps[o.wrap])
	b = binary.BigEndian.AppendUint64(b, o.capabilities)
	b = binary.BigEndian.AppendUint16(b, o.id)
	b = binary.BigEndian.AppendUint16(b, uint16(len(body)))
	b = binary.BigEndian.AppendUint16(b, o.domains)
	b = append(b, 3, yubiAlgorithms[alg], 0, 2)
	b = append(b, o.label...)
	b = b[:yubiHeader]
	return append(b, body...), nil
}

// yubiBody writes the key, each number in full width:
//
//	EC       d || x || y
//	Ed25519  scalar, clamped, big-endian, 32 bytes || second half of SHA-512 of the seed, 32 bytes || public key, 32 bytes
//	RSA      p || q || d mod p-1 || d mod q-1 || 1/q mod p, each half as long as n || n
//
// Of Ed25519 the seed itself is not there, and does not follow from what is.
func yubiBody(key crypto.Signer) ([]byte, error) {
	switch key := key.(type) {
	case *keygen.Secp256k1PrivateKey:
		d := key.Bytes()
		defer secret.Wipe(d)
		return slices.Concat(d, key.Public().(*keygen.Secp256k1PublicKey).Bytes()[1:]), nil
	case *ecdsa.PrivateKey:
		d, err := key.Bytes()
		if err != nil {
			return nil, err
		}
		defer secret.Wipe(d)
		point, err := key.PublicKey.Bytes()
		if err != nil {
			return nil, err
		}
		return slices.Concat(d, point[1:]), nil
	case ed25519.PrivateKey:
		expanded := sha512.Sum512(key[:ed25519.SeedSize])
		defer secret.Wipe(expanded[:])
		expanded[0] &= 248
		expanded[31] = expanded[31]&127 | 64
		slices.Reverse(expanded[:32])
		return slices.Concat(expanded[:], key[ed25519.SeedSize:]), nil
	case *rsa.PrivateKey:
		return yubiRSA(key)
	}
	return nil, errors.New("a YubiHSM 2 has no such key")
}

func yubiRSA(key *rsa.PrivateKey) ([]byte, error) {
	if key.E != 65537 {
		alg, _ := keygen.AlgorithmOf(key.Public())
		return nil, refused(alg, "a YubiHSM 2 takes the public exponent 65537 alone", "make another key: sigtool keygen --algorithm rsa3072")
	}
	key.Precompute()
	size := key.Size()
	body := make([]byte, 0, size/2*7)
	crt := key.Precomputed
	for _, n := range []*big.Int{key.Primes[0], key.Primes[1], crt.Dp, crt.Dq, crt.Qinv} {
		if len(key.Primes) != 2 || n.BitLen() > size*4 {
			return nil, errors.New("the two primes are not of the same length, and a YubiHSM 2 has no room for the longer")
		}
		body = body[:len(body)+size/2]
		n.FillBytes(body[len(body)-size/2:])
	}
	return append(body, key.N.FillBytes(make([]byte, size))...), nil
}
