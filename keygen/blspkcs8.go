package keygen

import (
	"bytes"
	"crypto"
	"encoding/asn1"

	"github.com/cloudflare/circl/ecc/bls12381"
	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/secret"
)

// Nobody has registered an identifier for BLS12-381 keys in PKCS#8 and SubjectPublicKeyInfo (the IETF's draft, on JWK and COSE, has none
// either). So that they can be sealed, named by a fingerprint and printed as other keys are, sigtool's own files have one of its own:
//
//	PKCS#8: SEQUENCE { INTEGER 0, SEQUENCE { OID }, OCTET STRING { OCTET STRING scalar (32 bytes, big-endian) } }
//	SPKI:   SEQUENCE { SEQUENCE { OID }, BIT STRING point (48 bytes, compressed, of G1) }
//
// where OID is 2.25.143515259215171715536953633491463987829: the UUID 6bf80894-c298-4a19-bdc6-255505e06275, drawn at random once and for
// all, under 2.25 (X.667 §8). Other tools read the frame and say that they don't know the algorithm. What leaves the house is Tezos's text.
var oidBLSBytes = []byte{0x69, 0x81, 0xd7, 0xf8, 0x84, 0xa5, 0x98, 0xa9, 0xc2, 0xa8, 0xb3, 0xbd, 0xe3, 0x89, 0xaa, 0xd0, 0xaf, 0x81, 0xc4, 0x75}

// readAlgorithm reads the identifier of an AlgorithmIdentifier. Ours, which has more bits than an ObjectIdentifier holds, is told by bls.
func readAlgorithm(alg *cryptobyte.String, oid *asn1.ObjectIdentifier, bls *bool) bool {
	var raw cryptobyte.String
	if rest := *alg; rest.ReadASN1(&raw, cbasn1.OBJECT_IDENTIFIER) && bytes.Equal(raw, oidBLSBytes) {
		*alg, *bls = rest, true
		return true
	}
	return alg.ReadASN1ObjectIdentifier(oid)
}

func addBLSAlgorithm(b *cryptobyte.Builder) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes(oidBLSBytes) })
	})
}

// marshal writes the PKCS#8 of the drawing above.
func (k *BLSPrivateKey) marshal() ([]byte, error) {
	scalar := k.Bytes()
	defer secret.Wipe(scalar)
	b := cryptobyte.NewFixedBuilder(make([]byte, 0, 128))
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(0)
		addBLSAlgorithm(b)
		b.AddASN1(cbasn1.OCTET_STRING, func(b *cryptobyte.Builder) { b.AddASN1OctetString(scalar) })
	})
	return b.Bytes()
}

// parseBLS reads what stands inside the PKCS#8 of the drawing above.
func parseBLS(info *privateInfo) (crypto.Signer, error) {
	var scalar cryptobyte.String
	if !info.params.Empty() {
		return nil, damaged("parameters where its algorithm has none")
	}
	if !info.key.ReadASN1(&scalar, cbasn1.OCTET_STRING) || !info.key.Empty() || len(scalar) != bls12381.ScalarSize {
		return nil, damaged("a %s key holds %d bytes and nothing else", BLS12381, bls12381.ScalarSize)
	}
	key, err := NewBLSPrivateKey(scalar)
	if err != nil {
		return nil, damaged("the secret scalar is not between 1 and the order of %s", BLS12381)
	}
	if info.public != nil && !bytes.Equal(info.public, key.pub.encoding[:]) {
		return nil, damaged("the public half does not belong to the secret one")
	}
	return key, nil
}

// marshal writes the SubjectPublicKeyInfo of the drawing above.
func (k *BLSPublicKey) marshal() ([]byte, error) {
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		addBLSAlgorithm(b)
		b.AddASN1BitString(k.encoding[:])
	})
	return b.Bytes()
}

// parseBLSPublic reads the key of such a SubjectPublicKeyInfo.
func parseBLSPublic(encoding []byte) (crypto.PublicKey, error) {
	pub, err := ParseBLSPublicKey(encoding)
	if err != nil {
		return nil, err // not pub: a nil pointer in an interface is not nil
	}
	return pub, nil
}
