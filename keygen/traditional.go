package keygen

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// isSEC1 and isPKCS1 look at the outside only, as splitPKCS8 does.
//
//	SEC1 (RFC 5915 §3):   SEQUENCE { INTEGER 1, OCTET STRING scalar, [0] parameters OPTIONAL, [1] BIT STRING point OPTIONAL }
//	PKCS#1 (RFC 8017 A.1.2): SEQUENCE { INTEGER 0, INTEGER n, e, d, p, q, dP, dQ, qInv }
func isSEC1(der []byte) bool {
	var body cryptobyte.String
	var version int64
	input := cryptobyte.String(der)
	return input.ReadASN1(&body, cbasn1.SEQUENCE) && input.Empty() && body.ReadASN1Integer(&version) && version == 1 &&
		body.PeekASN1Tag(cbasn1.OCTET_STRING)
}

func isPKCS1(der []byte) bool {
	var body cryptobyte.String
	var version int64
	input := cryptobyte.String(der)
	return input.ReadASN1(&body, cbasn1.SEQUENCE) && input.Empty() && body.ReadASN1Integer(&version) && (version == 0 || version == 1) &&
		body.PeekASN1Tag(cbasn1.INTEGER)
}

// parsePKCS1 reads an RSA key. The numbers are measured before the standard library calculates with them, and that checks n, d and the
// CRT values against each other (not whether the primes are prime: Check does).
func parsePKCS1(der []byte) (crypto.Signer, error) {
	var body cryptobyte.String
	var version int64
	input := cryptobyte.String(der)
	if !input.ReadASN1(&body, cbasn1.SEQUENCE) || !input.Empty() || !body.ReadASN1Integer(&version) {
		return nil, damaged("not an RSA key inside")
	}
	if version == 1 {
		return nil, unsupported("an RSA key of more than two primes")
	}
	var numbers [8]big.Int
	for i := range numbers {
		if !body.ReadASN1Integer(&numbers[i]) {
			return nil, damaged("an RSA key has eight numbers")
		}
		if numbers[i].Sign() <= 0 {
			return nil, damaged("a number of the RSA key is zero or negative")
		}
		if i > 0 && numbers[i].BitLen() > maxRSA {
			return nil, damaged("a number of the RSA key is too large")
		}
	}
	if version != 0 || !body.Empty() {
		return nil, damaged("more in it than an RSA key")
	}
	if err := checkRSASize(&numbers[0], &numbers[1]); err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS1PrivateKey(der)
	if err != nil {
		return nil, damaged("%v", err) // tells which equation fails, never a number
	}
	return key, nil
}

// checkRSASize refuses what is too small to sign with or too large to calculate with.
func checkRSASize(n, e *big.Int) error {
	if bits := n.BitLen(); bits < minRSA || bits > maxRSA {
		return unsupported("RSA of %d bits (from %d to %d are read)", bits, minRSA, maxRSA)
	}
	if e.BitLen() > 31 {
		return unsupported("an RSA key with a public exponent of %d bits (up to 31 are read)", e.BitLen())
	}
	return nil
}

// parseSEC1 reads an EC key. The curve comes from outside (PKCS#8), from inside, or from both, and then it must be the same.
func parseSEC1(der []byte, outer *curve) (crypto.Signer, error) {
	var body, scalar, params, public cryptobyte.String
	var hasParams, hasPublic bool
	var version int64
	input := cryptobyte.String(der)
	if !input.ReadASN1(&body, cbasn1.SEQUENCE) || !input.Empty() || !body.ReadASN1Integer(&version) || version != 1 ||
		!body.ReadASN1(&scalar, cbasn1.OCTET_STRING) ||
		!body.ReadOptionalASN1(&params, &hasParams, cbasn1.Tag(0).Constructed().ContextSpecific()) ||
		!body.ReadOptionalASN1(&public, &hasPublic, cbasn1.Tag(1).Constructed().ContextSpecific()) || !body.Empty() {
		return nil, damaged("not an EC key inside")
	}
	c := outer
	if hasParams {
		inner, err := readCurve(params)
		if err != nil {
			return nil, err
		}
		if c != nil && c != inner {
			return nil, damaged("it names two curves, %s and %s", c.alg, inner.alg)
		}
		c = inner
	}
	if c == nil {
		return nil, damaged("an EC key that names no curve")
	}
	key, err := c.private(scalar)
	if errors.Is(err, ErrSeed) {
		return nil, damaged("the secret scalar is not between 1 and the order of %s", c.alg)
	}
	if err != nil || !hasPublic {
		return key, err
	}
	var point []byte
	if !public.ReadASN1BitStringAsBytes(&point) || !public.Empty() || len(point) == 0 {
		return nil, damaged("the public point can't be read")
	}
	return key, matchPoint(key, point)
}

// matchPoint compares the point of a file, unless it is nil, with the one that was calculated from the scalar.
func matchPoint(key crypto.Signer, point []byte) error {
	if point == nil {
		return nil
	}
	own, err := pointOf(key.Public())
	if err != nil {
		return err
	}
	if !samePoint(own, point) {
		return damaged("the public point does not belong to the secret scalar")
	}
	return nil
}

// readCurve reads the ECParameters of RFC 5480 §2.1.1, of which only a named curve is taken.
func readCurve(params cryptobyte.String) (*curve, error) {
	if params.PeekASN1Tag(cbasn1.SEQUENCE) {
		return nil, unsupported("an EC key with explicit curve parameters (convert it: openssl ec -param_enc named_curve)")
	}
	var oid asn1.ObjectIdentifier
	if !params.ReadASN1ObjectIdentifier(&oid) || !params.Empty() {
		return nil, damaged("the curve can't be read")
	}
	return curveByOID(oid)
}
