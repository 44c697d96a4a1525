// Package alg is the signature algorithms of the APK Signing Block, and the only place there that signs and verifies.
package alg

import (
	"crypto"

	"sigtool/formats/apk/content"
	"sigtool/internal/sigalg"
)

// ID is a signature algorithm as the block writes it, such as 0x0103.
type ID uint32

// The algorithms ("Signature algorithm IDs" in the APK v2 spec; those over verity digests came with Android 9).
const (
	PSSSHA256         ID = 0x0101 // RSASSA-PSS, MGF1 by the same hash, salt of 32 bytes
	PSSSHA512         ID = 0x0102 // the same, salt of 64 bytes
	PKCS1SHA256       ID = 0x0103 // RSASSA-PKCS1-v1_5
	PKCS1SHA512       ID = 0x0104
	ECDSASHA256       ID = 0x0201 // signature in DER
	ECDSASHA512       ID = 0x0202
	DSASHA256         ID = 0x0301
	VerityPKCS1SHA256 ID = 0x0421
	VerityECDSASHA256 ID = 0x0423
	VerityDSASHA256   ID = 0x0425
)

// kind is the sort of key that an algorithm is for.
type kind int

const (
	otherKey kind = iota
	rsaKey
	ecKey
	dsaKey
)

// traits is what is to be known of an algorithm.
type traits struct {
	id      ID
	key     kind
	hash    crypto.Hash
	pss     bool
	content content.Algorithm
	sdk     int // the first platform that takes it in a signing block: 24 knew the first block, 28 verity digests
	plain   int // the first platform that can calculate it at all
}

var table = [...]traits{
	{PSSSHA256, rsaKey, crypto.SHA256, true, content.SHA256, 24, 23},
	{PSSSHA512, rsaKey, crypto.SHA512, true, content.SHA512, 24, 23},
	{PKCS1SHA256, rsaKey, crypto.SHA256, false, content.SHA256, 24, 1},
	{PKCS1SHA512, rsaKey, crypto.SHA512, false, content.SHA512, 24, 1},
	{ECDSASHA256, ecKey, crypto.SHA256, false, content.SHA256, 24, 11},
	{ECDSASHA512, ecKey, crypto.SHA512, false, content.SHA512, 24, 11},
	{DSASHA256, dsaKey, crypto.SHA256, false, content.SHA256, 24, 1},
	{VerityPKCS1SHA256, rsaKey, crypto.SHA256, false, content.VeritySHA256, 28, 1},
	{VerityECDSASHA256, ecKey, crypto.SHA256, false, content.VeritySHA256, 28, 11},
	{VerityDSASHA256, dsaKey, crypto.SHA256, false, content.VeritySHA256, 28, 1},
}

// find returns an algorithm's traits; nil for one that is not known.
func find(id ID) *traits {
	for i := range table {
		if table[i].id == id {
			return &table[i]
		}
	}
	return nil
}

// Content returns the content digest that an algorithm is over; false for one that is not known.
func Content(id ID) (content.Algorithm, bool) {
	t := find(id)
	if t == nil {
		return 0, false
	}
	return t.content, true
}

// Name is what reports call it: "rsa-pss-sha256", "ecdsa-p256-sha256", "rsa-pkcs1-sha256-verity". The curve is the key's; "unknown" for an
// algorithm that is not known.
func Name(id ID, pub crypto.PublicKey) string {
	t := find(id)
	if t == nil {
		return "unknown"
	}
	name := "dsa-"
	switch {
	case t.pss:
		return sigalg.NamePSS(t.hash)
	case t.key == rsaKey:
		name = "rsa-pkcs1-"
	case t.key == ecKey:
		name = "ecdsa-"
		if kindOf(pub) == ecKey {
			return sigalg.Name(pub, t.hash) + t.suffix()
		}
	}
	return name + sigalg.HashName(t.hash) + t.suffix()
}

func (t *traits) suffix() string {
	if t.content == content.VeritySHA256 {
		return "-verity"
	}
	return ""
}
