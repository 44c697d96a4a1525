package keygen

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/secret"
)

// MarshalPrivate writes a key as PKCS#8 DER (RFC 5208), byte for byte as OpenSSL does, and nothing with it: this is what leaves the house.
// MarshalPrivateWithSeed is for sigtool's own files. The caller wipes it.
// Error: ErrUnsupported for a signer that doesn't show its secret, such as a token.
func MarshalPrivate(key crypto.Signer) ([]byte, error) {
	switch key := key.(type) {
	case ed25519.PrivateKey, *ecdsa.PrivateKey, *rsa.PrivateKey:
		return x509.MarshalPKCS8PrivateKey(key)
	case *Secp256k1PrivateKey:
		return key.marshal()
	case *MLDSAPrivateKey:
		return key.marshal()
	case *BLSPrivateKey:
		return key.marshal()
	}
	return nil, unsupported("writing a key of type %T", key)
}

// EncodePlain wraps PKCS#8 DER in PEM ("PRIVATE KEY"), in the clear. The caller wipes the result.
func EncodePlain(pkcs8 []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}

// marshal writes what the standard library writes for its own curves:
//
//	SEQUENCE { INTEGER 0, SEQUENCE { id-ecPublicKey, secp256k1 }, OCTET STRING {
//	  SEQUENCE { INTEGER 1, OCTET STRING scalar (32 bytes), [1] { BIT STRING 04 || X || Y } } } }
func (k *Secp256k1PrivateKey) marshal() ([]byte, error) {
	scalar := k.Bytes()
	defer secret.Wipe(scalar)
	b := cryptobyte.NewFixedBuilder(make([]byte, 0, 256))
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(0)
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oidEC)
			b.AddASN1ObjectIdentifier(oidSecp256k1)
		})
		b.AddASN1(cbasn1.OCTET_STRING, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(1)
				b.AddASN1OctetString(scalar)
				b.AddASN1(cbasn1.Tag(1).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) {
					b.AddASN1BitString(k.pub.Bytes())
				})
			})
		})
	})
	return b.Bytes()
}

// privateInfo is a PKCS#8 key taken apart: what algorithm, and its own encoding inside.
//
//	SEQUENCE { INTEGER version (0, 1), SEQUENCE { OID algorithm, parameters }, OCTET STRING key,
//	           [0] attributes OPTIONAL, [1] BIT STRING public key OPTIONAL (RFC 5958) }
type privateInfo struct {
	algorithm asn1.ObjectIdentifier // empty for ours
	bls       bool                  // the algorithm is oidBLSBytes, which is too long for an ObjectIdentifier
	params    cryptobyte.String     // the rest of the AlgorithmIdentifier
	key       cryptobyte.String
	// What is in [0], not looked into yet: damage there is no sign of a wrong passphrase.
	attributes cryptobyte.String
	public     []byte // nil when there is none
}

// splitPKCS8 takes PKCS#8 apart without looking into the key. Only its failure means that this is no PKCS#8 at all, which after
// decryption tells a wrong passphrase from a key that is damaged or not supported.
func splitPKCS8(der []byte) (*privateInfo, bool) {
	info := &privateInfo{}
	var body, alg cryptobyte.String
	var version int
	input := cryptobyte.String(der)
	if !input.ReadASN1(&body, cbasn1.SEQUENCE) || !input.Empty() || !body.ReadASN1Integer(&version) || version < 0 || version > 1 ||
		!body.ReadASN1(&alg, cbasn1.SEQUENCE) || !readAlgorithm(&alg, &info.algorithm, &info.bls) ||
		!body.ReadASN1(&info.key, cbasn1.OCTET_STRING) {
		return nil, false
	}
	info.params = alg
	var public cryptobyte.String
	var present bool
	if !body.ReadOptionalASN1(&info.attributes, &present, tagAttributes) ||
		!body.ReadOptionalASN1(&public, &present, cbasn1.Tag(1).ContextSpecific()) || !body.Empty() {
		return nil, false
	}
	if present {
		var unused uint8
		if !public.ReadUint8(&unused) || unused != 0 {
			return nil, false
		}
		info.public = public
	}
	return info, true
}

// open makes the key, with the seed that it carries.
func (info *privateInfo) open() (*Key, error) {
	signer, err := info.signer()
	if err != nil {
		return nil, err
	}
	alg, err := AlgorithmOf(signer.Public())
	if err != nil {
		return nil, err
	}
	seed, err := info.seed(alg)
	if err != nil {
		return nil, err
	}
	return &Key{Signer: signer, Seed: seed, Form: FormPKCS8}, nil
}

// signer makes the key and compares it with every public half that the file carries.
func (info *privateInfo) signer() (crypto.Signer, error) {
	switch {
	case info.bls:
		return parseBLS(info)
	case info.algorithm.Equal(oidRSA) && noParams(info.params):
		return parsePKCS1(info.key)
	case info.algorithm.Equal(oidEC):
		c, err := readCurve(info.params)
		if err != nil {
			return nil, err
		}
		key, err := parseSEC1(info.key, c)
		if err != nil {
			return nil, err
		}
		return key, matchPoint(key, info.public)
	case info.algorithm.Equal(oidEd25519) && noParams(info.params):
		return parseEd25519(info)
	case info.algorithm.Equal(oidRSA), info.algorithm.Equal(oidEd25519):
		return nil, damaged("parameters where its algorithm has none")
	}
	if set := mldsaByOID(info.algorithm); set != nil {
		return set.parse(info)
	}
	return nil, unsupported("a key of the algorithm %s", nameOf(info.algorithm))
}

// noParams accepts NULL (RFC 8017 A.1, RSA) and nothing at all (RFC 8410 §3, Ed25519); either is written in the place of the other.
func noParams(params cryptobyte.String) bool {
	return params.Empty() || bytes.Equal(params, []byte{5, 0})
}

// parseEd25519 reads the OCTET STRING of 32 bytes inside (RFC 8410 §7).
func parseEd25519(info *privateInfo) (crypto.Signer, error) {
	var seed cryptobyte.String
	if !info.key.ReadASN1(&seed, cbasn1.OCTET_STRING) || !info.key.Empty() || len(seed) != ed25519.SeedSize {
		return nil, damaged("an ed25519 key holds %d bytes and nothing else", ed25519.SeedSize)
	}
	key := ed25519.NewKeyFromSeed(seed)
	if info.public != nil && !bytes.Equal(info.public, key[ed25519.SeedSize:]) {
		return nil, damaged("the public half does not belong to the secret one")
	}
	return key, nil
}
