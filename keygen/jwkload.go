package keygen

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/secret"
)

// jwkCurves are the names of curves in a JWK: RFC 7518 §6.2.1.1, RFC 8812 §3.1, and Azure's own for secp256k1.
var jwkCurves = map[string]Algorithm{"P-256": P256, "P-384": P384, "P-521": P521, "secp256k1": Secp256k1, "P-256K": Secp256k1}

// jwkFields is a JWK taken apart; names are compared to the letter.
type jwkFields map[string]json.RawMessage

// isJSON tells whether a file begins as JSON does.
func isJSON(data []byte) bool { return bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) }

// jwkBlock gives a JSON Web Key the type of a private key or of a public one.
func jwkBlock(data []byte) ([]*pem.Block, error) {
	fields, err := readJWK(data)
	if err != nil {
		return nil, err
	}
	defer fields.wipe()
	kind := typeJWKPub
	if fields["d"] != nil {
		kind = typeJWK
	}
	return []*pem.Block{{Type: kind, Bytes: bytes.Clone(data)}}, nil
}

// readJWK reads the JSON and what kind of thing it is.
func readJWK(data []byte) (jwkFields, error) {
	var fields jwkFields
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, notKey("JSON, but not one whole object")
	}
	if inner := fields["key"]; isJSON(inner) && fields["kty"] == nil { // as in the calls of Azure Key Vault
		fields = nil
		if err := json.Unmarshal(inner, &fields); err != nil {
			return nil, notKey("a JSON file that is no JWK")
		}
		secret.Wipe(inner)
	}
	for name, value := range fields {
		if string(value) == "null" { // as Azure's tools write what is not there
			delete(fields, name)
		}
	}
	kty, _ := fields.text("kty")
	switch {
	case kty == "oct":
		fields.wipe()
		return nil, notKey("a JWK of a symmetric key")
	case kty == "" && fields["keys"] != nil:
		fields.wipe()
		return nil, unsupported("a set of JWKs (take out the one that is meant: jq '.keys[0]')")
	case kty == "":
		fields.wipe()
		return nil, notKey("a JSON file that is no JWK")
	}
	return fields, nil
}

func (f jwkFields) wipe() {
	for _, value := range f {
		secret.Wipe(value)
	}
}

// text returns a member that is a short text without escapes.
func (f jwkFields) text(name string) (string, bool) {
	raw := f[name]
	if len(raw) < 2 || len(raw) > 64 || raw[0] != '"' || bytes.ContainsRune(raw, '\\') {
		return "", false
	}
	return string(raw[1 : len(raw)-1]), true
}

// bytes returns a member that is base64url without padding (RFC 7515 §2), of at most limit bytes. The caller wipes it.
func (f jwkFields) bytes(name string, limit int) ([]byte, error) {
	raw := f[name]
	if raw == nil {
		return nil, damaged("the JWK has no %q", name)
	}
	if len(raw) < 3 || raw[0] != '"' || bytes.ContainsAny(raw, "\\\r\n") || base64.RawURLEncoding.DecodedLen(len(raw)-2) > limit {
		return nil, damaged("%q of the JWK is not base64url of 1 to %d bytes", name, limit)
	}
	out := make([]byte, base64.RawURLEncoding.DecodedLen(len(raw)-2))
	if _, err := base64.RawURLEncoding.Strict().Decode(out, raw[1:len(raw)-1]); err != nil {
		secret.Wipe(out)
		return nil, damaged("%q of the JWK is not base64url without padding", name)
	}
	return out, nil
}

// wide is bytes with the leading zeros that some writers leave out; what it belongs to has to prove them.
func (f jwkFields) wide(name string, size int) ([]byte, error) {
	short, err := f.bytes(name, size)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(short)
	out := make([]byte, size)
	copy(out[size-len(short):], short)
	return out, nil
}

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
