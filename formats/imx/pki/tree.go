package pki

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/keygen"
)

// firstSerial is the serial number that CST's scripts begin with.
const firstSerial = 0x12345678

// maxSRKs is how many super root keys a table has room for; AHAB's has exactly as many.
const maxSRKs = 4

// Shape is what a tree is to look like.
type Shape struct {
	AHAB      bool             // for AHAB, and not for HABv4
	Below     bool             // the SRKs certify keys: a CSF and an image key each, or for AHAB a subordinate key (SGK); else they sign code themselves
	SRKs      int              // 1 to 4; for AHAB 4
	Algorithm keygen.Algorithm // of all keys: rsa2048, rsa3072, rsa4096, p256, p384 or p521
}

// Member is a key of the tree with its certificate.
type Member struct {
	Name   Name
	Above  int      // which of the members certifies it; -1 for the CA, which certifies itself
	Serial *big.Int // of its certificate; nil for the CA, where it is random
}

// Members lists the tree in the order in which CST's scripts make it: the CA, and then each SRK with the keys below it. Errors:
// formats.ErrOption for a shape that there is none of.
func (s Shape) Members() ([]Member, error) {
	switch {
	case s.SRKs < 1 || s.SRKs > maxSRKs:
		return nil, refuse("pki-count", "%d super root keys: a table has room for 1 to %d", s.SRKs, maxSRKs).Advise("make four; those that are not used now are for the day when one has to be revoked")
	case s.AHAB && s.SRKs != maxSRKs:
		return nil, refuse("pki-count", "%d super root keys: a table of AHAB has %d", s.SRKs, maxSRKs)
	}
	kind, err := kindOf(s.Algorithm)
	if err != nil {
		return nil, err
	}
	serial := int64(firstSerial)
	next := func() *big.Int { serial++; return big.NewInt(serial - 1) }
	list := []Member{{Name: Name{CA, 1, 0, s.Hash(), kind, true}, Above: -1}}
	for n := 1; n <= s.SRKs; n++ {
		srk := Name{SRK, n, 0, s.Hash(), kind, s.Below}
		list = append(list, Member{srk, 0, next()})
		above := len(list) - 1
		for _, role := range s.roles() {
			list = append(list, Member{srk.Below(role), above, next()})
		}
	}
	return list, nil
}

// roles are those of the keys below an SRK.
func (s Shape) roles() []Role {
	switch {
	case !s.Below:
		return nil
	case s.AHAB:
		return []Role{SGK}
	}
	return []Role{CSF, IMG}
}

// Hash is what certificates are signed with, and for AHAB containers too, as CST names it: SHA-256 for HABv4, which knows no other; for AHAB
// the one that goes with the curve.
func (s Shape) Hash() string {
	switch {
	case s.AHAB && s.Algorithm == keygen.P384:
		return "sha384"
	case s.AHAB && s.Algorithm == keygen.P521:
		return "sha512"
	}
	return "sha256"
}

// kindOf is how CST's names say what a key is; of the two spellings of P-256 it is the one that CST 3.4.1 has for HABv4 and AHAB alike.
func kindOf(algorithm keygen.Algorithm) (string, error) {
	switch algorithm {
	case keygen.P256:
		return "secp256r1", nil
	case keygen.P384:
		return "secp384r1", nil
	case keygen.P521:
		return "secp521r1", nil
	case keygen.RSA2048, keygen.RSA3072, keygen.RSA4096:
		return strings.TrimPrefix(string(algorithm), "rsa") + "_65537", nil
	}
	return "", refuse("pki-algorithm", "boot ROMs of i.MX know no %s", algorithm).Advise("-a rsa4096, rsa3072, rsa2048, p256, p384 or p521")
}

// Subject is the name in the certificate, in DER: the name alone as common name. CST has OpenSSL write it in UTF-8, but the CA's, whose
// own certificate openssl.cnf makes with "nombstr", as a T61String.
func (n Name) Subject() []byte {
	tag := cbasn1.UTF8String
	if n.Role == CA {
		tag = cbasn1.T61String
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes([]byte{0x55, 4, 3}) }) // 2.5.4.3, commonName
				b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes([]byte(n.String())) })
			})
		})
	})
	return b.BytesOrPanic()
}

// IndexLine is the line that OpenSSL's index.txt has of a certificate that is valid until a time:
//
//	V <tab> end of validity <tab> (revoked) <tab> serial number <tab> unknown <tab> /CN=name
func (m Member) IndexLine(until time.Time) string {
	form := "060102150405Z" // UTCTime, which ends with 2049
	if until.UTC().Year() >= 2050 {
		form = "20060102150405Z"
	}
	return fmt.Sprintf("V\t%s\t\t%s\tunknown\t/CN=%s\n", until.UTC().Format(form), SerialText(m.Serial), m.Name)
}

// IndexAttributes is the content of index.txt.attr: CST's scripts let two certificates have one name.
const IndexAttributes = "unique_subject = no\n"

// SerialText is a serial number as OpenSSL writes it into index.txt and, with a line break, the next one into serial: whole bytes, in
// hexadecimal.
func SerialText(serial *big.Int) string { return fmt.Sprintf("%X", serial.Bytes()) }

// TableFile is the path that CST's user guide has srktool write the SRK table to.
func (s Shape) TableFile() string { return "crts/SRK_" + s.numbers() + "_table.bin" }

// FuseFile is the path for what is burnt into the fuses. Of AHAB there are two, by the hash that the processor takes: sha256 or sha512.
func (s Shape) FuseFile(hash string) string {
	if s.AHAB {
		hash = "_" + hash
	} else {
		hash = ""
	}
	return "crts/SRK_" + s.numbers() + "_fuse" + hash + ".bin"
}

func (s Shape) numbers() string {
	var list []string
	for n := 1; n <= s.SRKs; n++ {
		list = append(list, strconv.Itoa(n))
	}
	return strings.Join(list, "_")
}

func refuse(id, format string, args ...any) *issue.Error {
	return issue.New(id, formats.ErrOption, format, args...)
}
