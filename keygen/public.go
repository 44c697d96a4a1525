package keygen

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/sigalg"
)

// Fingerprint names a public key: "SHA256:" and the standard base64, with padding, of the SHA-256 of its DER SubjectPublicKeyInfo,
// EC points uncompressed. It is "" for a key that MarshalPublic can't write.
func Fingerprint(pub crypto.PublicKey) string {
	der, err := MarshalPublic(pub)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(der)
	return "SHA256:" + base64.StdEncoding.EncodeToString(sum[:])
}

// MarshalPublic writes a public key as DER SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), EC points uncompressed, a DSA key as it stands in
// its certificate.
func MarshalPublic(pub crypto.PublicKey) ([]byte, error) {
	switch pub := pub.(type) {
	case ed25519.PublicKey, *ecdsa.PublicKey, *rsa.PublicKey:
		return x509.MarshalPKIXPublicKey(pub)
	case *Secp256k1PublicKey:
		b := cryptobyte.NewBuilder(nil)
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidEC)
				b.AddASN1ObjectIdentifier(oidSecp256k1)
			})
			b.AddASN1BitString(pub.Bytes())
		})
		return b.Bytes()
	case *MLDSAPublicKey:
		return pub.marshal()
	case *BLSPublicKey:
		return pub.marshal()
	case *sigalg.DSAPublicKey:
		if len(pub.SPKI) > 0 {
			return pub.SPKI, nil
		}
	}
	return nil, unsupported("writing a public key of type %T", pub)
}

// EncodePublic wraps a DER SubjectPublicKeyInfo in PEM ("PUBLIC KEY").
func EncodePublic(spki []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki})
}

// parseSPKI reads a DER SubjectPublicKeyInfo:
//
//	SEQUENCE { SEQUENCE { OID algorithm, parameters }, BIT STRING key }
func parseSPKI(der []byte) (crypto.PublicKey, error) {
	var body, alg cryptobyte.String
	var oid asn1.ObjectIdentifier
	var bls bool
	var key []byte
	input := cryptobyte.String(der)
	if !input.ReadASN1(&body, cbasn1.SEQUENCE) || !input.Empty() || !body.ReadASN1(&alg, cbasn1.SEQUENCE) ||
		!readAlgorithm(&alg, &oid, &bls) || !body.ReadASN1BitStringAsBytes(&key) || !body.Empty() {
		return nil, damaged("the public key can't be read")
	}
	switch {
	case bls && !alg.Empty():
		return nil, damaged("parameters where the public key's algorithm has none")
	case bls:
		return parseBLSPublic(key)
	case oid.Equal(oidRSA) && noParams(alg):
		return parseRSAPublic(key)
	case oid.Equal(oidEC):
		c, err := readCurve(alg)
		if err != nil {
			return nil, err
		}
		return c.public(key)
	case oid.Equal(oidEd25519) && noParams(alg):
		if len(key) != ed25519.PublicKeySize {
			return nil, damaged("an ed25519 public key has %d bytes, not %d", ed25519.PublicKeySize, len(key))
		}
		return ed25519.PublicKey(key), nil
	case oid.Equal(oidRSA), oid.Equal(oidEd25519):
		return nil, damaged("parameters where the public key's algorithm has none")
	}
	if set := mldsaByOID(oid); set != nil {
		return set.public(alg, key)
	}
	return nil, unsupported("a public key of the algorithm %s", nameOf(oid))
}

// parseRSAPublic reads a DER RSAPublicKey (RFC 8017 A.1.1): SEQUENCE { INTEGER n, INTEGER e }.
func parseRSAPublic(der []byte) (crypto.PublicKey, error) {
	var body cryptobyte.String
	var n, e big.Int
	input := cryptobyte.String(der)
	if !input.ReadASN1(&body, cbasn1.SEQUENCE) || !input.Empty() || !body.ReadASN1Integer(&n) || !body.ReadASN1Integer(&e) || !body.Empty() {
		return nil, damaged("the RSA public key can't be read")
	}
	if err := checkRSASize(&n, &e); err != nil {
		return nil, err
	}
	if n.Sign() <= 0 || n.Bit(0) == 0 || e.Cmp(big.NewInt(3)) < 0 || e.Bit(0) == 0 {
		return nil, damaged("modulus and exponent of an RSA key are positive and odd")
	}
	return &rsa.PublicKey{N: &n, E: int(e.Int64())}, nil
}
