package srk

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	_ "crypto/sha256" // the hashes that tables are made with
	_ "crypto/sha3"
	_ "crypto/sha512"
	"fmt"

	"sigtool/internal/issue"
)

// What stands in tables. CST: hab_types.h, ahab_types.h.
const (
	tagTable  = 0xD7
	tagKey    = 0xE1
	tagHash   = 0xEE // HAB's short form
	flagCA    = 0x80
	algRSA    = 0x21
	algPSS    = 0x22
	algECDSA  = 0x27
	algSM2    = 0x28
	algDilith = 0xD1
	algMLDSA  = 0xD2
	habSHA256 = 0x17

	versionHAB    = 0x40
	versionAHAB   = 0x42
	versionAHABv2 = 0x43

	headSize   = 4  // of a table, and of a short entry
	recordHead = 12 // of a record that holds a key
	dataHash   = 64 // bytes that a hash of SRK data takes in a record, whatever its own length
)

// keyKind is a sort of key that tables can hold.
type keyKind struct {
	name  string // "p256"
	alg   byte   // RSA, ECDSA, …
	size  byte   // AHAB's code of the size or curve; 0 where AHAB has none
	curve elliptic.Curve
	code  byte   // HAB's code of the curve
	bytes [2]int // of the modulus and exponent, or X and Y; the exponent is as long as it needs to be
	sig   int    // bytes of a signature, as AHAB has it
}

func keyKinds() []keyKind {
	return []keyKind{
		{name: "rsa1024", alg: algRSA, bytes: [2]int{128, 3}, sig: 128},
		{name: "rsa2048", alg: algRSA, size: 5, bytes: [2]int{256, 3}, sig: 256},
		{name: "rsa3072", alg: algRSA, size: 6, bytes: [2]int{384, 3}, sig: 384},
		{name: "rsa4096", alg: algRSA, size: 7, bytes: [2]int{512, 3}, sig: 512},
		{name: "p256", alg: algECDSA, size: 1, curve: elliptic.P256(), code: 0x4B, bytes: [2]int{32, 32}, sig: 64},
		{name: "p384", alg: algECDSA, size: 2, curve: elliptic.P384(), code: 0x4D, bytes: [2]int{48, 48}, sig: 96},
		{name: "p521", alg: algECDSA, size: 3, curve: elliptic.P521(), code: 0x4E, bytes: [2]int{66, 66}, sig: 132},
		{name: "dilithium3", alg: algDilith, size: 9, bytes: [2]int{1952, 0}, sig: 3293},
		{name: "dilithium5", alg: algDilith, size: 10, bytes: [2]int{2592, 0}, sig: 4595},
		{name: "ml-dsa-65", alg: algMLDSA, size: 9, bytes: [2]int{1952, 0}, sig: 3309},
		{name: "ml-dsa-87", alg: algMLDSA, size: 10, bytes: [2]int{2592, 0}, sig: 4627},
	}
}

// encodedKey is a key of FIPS 204, as keygen has them.
type encodedKey interface{ Bytes() []byte }

// kindOf finds a key's kind; its error is not yet a table's.
func kindOf(key crypto.PublicKey) (keyKind, error) {
	for _, k := range keyKinds() {
		switch key := key.(type) {
		case *rsa.PublicKey:
			if k.alg == algRSA && key.N != nil && key.N.BitLen() == k.bytes[0]*8 {
				return k, nil
			}
		case *ecdsa.PublicKey:
			if k.curve != nil && k.curve == key.Curve {
				return k, nil
			}
		case encodedKey:
			if k.alg == algMLDSA && len(key.Bytes()) == k.bytes[0] {
				return k, nil
			}
		}
	}
	return keyKind{}, fmt.Errorf("%s: the boot ROMs know RSA of 1024, 2048, 3072 and 4096 bits, P-256, P-384 and P-521", keyName(key))
}

// keyName is a key that no table holds, for people.
func keyName(key crypto.PublicKey) string {
	switch key := key.(type) {
	case *rsa.PublicKey:
		if key.N != nil {
			return fmt.Sprintf("an RSA key of %d bits", key.N.BitLen())
		}
	case *ecdsa.PublicKey:
		if key.Curve != nil {
			return "a key on " + key.Curve.Params().Name
		}
	}
	return fmt.Sprintf("a key of type %T", key)
}

// numbers are the two numbers of a key as tables hold them, the exponent in at least so many bytes. Errors: ErrTable.
func numbers(key crypto.PublicKey, exponent int) (a, b []byte, err error) {
	kind, err := kindOf(key)
	if err != nil {
		return nil, nil, refuse("srk-key", "%v", err)
	}
	switch key := key.(type) {
	case *rsa.PublicKey:
		return key.N.Bytes(), exponentBytes(key.E, exponent), nil
	case *ecdsa.PublicKey:
		point, err := key.Bytes()
		if err != nil {
			return nil, nil, refuse("srk-key", "%v", err)
		}
		return point[1 : 1+kind.bytes[0]], point[1+kind.bytes[0]:], nil
	}
	return key.(encodedKey).Bytes(), nil, nil
}

// exponentBytes is a number, big-endian, in at least so many bytes.
func exponentBytes(e, least int) (b []byte) {
	for ; e > 0 || len(b) < least; e >>= 8 {
		b = append([]byte{byte(e)}, b...)
	}
	return b
}

// refuse makes an error of a table: its name and what is wrong.
func refuse(id, format string, args ...any) *issue.Error {
	return issue.New(id, ErrTable, format, args...)
}

// HashFor is what a key signs with where nobody says: the hash that is as strong as its curve, and SHA-256 for RSA.
func HashFor(key crypto.PublicKey) crypto.Hash {
	kind, err := kindOf(key)
	switch {
	case err == nil && (kind.name == "p384" || kind.name == "ml-dsa-65"):
		return crypto.SHA384
	case err == nil && (kind.name == "p521" || kind.name == "ml-dsa-87"):
		return crypto.SHA512
	}
	return crypto.SHA256
}
