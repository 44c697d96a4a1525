package cms

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"strings"

	"sigtool/internal/ber"
	"sigtool/internal/laxcert"
)

// DSA is a kind of key that only ParseLoose knows.
const DSA Kind = "dsa"

var (
	oidMD5 = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 5}
	oidEC  = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
)

// old are the algorithms that only ParseLoose knows: keys' own identifiers in the place of signature algorithms, MD5 and DSA (RFC 3279 §2.2, RFC 5758 §3.1).
var old = []signatureAlgorithm{
	{oidEC, ECDSA, 0},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 4}, RSA, crypto.MD5},
	{asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}, DSA, 0},
	{asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 3}, DSA, crypto.SHA1},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 1}, DSA, crypto.SHA224},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 2}, DSA, crypto.SHA256},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 3}, DSA, crypto.SHA384},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 4}, DSA, crypto.SHA512},
}

// looseAlgorithms are those that JARs are signed with.
func looseAlgorithms() []signatureAlgorithm {
	known := slices.DeleteFunc(slices.Clone(algorithms), func(a signatureAlgorithm) bool { return a.kind.takesMessages() })
	return append(known, old...)
}

func looseDigest(oid asn1.ObjectIdentifier) crypto.Hash {
	if oid.Equal(oidMD5) {
		return crypto.MD5
	}
	for _, d := range digests {
		if d.oid.Equal(oid) {
			return d.hash
		}
	}
	return 0
}

func sameSum(h crypto.Hash, content, digest []byte) bool {
	sum := h.New()
	sum.Write(content)
	return bytes.Equal(sum.Sum(nil), digest)
}

// NamesLoosely is Names as Java compares: the serial number, and the issuer however its strings are encoded, whatever their case and spaces are.
// A signer that is named by a key identifier is nobody, as Android knows no such name.
func (s *SignerInfo) NamesLoosely(cert *x509.Certificate) bool {
	if s.KeyID != nil || s.Serial == nil || cert.SerialNumber == nil || s.Serial.Cmp(cert.SerialNumber) != 0 {
		return false
	}
	if bytes.Equal(s.Issuer, cert.RawIssuer) {
		return true
	}
	mine, known := canonical(s.Issuer)
	theirs, same := canonical(cert.RawIssuer)
	return known && same && mine == theirs
}

// maxParts is how many parts a name may have to be compared however it is written, and maxName how many bytes.
const (
	maxParts = 64
	maxName  = 4 << 10
)

// canonical writes a Name so that names that Java's X500Principal.equals takes for one are the same string (RFC 2253 names the types whose text counts).
func canonical(der []byte) (string, bool) {
	if len(der) > maxName {
		return "", false
	}
	name, _, err := ber.Read(der)
	sets, err2 := ber.Elements(name.Content, maxParts)
	if err != nil || err2 != nil {
		return "", false
	}
	var all strings.Builder
	for _, set := range sets {
		pairs, err := ber.Elements(set.Content, maxParts)
		if err != nil {
			return "", false
		}
		var parts []string
		for _, pair := range pairs {
			in := ber.Over(pair.Content)
			oid, value := in.OID(), in.Any()
			if in.Err() != nil {
				return "", false
			}
			parts = append(parts, fmt.Sprintf("%s=%q", oid, comparableText(oid, value)))
		}
		slices.Sort(parts)
		all.WriteString(strings.Join(parts, "+") + ",")
	}
	return all.String(), true
}

// comparableText is the text of a value in small letters with single spaces, or for types and strings that Java has no text of, its bytes.
func comparableText(oid asn1.ObjectIdentifier, value ber.Element) string {
	text, ok := laxcert.Text(value)
	if !ok || !slices.Contains(textual, oid.String()) || value.Tag != ber.UTF8String && value.Tag != ber.PrintableString {
		return "#" + string(value.Raw)
	}
	return strings.ToLower(strings.Join(strings.Fields(text), " "))
}

// textual are the types CN, C, L, ST, O, OU, STREET, DC and UID.
var textual = []string{"2.5.4.3", "2.5.4.6", "2.5.4.7", "2.5.4.8", "2.5.4.10", "2.5.4.11", "2.5.4.9", "0.9.2342.19200300.100.1.25", "0.9.2342.19200300.100.1.1"}
