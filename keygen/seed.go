package keygen

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"errors"
	"fmt"

	detkeygen "filippo.io/keygen"

	"sigtool/internal/secret"
)

// SeedSize is the length of a seed in bytes, for every algorithm.
const SeedSize = 32

// FromSeed makes the one key that a seed of 32 bytes stands for; the same seed and algorithm give the same key for ever. Derivation
// names the way: the seed of RFC 8032 and of FIPS 204, the big-endian scalar itself (P-256, secp256k1, BLS12-381), or C2SP det-keygen.
// Error: ErrSeed for a scalar of zero or not below the order (less than one seed in 2^32; of BLS12-381, whose order is 0.45 times 2^256,
// more than every other one); Generate draws another.
func FromSeed(alg Algorithm, seed []byte) (crypto.Signer, error) {
	if len(seed) != SeedSize {
		return nil, fmt.Errorf("a seed has %d bytes, not %d", SeedSize, len(seed))
	}
	switch alg {
	case Ed25519:
		return ed25519.NewKeyFromSeed(seed), nil
	case P256, Secp256k1:
		return curveByAlgorithm(alg).private(seed)
	case BLS12381:
		key, err := NewBLSPrivateKey(seed)
		if err != nil {
			return nil, err // not key: a nil pointer in an interface is not nil
		}
		return key, nil
	}
	if set := mldsaByAlgorithm(alg); set != nil {
		return set.private(seed)
	}
	return expand(alg, seed)
}

// maxDraws bounds the search for a seed that makes a key. One draw in 2^32 fails for P-256, and 0.547 of all for BLS12-381: this many do
// once in 2^223 times.
const maxDraws = 256

// Generate makes a new key from a seed of the pool for the purpose that label names, and returns the seed with it. The caller wipes the
// seed, and runs SelfTest before the key is used.
func Generate(pool *Pool, alg Algorithm, label string) (crypto.Signer, []byte, error) {
	for range maxDraws {
		seed, err := pool.Seed(label)
		if err != nil {
			return nil, nil, err
		}
		key, err := FromSeed(alg, seed)
		if err == nil {
			return key, seed, nil
		}
		secret.Wipe(seed)
		if !errors.Is(err, ErrSeed) {
			return nil, nil, err
		}
	}
	return nil, nil, errors.New("the generator gives no seed that makes a key; it is broken")
}

// expand is C2SP det-keygen for the algorithms that it is used for. The secret may have another length in its test vectors.
func expand(alg Algorithm, secret []byte) (crypto.Signer, error) {
	switch alg {
	case P384, P521:
		return detkeygen.ECDSA(curveByAlgorithm(alg).nist, secret)
	case RSA2048:
		return detkeygen.RSA(2048, secret)
	case RSA3072:
		return detkeygen.RSA(3072, secret)
	case RSA4096:
		return detkeygen.RSA(4096, secret)
	}
	return nil, unsupported("making a key of algorithm %q", string(alg))
}

// Derivation names how FromSeed gets from the seed to the key, for the paper: "seed" (the key's own seed, RFC 8032 §5.1.5, FIPS 204 §5.1),
// "scalar" (the secret scalar, big-endian), "c2sp-det-keygen/v1" (c2sp.org/det-keygen), or "" for an algorithm it doesn't make.
func Derivation(alg Algorithm) string {
	switch alg {
	case Ed25519, MLDSA65, MLDSA87:
		return "seed"
	case P256, Secp256k1, BLS12381:
		return "scalar"
	case P384, P521, RSA2048, RSA3072, RSA4096:
		return "c2sp-det-keygen/v1"
	}
	return ""
}

// Seed returns the 32 bytes from which FromSeed makes this key again, where the key itself shows them (Ed25519, P-256, secp256k1, ML-DSA, BLS12-381).
// The caller wipes them.
func Seed(key crypto.Signer) ([]byte, bool) {
	switch key := key.(type) {
	case ed25519.PrivateKey:
		return key.Seed(), true
	case *Secp256k1PrivateKey:
		return key.Bytes(), true
	case *MLDSAPrivateKey:
		return key.Bytes(), true
	case *BLSPrivateKey:
		return key.Bytes(), true
	case *ecdsa.PrivateKey:
		if alg, err := AlgorithmOf(key.Public()); err != nil || alg != P256 {
			return nil, false
		}
		scalar, err := key.Bytes()
		return scalar, err == nil
	}
	return nil, false
}
