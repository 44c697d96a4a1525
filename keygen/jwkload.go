package keygen

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/secret"
)

// parseJWK reads a private JSON Web Key (RFC 7517). Its public members are compared with those of the secret one.
func parseJWK(data []byte) (crypto.Signer, error) {
	fields, err := readJWK(data)
	if err != nil {
		return nil, err
	}
	defer fields.wipe()
	switch kty, _ := fields.text("kty"); kty {
	case "EC":
		return fields.ec()
	case "OKP":
		return fields.okp()
	case "RSA":
		return fields.rsa()
	default:
		return nil, unsupported("a JWK of the type %.40q", kty)
	}
}

func (f jwkFields) ec() (crypto.Signer, error) {
	c, point, err := f.ecPoint()
	if err != nil {
		return nil, err
	}
	scalar, err := f.wide("d", c.size)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(scalar)
	key, err := c.private(scalar)
	if err != nil {
		return nil, damaged("the secret scalar is not between 1 and the order of %s", c.alg)
	}
	return key, matchPoint(key, point)
}

func (f jwkFields) okp() (crypto.Signer, error) {
	public, err := f.okpPoint()
	if err != nil {
		return nil, err
	}
	seed, err := f.bytes("d", ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(seed)
	if len(seed) != ed25519.SeedSize {
		return nil, damaged("an ed25519 key holds %d bytes and nothing else", ed25519.SeedSize)
	}
	key := ed25519.NewKeyFromSeed(seed)
	if !bytes.Equal(key[ed25519.SeedSize:], public) {
		return nil, damaged("the public half does not belong to the secret one")
	}
	return key, nil
}

// rsa reads an RSA key through its PKCS#1 form, whose reader measures and compares the numbers.
func (f jwkFields) rsa() (crypto.Signer, error) {
	if f["oth"] != nil {
		return nil, unsupported("an RSA key of more than two primes")
	}
	if f["p"] == nil || f["q"] == nil {
		return nil, unsupported("an RSA JWK without its primes")
	}
	b := cryptobyte.NewFixedBuilder(make([]byte, 0, 9*maxRSA/8))
	var failed error
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(0)
		for _, name := range []string{"n", "e", "d", "p", "q", "dp", "dq", "qi"} {
			number, err := f.bytes(name, maxRSA/8)
			if err != nil {
				failed = err
				return
			}
			b.AddASN1BigInt(new(big.Int).SetBytes(number))
			secret.Wipe(number)
		}
	})
	der, err := b.Bytes()
	defer secret.Wipe(der)
	if failed != nil {
		return nil, failed
	}
	if err != nil {
		return nil, damaged("a number of the RSA key is too large")
	}
	return parsePKCS1(der)
}
