package keygen

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"math/big"

	"sigtool/internal/secret"
)

// jwkMember is one member of a JWK: base64url of bytes, or a text that JSON need not escape.
type jwkMember struct {
	name string
	text string
	data []byte
}

// MarshalJWK writes a private key as a JSON Web Key (RFC 7517), in the clear, on one line: EC with numbers of the curve's full width
// (RFC 7518 §6.2), RSA with all of its numbers (§6.3), Ed25519 as OKP (RFC 8037). crv is the name of secp256k1: "secp256k1" (RFC 8812) or, as
// Azure has it, "P-256K". kid names the key, without anything that JSON escapes; "" leaves it out. The caller wipes the JWK.
// Error: ErrUnsupported for keys that have no JWK here.
func MarshalJWK(key crypto.Signer, crv, kid string) ([]byte, error) {
	members, err := jwkMembers(key, crv)
	if err != nil {
		return nil, err
	}
	if kid != "" {
		members = append(members, jwkMember{name: "kid", text: kid})
	}
	size := len("{}\n")
	for _, m := range members {
		size += len(m.name) + len(m.text) + base64.RawURLEncoding.EncodedLen(len(m.data)) + len(`"":"",`)
	}
	out := append(make([]byte, 0, size), '{')
	for i, m := range members {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, '"'), m.name...), `":"`...)
		out = base64.RawURLEncoding.AppendEncode(append(out, m.text...), m.data)
		out = append(out, '"')
		secret.Wipe(m.data)
	}
	return append(out, "}\n"...), nil
}

// jwkMembers are the members in the order in which they are written; all data are copies.
func jwkMembers(key crypto.Signer, crv string) ([]jwkMember, error) {
	switch key := key.(type) {
	case ed25519.PrivateKey:
		public := key.Public().(ed25519.PublicKey)
		return []jwkMember{{name: "kty", text: "OKP"}, {name: "crv", text: "Ed25519"}, {name: "x", data: append([]byte{}, public...)}, {name: "d", data: key.Seed()}}, nil
	case *ecdsa.PrivateKey:
		scalar, err := key.Bytes()
		if err != nil {
			return nil, unsupported("writing this EC key as a JWK")
		}
		return jwkEC(key.Params().Name, key.Public(), scalar)
	case *Secp256k1PrivateKey:
		return jwkEC(crv, key.Public(), key.Bytes())
	case *rsa.PrivateKey:
		return jwkRSA(key)
	}
	return nil, unsupported("a JWK of a key of type %T", key)
}

func jwkEC(crv string, pub crypto.PublicKey, scalar []byte) ([]jwkMember, error) {
	point, err := pointOf(pub)
	if err != nil {
		return nil, err
	}
	x, y := point[1:1+len(point)/2], point[1+len(point)/2:]
	return []jwkMember{{name: "kty", text: "EC"}, {name: "crv", text: crv}, {name: "x", data: x}, {name: "y", data: y}, {name: "d", data: scalar}}, nil
}

func jwkRSA(key *rsa.PrivateKey) ([]jwkMember, error) {
	if len(key.Primes) != 2 {
		return nil, unsupported("an RSA key of more than two primes")
	}
	key.Precompute()
	members := []jwkMember{{name: "kty", text: "RSA"}}
	for _, m := range []struct {
		name string
		n    *big.Int
	}{
		{"n", key.N}, {"e", big.NewInt(int64(key.E))}, {"d", key.D}, {"p", key.Primes[0]}, {"q", key.Primes[1]},
		{"dp", key.Precomputed.Dp}, {"dq", key.Precomputed.Dq}, {"qi", key.Precomputed.Qinv},
	} {
		members = append(members, jwkMember{name: m.name, data: m.n.Bytes()})
	}
	return members, nil
}
