package export

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/binary"
	"errors"
	"math/big"
	"slices"

	"sigtool/internal/secret"
	"sigtool/keygen"
)

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
