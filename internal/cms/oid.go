package cms

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/asn1"
	"errors"
	"fmt"

	"sigtool/internal/sigalg"
)

// Object identifiers: RFC 5652 §4-§11, RFC 8017 §A, RFC 5758 §3.2, RFC 8419 §2.
var (
	OIDData       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}

	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}

	oidRSA     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidEd25519 = asn1.ObjectIdentifier{1, 3, 101, 112}
)

// digests are the hashes that a signature can be over.
var digests = []struct {
	oid  asn1.ObjectIdentifier
	hash crypto.Hash
}{
	{asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}, crypto.SHA1},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 4}, crypto.SHA224},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, crypto.SHA256},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, crypto.SHA384},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, crypto.SHA512},
}

// Kind is the sort of key that a signature algorithm is for.
type Kind string

// The kinds.
const (
	RSA     Kind = "rsa"
	ECDSA   Kind = "ecdsa"
	Ed25519 Kind = "ed25519"
)

type signatureAlgorithm struct {
	oid  asn1.ObjectIdentifier
	kind Kind
	hash crypto.Hash // 0 where the identifier does not say one
}

// algorithms are the signature algorithms that are known.
var algorithms = []signatureAlgorithm{
	{oidRSA, RSA, 0},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 5}, RSA, crypto.SHA1},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 14}, RSA, crypto.SHA224},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, RSA, crypto.SHA256},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}, RSA, crypto.SHA384},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}, RSA, crypto.SHA512},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 1}, ECDSA, crypto.SHA1},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 1}, ECDSA, crypto.SHA224},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}, ECDSA, crypto.SHA256},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}, ECDSA, crypto.SHA384},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}, ECDSA, crypto.SHA512},
	{oidEd25519, Ed25519, 0},
	{oidMLDSA65, MLDSA65, 0},
	{oidMLDSA87, MLDSA87, 0},
}

// names are algorithms that are refused by name rather than by number.
var names = map[string]string{
	"1.2.840.113549.1.1.10":   "rsa-pss",
	"1.2.840.113549.2.5":      "md5",
	"1.2.840.10040.4.3":       "dsa with sha1",
	"2.16.840.1.101.3.4.3.2":  "dsa with sha256",
	"2.16.840.1.101.3.4.3.17": "ml-dsa-44",
}

func oidName(oid asn1.ObjectIdentifier) string {
	if name, ok := names[oid.String()]; ok {
		return fmt.Sprintf("%s (%s)", name, oid)
	}
	return oid.String()
}

func digestOID(h crypto.Hash) (asn1.ObjectIdentifier, error) {
	for _, d := range digests {
		if d.hash == h {
			return d.oid, nil
		}
	}
	return nil, fmt.Errorf("hash %s has no place in a cms signature", h)
}

// signatureOID gives the identifier that openssl and the kernel's sign-file write: plain rsaEncryption for RSA,
// ecdsa-with-SHAx for ECDSA, and whether NULL parameters follow it.
func signatureOID(pub crypto.PublicKey, h crypto.Hash) (oid asn1.ObjectIdentifier, null bool, err error) {
	kind, err := kindOf(pub)
	if err != nil {
		return nil, false, err
	}
	switch kind {
	case RSA:
		return oidRSA, true, nil
	case Ed25519:
		return oidEd25519, false, nil
	case MLDSA65:
		return oidMLDSA65, false, nil
	case MLDSA87:
		return oidMLDSA87, false, nil
	case DSA:
		return nil, false, errors.New("nothing is signed with DSA")
	}
	for _, a := range algorithms {
		if a.kind == kind && a.hash == h {
			return a.oid, false, nil
		}
	}
	return nil, false, fmt.Errorf("hash %s can't be used with an %s key in a cms signature", h, kind)
}

// kindOf is the sort of a key; keys that are none of the standard library's are ECDSA over a curve of their own.
func kindOf(pub crypto.PublicKey) (Kind, error) {
	switch pub := pub.(type) {
	case *rsa.PublicKey:
		return RSA, nil
	case *ecdsa.PublicKey:
		return ECDSA, nil
	case ed25519.PublicKey:
		return Ed25519, nil
	case *sigalg.DSAPublicKey:
		return DSA, nil
	case sigalg.MessageKey:
		return Kind(pub.SignatureName()), nil
	case interface{ VerifyASN1(digest, sig []byte) bool }:
		return ECDSA, nil
	default:
		return "", fmt.Errorf("a key of type %T has no place in a cms signature", pub)
	}
}
