// Package cert makes X.509 certificates and reads chains of them: what it returns has been parsed again and its signature checked,
// and the same key, subject, time and random numbers give the same bytes.
package cert

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"

	"sigtool/keygen"
)

const minRSABits = 2048

// SelfSigned makes a certificate for key, signed by key, and returns it as DER (RFC 5280, version 3).
//
// It's valid for that many days from notBefore, a whole second in UTC; both ends of the period belong to it, so one day from midnight ends
// at 23:59:59. The serial number is 127 bits from rand. The hash goes by the key: SHA-256 for RSA (PKCS#1 v1.5) and P-256, SHA-384 and
// SHA-512 for P-384 and P-521; Ed25519 and ML-DSA have their own. The signature takes nothing from rand (RFC 6979 for ECDSA).
//
// The profile is what OpenSSL and the kernel's own key recipe write:
//
//	basicConstraints        critical, CA:FALSE; for an Authority CA:TRUE, without a limit on the length of the path
//	keyUsage                critical, digitalSignature; for an Authority also keyCertSign and cRLSign
//	extendedKeyUsage        for Modules: codeSigning and 1.3.6.1.4.1.2312.16.1.2; otherwise none
//	subjectKeyIdentifier    SHA-1 of the public key bits (RFC 5280 section 4.2.1.2, method 1): a name, not a protection
//	authorityKeyIdentifier  the same
//
// Those for i.MX are NXP's own, and end at the same second of the day as they begin.
//
// Errors: a subject that ParseSubject refuses, an impossible period, RSA under 2048 bits, and any key that X.509 implementations at large
// don't know, above all secp256k1.
func SelfSigned(key crypto.Signer, subject string, days int, profile Profile, notBefore time.Time, rand io.Reader) ([]byte, error) {
	name, err := ParseSubject(subject)
	if err != nil {
		return nil, err
	}
	if _, err := signatureAlgorithm(key.Public()); err != nil { // before a random number is drawn
		return nil, err
	}
	serial, err := NewSerial(rand)
	if err != nil {
		return nil, err
	}
	return Issue(key, nil, Request{Public: key.Public(), Subject: name, Serial: serial, NotBefore: notBefore, Days: days, Profile: profile})
}

// Encode writes a certificate in DER as PEM.
func Encode(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func signatureAlgorithm(pub crypto.PublicKey) (x509.SignatureAlgorithm, error) {
	switch k := pub.(type) {
	case ed25519.PublicKey:
		return x509.PureEd25519, nil
	case *rsa.PublicKey:
		if k.N.BitLen() < minRSABits {
			return 0, fmt.Errorf("an RSA key of %d bits is too weak for a new certificate: %d are the least", k.N.BitLen(), minRSABits)
		}
		return x509.SHA256WithRSA, nil
	case *ecdsa.PublicKey:
		switch k.Curve {
		case elliptic.P256():
			return x509.ECDSAWithSHA256, nil
		case elliptic.P384():
			return x509.ECDSAWithSHA384, nil
		case elliptic.P521():
			return x509.ECDSAWithSHA512, nil
		}
	case *keygen.MLDSAPublicKey:
		return x509.UnknownSignatureAlgorithm, nil // the standard library has no number for it
	case *keygen.Secp256k1PublicKey:
		return 0, errors.New("no certificate for a secp256k1 key: kernels, Android and most X.509 libraries don't know the curve (use p256 where a certificate is needed)")
	case *keygen.BLSPublicKey:
		return 0, errors.New("no certificate for a bls12381 key: nobody reads such certificates, and Tezos knows a key by its address")
	}
	return 0, fmt.Errorf("no certificate for this kind of key: %T", pub)
}

// lastMoment is the latest end that a certificate can state; RFC 5280 section 4.1.2.5 takes it for "no end".
var lastMoment = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

const maxDays = 8050 * 366 // more than from 1950 to lastMoment

func period(from time.Time, days int) (notBefore, notAfter time.Time, err error) {
	notBefore = from.UTC().Truncate(time.Second)
	if notBefore.Year() < 1950 || notBefore.After(lastMoment) {
		return notBefore, notAfter, fmt.Errorf("a certificate can't begin in the year %d", notBefore.Year())
	}
	if days < 1 {
		return notBefore, notAfter, fmt.Errorf("a certificate valid for %d days", days)
	}
	notAfter = notBefore.AddDate(0, 0, min(days, maxDays)).Add(-time.Second)
	if notAfter.After(lastMoment) {
		return notBefore, notAfter, fmt.Errorf("%d days from %s: a certificate ends in the year 9999 at the latest", days, notBefore.Format(time.DateOnly))
	}
	return notBefore, notAfter, nil
}

// NewSerial draws a serial number for a Request: positive, of at most 127 bits, which takes 16 bytes of DER (RFC 5280 section 4.1.2.2 allows 20).
func NewSerial(rand io.Reader) (*big.Int, error) {
	var b [16]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return nil, fmt.Errorf("random numbers for the serial number: %w", err)
	}
	b[0] &= 0x7f
	serial := new(big.Int).SetBytes(b[:])
	if serial.Sign() == 0 {
		return nil, errors.New("the random numbers for the serial number are all zero")
	}
	return serial, nil
}

// keyID is the SHA-1 of the BIT STRING in the SubjectPublicKeyInfo, without its tag, length and count of unused bits.
func keyID(pub crypto.PublicKey) ([]byte, error) {
	der, err := keygen.MarshalPublic(pub)
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	var info struct {
		Algorithm asn1.RawValue
		Bits      asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	id := sha1.Sum(info.Bits.Bytes)
	return id[:], nil
}
