package keygen

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"
	"slices"
	"strings"
)

// Algorithm is a kind of key, by the name that the command line and the paper use.
type Algorithm string

// The algorithms that keys can be made for. AlgorithmOf also returns "rsa<bits>" for RSA keys of other sizes.
const (
	Ed25519   Algorithm = "ed25519"   // RFC 8032
	P256      Algorithm = "p256"      // FIPS 186-5, secp256r1, prime256v1
	P384      Algorithm = "p384"      // FIPS 186-5, secp384r1
	P521      Algorithm = "p521"      // FIPS 186-5, secp521r1
	Secp256k1 Algorithm = "secp256k1" // SEC 2 §2.4.1
	RSA2048   Algorithm = "rsa2048"
	RSA3072   Algorithm = "rsa3072"
	RSA4096   Algorithm = "rsa4096"
	MLDSA65   Algorithm = "mldsa65"  // FIPS 204, ML-DSA-65
	MLDSA87   Algorithm = "mldsa87"  // FIPS 204, ML-DSA-87
	BLS12381  Algorithm = "bls12381" // BLS signatures as Tezos has them (tz4), public keys in G1
)

var algorithms = []Algorithm{Ed25519, P256, P384, P521, Secp256k1, RSA2048, RSA3072, RSA4096, MLDSA65, MLDSA87, BLS12381}

// Algorithms returns the algorithms that keys can be made for, in the order in which help shows them.
func Algorithms() []Algorithm { return slices.Clone(algorithms) }

// ParseAlgorithm returns the algorithm of that exact name; the error lists the names there are.
func ParseAlgorithm(name string) (Algorithm, error) {
	if a := Algorithm(name); slices.Contains(algorithms, a) {
		return a, nil
	}
	names := make([]string, len(algorithms))
	for i, a := range algorithms {
		names[i] = string(a)
	}
	return "", fmt.Errorf("algorithm %q is not one of %s", name, strings.Join(names, " "))
}

// AlgorithmOf names the algorithm of a public key: one of Algorithms, or "rsa<bits>" for RSA of another size.
// It fails with ErrUnsupported for every other type or curve.
func AlgorithmOf(pub crypto.PublicKey) (Algorithm, error) {
	switch pub := pub.(type) {
	case ed25519.PublicKey:
		return Ed25519, nil
	case *Secp256k1PublicKey:
		return Secp256k1, nil
	case *MLDSAPublicKey:
		return pub.set.alg, nil
	case *BLSPublicKey:
		return BLS12381, nil
	case *ecdsa.PublicKey:
		for _, c := range curves {
			if c.nist != nil && c.nist == pub.Curve {
				return c.alg, nil
			}
		}
		return "", fmt.Errorf("%w: an EC key of a curve other than P-256, P-384, P-521 and secp256k1", ErrUnsupported)
	case *rsa.PublicKey:
		return Algorithm(fmt.Sprintf("rsa%d", pub.N.BitLen())), nil
	}
	return "", fmt.Errorf("%w: a key of type %T", ErrUnsupported, pub)
}
