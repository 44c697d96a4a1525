package export

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
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
		return slices.Concat(key.Bytes(), key.Public().(*keygen.Secp256k1PublicKey).Bytes()[1:]), nil
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

// parseYubiObject reads what marshal writes, and returns the public key that follows from the secret half.
func parseYubiObject(b []byte) (o yubiObject, public crypto.PublicKey, err error) {
	if len(b) < yubiHeader || len(b) != yubiHeader+int(binary.BigEndian.Uint16(b[11:])) {
		return o, nil, errors.New("the object is not as long as it says")
	}
	if b[15] != 3 || b[17] != 0 || b[18] != 2 {
		return o, nil, errors.New("not an asymmetric key that was imported")
	}
	for size, number := range yubiWraps {
		if number == b[0] {
			o.wrap = size
		}
	}
	o.capabilities, o.id, o.domains = binary.BigEndian.Uint64(b[1:]), binary.BigEndian.Uint16(b[9:]), binary.BigEndian.Uint16(b[13:])
	label := bytes.TrimRight(b[19:yubiHeader], "\x00")
	if o.wrap == 0 || bytes.IndexByte(label, 0) >= 0 {
		return o, nil, errors.New("the object's wrap key or label is none")
	}
	o.label = string(label)
	public, err = yubiPublic(b[16], b[yubiHeader:])
	return o, public, err
}

// yubiPublic calculates the public key from the secret half of a body, and holds the rest of the body to it.
func yubiPublic(number byte, body []byte) (crypto.PublicKey, error) {
	curve := map[byte]elliptic.Curve{12: elliptic.P256(), 13: elliptic.P384(), 14: elliptic.P521()}[number]
	switch {
	case curve != nil && len(body) == (curve.Params().BitSize+7)/8*3:
		size := len(body) / 3
		key, err := ecdsa.ParseRawPrivateKey(curve, body[:size])
		if err != nil {
			return nil, errors.New("no scalar of that curve")
		}
		point, err := key.PublicKey.Bytes()
		if err != nil || !bytes.Equal(point[1:], body[size:]) {
			return nil, errYubiHalves
		}
		return &key.PublicKey, nil
	case number == 15 && len(body) == 96:
		key, err := keygen.NewSecp256k1PrivateKey(body[:32])
		if err != nil {
			return nil, err
		}
		public := key.Public().(*keygen.Secp256k1PublicKey)
		if !bytes.Equal(public.Bytes()[1:], body[32:]) {
			return nil, errYubiHalves
		}
		return public, nil
	case number == 46 && len(body) == 96:
		return yubiEd25519(body[:32], body[64:])
	case number >= 9 && number <= 11 && len(body) == 7*(1024+512*int(number-9))/8:
		return yubiRSAPublic(body)
	}
	return nil, errors.New("another algorithm, or a body of another length")
}

var errYubiHalves = errors.New("the public half does not belong to the secret one")

// yubiEd25519 multiplies the base point by the scalar on the curve's other form, Curve25519, which the standard library shows, and compares there:
// u = (1+y)/(1-y) (RFC 7748 §4.1). The sign of x, the highest bit of the public key, is not seen by this; the caller compares the whole.
func yubiEd25519(scalar, public []byte) (crypto.PublicKey, error) {
	little := bytes.Clone(scalar)
	defer secret.Wipe(little)
	slices.Reverse(little)
	if clamped := little[0]&7 == 0 && little[31]&192 == 64; !clamped {
		return nil, errors.New("the scalar is not clamped")
	}
	key, err := ecdh.X25519().NewPrivateKey(little)
	if err != nil {
		return nil, err
	}
	p := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	number := func(b []byte) *big.Int {
		b = bytes.Clone(b)
		b[31] &= 127
		slices.Reverse(b)
		return new(big.Int).SetBytes(b)
	}
	y, one := number(public), big.NewInt(1)
	under := new(big.Int).ModInverse(new(big.Int).Mod(new(big.Int).Sub(one, y), p), p)
	if under == nil {
		return nil, errYubiHalves
	}
	u := under.Mul(under, new(big.Int).Add(one, y))
	if u.Mod(u, p).Cmp(number(key.PublicKey().Bytes())) != 0 {
		return nil, errYubiHalves
	}
	return ed25519.PublicKey(bytes.Clone(public)), nil
}

// yubiRSAPublic multiplies the primes, and checks the equations of the rest (RFC 8017 §3.2) for the exponent 65537.
func yubiRSAPublic(body []byte) (crypto.PublicKey, error) {
	half := len(body) / 7
	var n [5]*big.Int // p, q, dp, dq, qinv
	for i := range n {
		n[i] = new(big.Int).SetBytes(body[i*half : (i+1)*half])
	}
	modulus, e, one := new(big.Int).SetBytes(body[5*half:]), big.NewInt(65537), big.NewInt(1)
	product := func(a, b, mod *big.Int) bool {
		return mod.Cmp(one) > 0 && new(big.Int).Mod(new(big.Int).Mul(a, b), mod).Cmp(one) == 0
	}
	if modulus.BitLen() != half*16 || new(big.Int).Mul(n[0], n[1]).Cmp(modulus) != 0 ||
		!product(n[2], e, new(big.Int).Sub(n[0], one)) || !product(n[3], e, new(big.Int).Sub(n[1], one)) || !product(n[4], n[1], n[0]) {
		return nil, errors.New("the numbers of the RSA key do not belong together")
	}
	return &rsa.PublicKey{N: modulus, E: 65537}, nil
}
