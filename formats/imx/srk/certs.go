package srk

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/formats"
)

// oidPSS is id-RSASSA-PSS, RFC 4055 §1.2: a key for PSS alone, of which the standard library makes nothing.
var oidPSS = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}

// EntryOf makes an entry of an SRK's certificate; hash is what it signs with, which AHAB's tables say. CA is what srktool makes of the
// certificate: basic constraints say so, and key usage, if there is one, allows it. A key that the certificate calls one of RSASSA-PSS
// gives a record of PSS. Errors: ErrTable.
func EntryOf(cert *x509.Certificate, hash crypto.Hash) (Entry, error) {
	e := Entry{Key: cert.PublicKey, Hash: hash}
	e.CA = IsCA(cert)
	if cert.PublicKey == nil {
		e.Key, e.PSS = pssKey(cert.RawSubjectPublicKeyInfo)
	}
	if e.Key == nil {
		return Entry{}, refuse("srk-key", "the certificate's key is of a sort that no table holds")
	}
	if _, err := kindOf(e.Key); err != nil {
		return Entry{}, refuse("srk-key", "%v", err)
	}
	return e, nil
}

// IsCA tells whether NXP's tools and boot ROMs take a certificate for a CA's, whose key signs certificates and no data.
func IsCA(cert *x509.Certificate) bool {
	return cert.BasicConstraintsValid && cert.IsCA && (cert.KeyUsage == 0 || cert.KeyUsage&x509.KeyUsageCertSign != 0)
}

// pssKey reads a SubjectPublicKeyInfo of RSASSA-PSS: SEQUENCE { SEQUENCE { OID, parameters }, BIT STRING { SEQUENCE { n, e } } }
func pssKey(spki []byte) (crypto.PublicKey, bool) {
	var body, alg cryptobyte.String
	var oid asn1.ObjectIdentifier
	var bits asn1.BitString
	input := cryptobyte.String(spki)
	if !input.ReadASN1(&body, cbasn1.SEQUENCE) || !body.ReadASN1(&alg, cbasn1.SEQUENCE) || !alg.ReadASN1ObjectIdentifier(&oid) ||
		!oid.Equal(oidPSS) || !body.ReadASN1BitString(&bits) {
		return nil, false
	}
	key, err := x509.ParsePKCS1PublicKey(bits.RightAlign())
	if err != nil || key.N.Sign() <= 0 {
		return nil, false
	}
	return key, true
}

// Notes say what a person should know of the table, one sentence each: keys that stand there twice, entries of several kinds, no key at all.
func (t *Table) Notes() (notes []string) {
	keys := 0
	for n, r := range t.Records {
		if r.Key != nil {
			keys++
		}
		for first := range n {
			if t.same(first, n) {
				notes = append(notes, fmt.Sprintf("keys %d and %d are one key: revoking one of them leaves it in force", first+1, n+1))
				break
			}
		}
	}
	switch first := t.Records[0]; {
	case t.Kind == HAB && keys == 0:
		notes = append(notes, "every entry is a hash: the fuses are right, but nothing can be signed with this table, as a device reads its key from it")
	case t.Kind != HAB:
		for _, r := range t.Records {
			if !alike(first, r) {
				notes = append(notes, "its keys are of several sorts; NXP's tools want one sort and size, one hash and one CA flag")
				break
			}
		}
	}
	if t.mixedCA() {
		notes = append(notes, "some of its keys sign certificates and some do not; srktool makes no such table")
	}
	for n, r := range t.Records {
		if key, ok := r.Key.(*rsa.PublicKey); ok && key.N.BitLen() < 2048 {
			notes = append(notes, fmt.Sprintf("key %d is one of %d bits, which is too weak", n+1, key.N.BitLen()))
		}
	}
	return notes
}

// mixedCA tells whether the flags of a HAB table's keys differ, as far as they can be seen.
func (t *Table) mixedCA() bool {
	var first *Record
	for i := range t.Records {
		r := &t.Records[i]
		switch {
		case t.Kind != HAB || r.Key == nil:
		case first == nil:
			first = r
		case first.CA != r.CA:
			return true
		}
	}
	return false
}

// same tells whether two records stand for one key. Of a table of version 2 that was read it can't be told: its hashes cover the record's number.
func (t *Table) same(a, b int) bool {
	one, other := t.Records[a], t.Records[b]
	switch {
	case t.keys != nil:
		return formats.SameKey(t.keys[a], t.keys[b])
	case one.Key != nil:
		return t.holds(b, other, one.Key)
	case other.Key != nil:
		return t.holds(a, one, other.Key)
	}
	return t.Kind == HAB && string(one.Digest) == string(other.Digest)
}
