package laxcert

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/ber"
	"sigtool/internal/sigalg"
)

var (
	oidRSA = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidDSA = asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}
	oidEC  = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
)

// errUnknown tells of a key that is whole, as far as can be told, and of no kind that is known.
var errUnknown = errors.New("a public key of an algorithm that is not known")

// ParsePublicKey reads a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) with the leniency of Parse. A DSA key is a *sigalg.DSAPublicKey.
func ParsePublicKey(spki []byte) (crypto.PublicKey, error) {
	if len(spki) > MaxSize {
		return nil, fmt.Errorf("a public key of more than %d bytes", MaxSize)
	}
	all, rest, err := ber.Read(spki)
	if err != nil || len(rest) > 0 || all.Tag != ber.Sequence {
		return nil, errors.New("damaged public key")
	}
	in := ber.Over(all.Content)
	alg := in.Into(ber.Sequence)
	oid := alg.OID()
	bits, err := in.Take(ber.BitString).Bits()
	if err != nil || in.Err() != nil || alg.Err() != nil {
		return nil, errors.New("damaged public key")
	}
	if oid.Equal(oidDSA) {
		return parseDSA(alg, bits, all.Raw)
	}
	if key, err := x509.ParsePKIXPublicKey(spki); err == nil {
		return key, nil
	}
	switch {
	case oid.Equal(oidRSA):
		return parseRSA(bits)
	case oid.Equal(oidEC):
		return parseEC(alg, bits)
	}
	return nil, fmt.Errorf("%w: %s", errUnknown, oid)
}

// parseRSA reads SEQUENCE{n, e} without their signs: in DER again, it is for the standard library to judge.
func parseRSA(bits []byte) (crypto.PublicKey, error) {
	in := ber.Over(bits).Into(ber.Sequence)
	n, e := in.Take(ber.Integer), in.Take(ber.Integer)
	if in.Err() != nil {
		return nil, errors.New("damaged RSA key")
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(n.Unsigned())
		b.AddASN1BigInt(e.Unsigned())
	})
	der, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS1PublicKey(der)
	if err != nil {
		return nil, err
	}
	return key, nil
}

// parseEC reads the point of a named curve, likewise.
func parseEC(alg *ber.Cursor, bits []byte) (crypto.PublicKey, error) {
	if !alg.Is(ber.OID) {
		return nil, fmt.Errorf("%w: a curve without a name", errUnknown)
	}
	curve := alg.OID()
	if alg.Err() != nil {
		return nil, errors.New("damaged EC key")
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oidEC)
			b.AddASN1ObjectIdentifier(curve)
		})
		b.AddASN1BitString(bits)
	})
	der, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", errUnknown, err)
	}
	return key, nil
}

// parseDSA reads SEQUENCE{p, q, g} and INTEGER y (RFC 3279 §2.3.2). Whether they are of a size to calculate with is for package sigalg.
func parseDSA(alg *ber.Cursor, bits, spki []byte) (crypto.PublicKey, error) {
	params, value := alg.Into(ber.Sequence), ber.Over(bits)
	key := &sigalg.DSAPublicKey{SPKI: spki}
	for _, number := range []struct {
		into **big.Int
		from *ber.Cursor
	}{{&key.Key.P, params}, {&key.Key.Q, params}, {&key.Key.G, params}, {&key.Key.Y, value}} {
		*number.into = number.from.Take(ber.Integer).Unsigned()
		if number.from.Err() != nil {
			return nil, errors.New("damaged DSA key")
		}
	}
	return key, nil
}
