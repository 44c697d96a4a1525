package keygen

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"math/big"

	"sigtool/internal/secret"
)

// Check examines a key as `openssl pkey -check` does: of an RSA key that the primes are prime, that n, d and the CRT values follow from
// them, and that the exponent is odd; of an EC or BLS key that the scalar lies between 1 and the order and makes the public point; of an Ed25519
// key or ML-DSA key that the seed makes the public half. The error says what is wrong, never a number of the key.
func Check(key crypto.Signer) error {
	switch key := key.(type) {
	case ed25519.PrivateKey:
		if len(key) != ed25519.PrivateKeySize || !bytes.Equal(ed25519.NewKeyFromSeed(key.Seed()), key) {
			return damaged("the public half does not belong to the secret one")
		}
		return nil
	case *ecdsa.PrivateKey:
		return checkEC(key)
	case *Secp256k1PrivateKey:
		again, err := NewSecp256k1PrivateKey(key.Bytes())
		if err != nil || !again.pub.Equal(key.pub) {
			return damaged("the public point does not belong to the secret scalar")
		}
		return nil
	case *MLDSAPrivateKey:
		seed := key.Bytes()
		defer secret.Wipe(seed)
		again, err := key.pub.set.private(seed)
		if err != nil || !again.pub.Equal(key.pub) {
			return damaged("the public half does not belong to the secret one")
		}
		return nil
	case *BLSPrivateKey:
		scalar := key.Bytes()
		defer secret.Wipe(scalar)
		again, err := NewBLSPrivateKey(scalar)
		if err != nil || !again.pub.Equal(key.pub) {
			return damaged("the public point does not belong to the secret scalar")
		}
		return nil
	case *rsa.PrivateKey:
		return checkRSA(key)
	}
	return unsupported("checking a key of type %T", key)
}

func checkEC(key *ecdsa.PrivateKey) error {
	alg, err := AlgorithmOf(key.Public())
	if err != nil {
		return err
	}
	scalar, err := key.Bytes()
	if err != nil {
		return damaged("the secret scalar is not between 1 and the order of %s", alg)
	}
	again, err := curveByAlgorithm(alg).private(scalar)
	if errors.Is(err, ErrSeed) {
		return damaged("the secret scalar is not between 1 and the order of %s", alg)
	}
	if err != nil {
		return err
	}
	if !key.PublicKey.Equal(again.Public()) {
		return damaged("the public point does not belong to the secret scalar")
	}
	return nil
}

// checkRSA checks the equations of RFC 8017 §3.2, for two primes.
func checkRSA(key *rsa.PrivateKey) error {
	if len(key.Primes) != 2 {
		return unsupported("an RSA key of %d primes", len(key.Primes))
	}
	one := big.NewInt(1)
	p, q, e := key.Primes[0], key.Primes[1], big.NewInt(int64(key.E))
	if err := checkRSASize(key.N, e); err != nil {
		return err
	}
	if p.BitLen() > maxRSA || q.BitLen() > maxRSA || key.D.BitLen() > maxRSA {
		return damaged("a number of the RSA key is too large")
	}
	if new(big.Int).Mul(p, q).Cmp(key.N) != 0 || p.Cmp(one) <= 0 || q.Cmp(one) <= 0 {
		return damaged("the modulus is not the product of the primes")
	}
	for i, prime := range []*big.Int{p, q} {
		if !prime.ProbablyPrime(20) {
			return damaged("the prime %s is not prime", []string{"p", "q"}[i])
		}
	}
	if p.Cmp(q) == 0 {
		return damaged("the two primes are the same")
	}
	if e.Cmp(big.NewInt(3)) < 0 || e.Bit(0) == 0 {
		return damaged("the public exponent is even or below 3")
	}
	return checkExponents(key, p, q, e)
}

func checkExponents(key *rsa.PrivateKey, p, q, e *big.Int) error {
	one := big.NewInt(1)
	p1, q1 := new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)
	lcm := new(big.Int).Mul(p1, q1)
	lcm.Div(lcm, new(big.Int).GCD(nil, nil, p1, q1))
	if product := new(big.Int).Mul(key.D, e); product.Mod(product, lcm).Cmp(one) != 0 {
		return damaged("the secret exponent does not undo the public one")
	}
	crt := key.Precomputed
	if crt.Dp == nil || crt.Dq == nil || crt.Qinv == nil {
		return nil // a key made in memory that has not calculated them yet
	}
	if new(big.Int).Mod(key.D, p1).Cmp(crt.Dp) != 0 || new(big.Int).Mod(key.D, q1).Cmp(crt.Dq) != 0 {
		return damaged("an exponent for p or q (dP, dQ) does not follow from the secret exponent")
	}
	if inverse := new(big.Int).ModInverse(q, p); inverse == nil || inverse.Cmp(crt.Qinv) != 0 {
		return damaged("the coefficient qInv is not the inverse of q")
	}
	return nil
}
