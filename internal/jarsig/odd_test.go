package jarsig_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"sigtool/internal/cms"
	"sigtool/internal/jarsig"
	"sigtool/internal/laxcert"
)

// certified is a key of ours with a certificate that has an extension.
func certified(t *testing.T, oid asn1.ObjectIdentifier, value string) jarsig.Signer {
	t.Helper()
	s := ownKey(t, "rsa2048")
	content, err := hex.DecodeString(value)
	if err != nil {
		t.Fatal(err)
	}
	with := x509.Certificate{SerialNumber: big.NewInt(5), Subject: pkix.Name{CommonName: "x"}, NotBefore: time.Unix(1e9, 0), NotAfter: time.Unix(3e9, 0),
		ExtraExtensions: []pkix.Extension{{Id: oid, Critical: true, Value: content}}}
	der, err := x509.CreateCertificate(rand.Reader, &with, &with, s.Key.Public(), s.Key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := laxcert.Parse(der)
	if err != nil {
		t.Fatal(err)
	}
	s.Chain = []*x509.Certificate{cert}
	return s
}

// der is an element of DER.
func der(t testing.TB, tag int, parts ...[]byte) []byte {
	t.Helper()
	out, err := asn1.Marshal(asn1.RawValue{Class: tag >> 6, Tag: tag & 31, IsCompound: tag&32 != 0, Bytes: bytes.Join(parts, nil)})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func oid(t testing.TB, numbers ...int) []byte {
	t.Helper()
	out, err := asn1.Marshal(asn1.ObjectIdentifier(numbers))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// blockOf is a PKCS #7 block with several signatures by one key.
func blockOf(t testing.TB, s jarsig.Signer, issuer []byte, sigs ...[]byte) []byte {
	t.Helper()
	algorithm := oid(t, 1, 2, 840, 113549, 1, 1, 1)
	if s.Chain[0].PublicKeyAlgorithm == x509.ECDSA {
		algorithm = oid(t, 1, 2, 840, 10045, 2, 1)
	}
	var infos [][]byte
	for _, sig := range sigs {
		infos = append(infos, der(t, 0x30, []byte{2, 1, 1}, der(t, 0x30, issuer, der(t, 2, s.Chain[0].SerialNumber.Bytes())),
			der(t, 0x30, oid(t, 2, 16, 840, 1, 101, 3, 4, 2, 1)), der(t, 0x30, algorithm), der(t, 4, sig)))
	}
	var certs [][]byte
	for _, cert := range s.Chain {
		certs = append(certs, cert.Raw)
	}
	return der(t, 0x30, oid(t, 1, 2, 840, 113549, 1, 7, 2), der(t, 0xA0, der(t, 0x30, []byte{2, 1, 1}, der(t, 0x31),
		der(t, 0x30, oid(t, 1, 2, 840, 113549, 1, 7, 1)), der(t, 0xA0, certs...), der(t, 0x31, infos...))))
}

// apksig takes and refuses the same certificates by their extensions, the same signatures beside a good one, and the same names that are no UTF-8.
func TestOddOfApksig(t *testing.T) {
	startsJava(t)
	all := newJudged(t)
	for name, ext := range map[string]struct {
		oid   asn1.ObjectIdentifier
		value string
	}{
		"no usage":               {asn1.ObjectIdentifier{2, 5, 29, 15}, "030100"},
		"no usage of seven bits": {asn1.ObjectIdentifier{2, 5, 29, 15}, "03020700"},
		"usage encipherment":     {asn1.ObjectIdentifier{2, 5, 29, 15}, "03020520"},
		"usage good":             {asn1.ObjectIdentifier{2, 5, 29, 15}, "03020780"},
		"issuer names good":      {asn1.ObjectIdentifier{2, 5, 29, 18}, "30058203612e62"},
		"directory name good":    {asn1.ObjectIdentifier{2, 5, 29, 17}, "3010a40e300c310a300806035504030c0178"},
		"information good":       {asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 1}, "3018301606082b06010505073001860a687474703a2f2f612e62"},
		"netscape good":          {asn1.ObjectIdentifier{2, 16, 840, 1, 113730, 1, 1}, "03020410"},
		"unknown":                {asn1.ObjectIdentifier{1, 2, 3, 4}, "0500"},
	} {
		all.put(name, newJar(t, crypto.SHA256, certified(t, ext.oid, ext.value)).write(), 24, 30)
	}
	for _, name := range []string{"rsa2048", "p256"} {
		key := ownKey(t, name)
		j := newJar(t, crypto.SHA256, key)
		j.write()
		sd, err := cms.ParseLoose(j.signers[0].block)
		if err != nil {
			t.Fatal(err)
		}
		good := sd.Signers[0].Signature
		last := len(good) - 1
		for what, sig := range map[string][]byte{
			"junk": []byte("junk"), "empty": {}, "zeros": {0x30, 6, 2, 1, 0, 2, 1, 0}, "trailing": append(bytes.Clone(good), 0),
			"changed": append(bytes.Clone(good[:last]), good[last]^1), "one number": {0x30, 3, 2, 1, 1}, "long length": {0x30, 0x81, 6, 2, 1, 1, 2, 1, 1},
		} {
			for where, sigs := range map[string][][]byte{"alone": {sig}, "first": {sig, good}, "last": {good, sig}} {
				j := j.clone()
				j.signers[0].block = blockOf(t, key, key.Chain[0].RawIssuer, sigs...)
				all.put(name+" "+what+" "+where, j.write(), 24, 30)
			}
		}
	}
	j := newJar(t, crypto.SHA256, ownKey(t, "rsa2048"))
	sf := drop(j.signers[0].sf, "-Digest-Manifest")
	j.signers[0].sf = strings.Replace(sf, "\r\nSHA-256-Digest: ", "\r\nSHA-256-Digest: \r\nSHA-256-Digest: ", 1)
	all.put("an empty digest first", j.write(), 18, 30)
	for i, name := range []string{"a\xe4\xb8.txt", "a\xed\xa0\xbd\xed\xb8\x80", "a\xf0\x9f\x98", "\xd6\xd0\xce\xc4.txt", "a\xc0\x80", "\xed\xa0", "\xf0\x9f.\xe4\xb8\xad"} {
		content := append(newJar(t, crypto.SHA256, ownKey(t, "p256")).content, jarsig.File{Name: name, Data: []byte("x")})
		src, a := archive(t, pack(t, content))
		key := ownKey(t, "rsa2048")
		key.Name = "ONE"
		files, err := jarsig.Sign(t.Context(), src, a, jarsig.Request{Signers: []jarsig.Signer{key}, ManifestHash: crypto.SHA256})
		if err != nil {
			t.Fatal(err)
		}
		all.put(fmt.Sprint("good name ", i), pack(t, append(content, files...)), 18, 30)
	}
	all.compare()
}

// An issuer that is written otherwise is the same, as in Java; one of more bytes than a name needs is compared byte for byte, which is little work.
func TestLongNames(t *testing.T) {
	key := certified(t, asn1.ObjectIdentifier{2, 5, 29, 15}, "03020780")
	j := newJar(t, crypto.SHA256, key)
	j.write()
	sd, err := cms.ParseLoose(j.signers[0].block)
	if err != nil {
		t.Fatal(err)
	}
	for spaces, want := range map[int]string{40: "[]", 5000: "[JAR_SIG_VERIFY_EXCEPTION]"} {
		issuer := der(t, 0x30, der(t, 0x31, der(t, 0x30, oid(t, 2, 5, 4, 3), der(t, 0x0C, []byte("X"+strings.Repeat(" ", spaces))))))
		j.signers[0].block = blockOf(t, key, issuer, sd.Signers[0].Signature)
		if wrong, _ := found(check(t, j.write(), 24, 30)); fmt.Sprint(wrong) != want {
			t.Errorf("%d spaces: %s", spaces, wrong)
		}
	}
}
