package sigblk

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/asn1"
	"encoding/binary"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/keygen"
)

// kind is a sort of keys: what a record calls it, and how large its signatures are.
type kind struct {
	algs  []byte
	size  byte
	name  string
	first int // bytes of modulus, X or key
	sig   int // bytes of a signature
}

var (
	rsaAlgs = []byte{algRSA, algPSS}
	kinds   = []kind{
		{[]byte{algECDSA}, 1, "p256", 32, 64},
		{[]byte{algECDSA}, 2, "p384", 48, 96},
		{[]byte{algECDSA}, 3, "p521", 66, 132},
		{rsaAlgs, 5, "rsa2048", 256, 256},
		{rsaAlgs, 6, "rsa3072", 384, 384},
		{rsaAlgs, 7, "rsa4096", 512, 512},
		{[]byte{algSM2}, 8, "sm2", 32, 64},
		{[]byte{algMLDSA}, 9, "ml-dsa-65", 1952, 3309},
		{[]byte{algMLDSA}, 10, "ml-dsa-87", 2592, 4627},
		{[]byte{algDilithium}, 9, "dilithium3", 1952, 3293},
		{[]byte{algDilithium}, 10, "dilithium5", 2592, 4595},
	}
)

// kindOf finds the kind of a record's algorithm and size, or nil.
func kindOf(alg, size byte) *kind {
	for i := range kinds {
		for _, a := range kinds[i].algs {
			if a == alg && kinds[i].size == size {
				return &kinds[i]
			}
		}
	}
	return nil
}

// algName is the kind's name, or says what numbers it has.
func algName(alg, size byte) string {
	if k := kindOf(alg, size); k != nil {
		return k.name
	}
	return fmt.Sprintf("unknown (algorithm %#02x, size %#02x)", alg, size)
}

// readKey reads the key of a record, or of the KeyData that the record is about: nil where it is of no kind known here, or no key.
func readKey(record, data []byte) crypto.PublicKey {
	k := kindOf(record[3], record[5])
	first := int(binary.LittleEndian.Uint16(record[8:]))
	if k == nil || first != k.first || first > len(data) {
		return nil
	}
	switch record[3] {
	case algRSA, algPSS:
		return readRSA(data[:first], data[first:])
	case algECDSA:
		return readEC(k, data)
	case algMLDSA:
		return readMLDSA(k, data)
	}
	return nil
}

// readRSA takes exponents with leading zeros: SPSDK writes four bytes, CST as many as it needs.
func readRSA(modulus, exponent []byte) crypto.PublicKey {
	if len(exponent) == 0 || len(exponent) > 4 || modulus[0]&0x80 == 0 || modulus[len(modulus)-1]&1 == 0 {
		return nil
	}
	e := new(big.Int).SetBytes(exponent).Int64()
	if e < 3 || e > 1<<31-1 || e&1 == 0 {
		return nil
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: int(e)}
}

func readEC(k *kind, point []byte) crypto.PublicKey {
	curve := map[string]elliptic.Curve{"p256": elliptic.P256(), "p384": elliptic.P384(), "p521": elliptic.P521()}[k.name]
	pub, err := ecdsa.ParseUncompressedPublicKey(curve, append([]byte{4}, point...))
	if err != nil {
		return nil
	}
	return pub
}

// readMLDSA reads a key of FIPS 204 §7.2 through its SubjectPublicKeyInfo (RFC 9881 §4), which keygen reads.
func readMLDSA(k *kind, data []byte) crypto.PublicKey {
	oid := map[string]asn1.ObjectIdentifier{"ml-dsa-65": {2, 16, 840, 1, 101, 3, 4, 3, 18}, "ml-dsa-87": {2, 16, 840, 1, 101, 3, 4, 3, 19}}[k.name]
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oid) })
		b.AddASN1BitString(data)
	})
	pub, _, err := keygen.ParsePublic(b.BytesOrPanic())
	if err != nil {
		return nil
	}
	return pub
}
