package keygen

import (
	"crypto"
	"crypto/ed25519"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// parsePublicJWK reads a public JSON Web Key; Azure calls keys of its HSMs "EC-HSM" and "RSA-HSM".
func parsePublicJWK(data []byte) (crypto.PublicKey, error) {
	fields, err := readJWK(data)
	if err != nil {
		return nil, err
	}
	switch kty, _ := fields.text("kty"); kty {
	case "EC", "EC-HSM":
		c, point, err := fields.ecPoint()
		if err != nil {
			return nil, err
		}
		return c.public(point)
	case "OKP":
		key, err := fields.okpPoint()
		if err != nil {
			return nil, err
		}
		return key, nil
	case "RSA", "RSA-HSM":
		return fields.rsaPublic()
	default:
		return nil, unsupported("a JWK of the type %.40q", kty)
	}
}

func (f jwkFields) rsaPublic() (crypto.PublicKey, error) {
	n, err := f.bytes("n", maxRSA/8)
	if err != nil {
		return nil, err
	}
	e, err := f.bytes("e", 8)
	if err != nil {
		return nil, err
	}
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(new(big.Int).SetBytes(n))
		b.AddASN1BigInt(new(big.Int).SetBytes(e))
	})
	der, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	return parseRSAPublic(der)
}

// ecPoint reads curve and point: 04 || X || Y.
func (f jwkFields) ecPoint() (*curve, []byte, error) {
	crv, _ := f.text("crv")
	c := curveByAlgorithm(jwkCurves[crv])
	if c == nil {
		return nil, nil, unsupported("a JWK of the curve %.40q", crv)
	}
	x, err := f.wide("x", c.size)
	if err != nil {
		return nil, nil, err
	}
	y, err := f.wide("y", c.size)
	if err != nil {
		return nil, nil, err
	}
	return c, append(append([]byte{4}, x...), y...), nil
}

// okpPoint reads the public half of an Ed25519 key (RFC 8037 §2).
func (f jwkFields) okpPoint() (ed25519.PublicKey, error) {
	if crv, _ := f.text("crv"); crv != "Ed25519" {
		return nil, unsupported("a JWK of the curve %.40q", crv)
	}
	x, err := f.bytes("x", ed25519.PublicKeySize)
	if err == nil && len(x) != ed25519.PublicKeySize {
		err = damaged("an ed25519 public key has %d bytes, not %d", ed25519.PublicKeySize, len(x))
	}
	return x, err
}
