package laxcert_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"os"
	"testing"
	"time"

	"sigtool/formats/apk/apktest"
	"sigtool/internal/ber"
	"sigtool/internal/keytest"
	"sigtool/internal/laxcert"
	"sigtool/internal/sigalg"
)

const keys = "../../testdata/keys/"

func certificate(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(keys + name + ".crt")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(data)
	return block.Bytes
}

// What Go reads is read as Go reads it.
func TestStrict(t *testing.T) {
	for _, name := range []string{"rsa2048", "p256", "ed25519"} {
		der := certificate(t, name)
		want, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		got, err := laxcert.Parse(der)
		if err != nil || !got.Equal(want) || got.KeyUsage != want.KeyUsage {
			t.Errorf("%s: %v", name, err)
		}
		key, err := laxcert.ParsePublicKey(want.RawSubjectPublicKeyInfo)
		if err != nil || !want.PublicKey.(interface{ Equal(crypto.PublicKey) bool }).Equal(key) {
			t.Errorf("%s: another key, %v", name, err)
		}
	}
}

// A strict certificate that is spoiled is read with the same fields.
func TestSpoiled(t *testing.T) {
	for _, name := range []string{"rsa2048", "p256"} {
		der := certificate(t, name)
		want, _ := x509.ParseCertificate(der)
		tbs := want.RawTBSCertificate
		for what, spoiled := range map[string][]byte{
			"long length of the signature": bytes.Replace(der, []byte{0x03, 0x82, 0x01, 0x01, 0x00}, []byte{0x03, 0x83, 0x00, 0x01, 0x01, 0x00}, -1),
			"indefinite length":            append(append([]byte{0x30, 0x80}, der[4:]...), 0, 0),
			"indefinite inside":            append(append(append([]byte{0x30, 0x80, 0x30, 0x80}, tbs[4:]...), 0, 0), append(der[4+len(tbs):], 0, 0)...),
		} {
			if what == "long length of the signature" {
				spoiled = grow(spoiled)
			}
			if _, err := x509.ParseCertificate(spoiled); err == nil && name == "rsa2048" {
				t.Errorf("%s, %s: Go reads it", name, what)
			}
			got, err := laxcert.Parse(spoiled)
			if err != nil {
				t.Errorf("%s, %s: %v", name, what, err)
				continue
			}
			if !bytes.Equal(got.Raw, spoiled) || !bytes.Equal(got.RawSubject, want.RawSubject) || !bytes.Equal(got.RawIssuer, want.RawIssuer) ||
				got.Subject.String() != want.Subject.String() || got.Issuer.String() != want.Issuer.String() || got.SerialNumber.Cmp(want.SerialNumber) != 0 ||
				!got.NotBefore.Equal(want.NotBefore) || !got.NotAfter.Equal(want.NotAfter) || got.KeyUsage != want.KeyUsage || got.Version != want.Version ||
				!bytes.Equal(got.RawSubjectPublicKeyInfo, want.RawSubjectPublicKeyInfo) || !got.PublicKey.(interface{ Equal(crypto.PublicKey) bool }).Equal(want.PublicKey) ||
				len(got.Extensions) != len(want.Extensions) || len(got.UnhandledCriticalExtensions) != 0 {
				t.Errorf("%s, %s: not the same fields: %+v", name, what, got)
			}
		}
	}
}

// grow corrects the outer length, of two octets, for a certificate that has grown.
func grow(der []byte) []byte {
	n := len(der) - 4
	der[2], der[3] = byte(n>>8), byte(n)
	return der
}

// The certificates that Google's verifier is tested with.
func TestCorpus(t *testing.T) {
	cert, err := laxcert.Parse(apktest.Read(t, "rsa-2048_negmod.x509.der"))
	if err != nil {
		t.Fatal(err)
	}
	serial, _ := new(big.Int).SetString("8E35306CDD0115F7", 16)
	if cert.Subject.String() != "CN=rsa-2048" || cert.SerialNumber.Cmp(serial) != 0 || !cert.NotBefore.Equal(time.Date(2016, 3, 31, 14, 57, 49, 0, time.UTC)) {
		t.Errorf("%s, serial %x, from %s", cert.Subject, cert.SerialNumber, cert.NotBefore)
	}
	if key, ok := cert.PublicKey.(*rsa.PublicKey); !ok || key.N.BitLen() != 2048 || key.E != 65537 {
		t.Errorf("key %v", cert.PublicKey)
	}
	for _, name := range []string{"dsa-1024", "dsa-2048", "dsa-3072"} {
		block, _ := pem.Decode(apktest.Read(t, name+".x509.pem"))
		cert, err := laxcert.Parse(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		key, ok := cert.PublicKey.(*sigalg.DSAPublicKey)
		if !ok || sigalg.Bounded(key) != nil || !bytes.Equal(key.SPKI, cert.RawSubjectPublicKeyInfo) {
			t.Errorf("%s: %T, %v", name, cert.PublicKey, sigalg.Bounded(cert.PublicKey))
		}
	}
	signed := apktest.Read(t, "v2-only-with-rsa-pkcs1-sha256-1024-cert-not-der.apk")
	at := bytes.Index(signed, []byte{0x30, 0x82, 0x01, 0xf5}) // its certificate, of 505 bytes
	cert, err = laxcert.Parse(signed[at : at+505])
	if err != nil || cert.Issuer.String() != "CN=rsa-1024" || cert.PublicKey.(*rsa.PublicKey).N.BitLen() != 1024 {
		t.Errorf("%v", err)
	}
}

// A negative serial number stays one, and an extension that is critical and unknown is told.
func TestOddities(t *testing.T) {
	der := certificate(t, "rsa2048")
	want, _ := x509.ParseCertificate(der)
	serial := want.SerialNumber.Bytes()
	at := bytes.Index(der, serial)
	der[at] |= 0x80
	if at == 0 || serial[0]&0x80 != 0 {
		t.Fatal("the sample has another serial number than it had")
	}
	got, err := laxcert.Parse(der)
	if err != nil || got.SerialNumber.Sign() >= 0 {
		t.Errorf("a negative serial number: %v, %v", got, err)
	}
	known, _ := hex.DecodeString("0603551d130101ff")
	unknown, _ := hex.DecodeString("0603551d7f0101ff")
	if i := bytes.Index(der, known); i < 0 {
		t.Fatal("the sample has no critical basic constraints")
	}
	got, err = laxcert.Parse(bytes.Replace(der, known, unknown, 1))
	if err != nil || len(got.UnhandledCriticalExtensions) != 1 {
		t.Errorf("a critical extension that is not known: %v", err)
	}
}

// made is a certificate of a key that says what it is for, in indefinite length, which Go does not read.
func made(t *testing.T, pub crypto.PublicKey, with x509.Certificate) []byte {
	t.Helper()
	key := keytest.Key(t, "p256")
	with.SerialNumber = big.NewInt(7)
	if pub == nil {
		pub = key.Public()
	}
	der, err := x509.CreateCertificate(rand.Reader, &with, &with, pub, key)
	if err != nil {
		t.Fatal(err)
	}
	outer, _, err := ber.Read(der)
	if err != nil {
		t.Fatal(err)
	}
	return append(append([]byte{0x30, 0x80}, outer.Content...), 0, 0)
}

// What a key is for is read also where Go reads nothing; keys of all kinds are the keys that they are.
func TestUsage(t *testing.T) {
	for _, usage := range []x509.KeyUsage{x509.KeyUsageDigitalSignature, x509.KeyUsageCertSign, x509.KeyUsageContentCommitment | x509.KeyUsageDecipherOnly} {
		cert, err := laxcert.Parse(made(t, nil, x509.Certificate{KeyUsage: usage}))
		if err != nil || cert.KeyUsage != usage || cert.SerialNumber.Int64() != 7 {
			t.Errorf("%b: %v, %+v", usage, err, cert)
		}
	}
	unreadable := pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 15}, Value: []byte{4, 0}}
	if _, err := laxcert.Parse(made(t, nil, x509.Certificate{ExtraExtensions: []pkix.Extension{unreadable}})); err == nil {
		t.Error("a key usage that can't be read")
	}
	for _, name := range []string{"p256", "p384", "p521", "rsa3072", "ed25519"} {
		strict, err := x509.ParseCertificate(certificate(t, name))
		if err != nil {
			t.Fatal(err)
		}
		cert, err := laxcert.Parse(made(t, strict.PublicKey, x509.Certificate{}))
		if err != nil || !strict.PublicKey.(interface{ Equal(crypto.PublicKey) bool }).Equal(cert.PublicKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if cert, err := laxcert.Parse(certificate(t, "secp256k1")); err != nil || cert.PublicKey != nil {
		t.Errorf("a curve that is not known: %v", err)
	}
	for what, data := range map[string][]byte{"nothing": nil, "too much": make([]byte, laxcert.MaxSize+1), "a number": {2, 1, 5}, "more behind it": append(certificate(t, "p256"), 0)} {
		if _, err := laxcert.Parse(data); err == nil {
			t.Errorf("%s is a certificate", what)
		}
		if _, err := laxcert.ParsePublicKey(data); err == nil {
			t.Errorf("%s is a key", what)
		}
	}
}

// FuzzParse: no certificate makes it panic, and its raw parts lie in it.
func FuzzParse(f *testing.F) {
	f.Add(certificate(f, "rsa2048"))
	f.Add(certificate(f, "p256"))
	f.Add(append(append([]byte{0x30, 0x80}, certificate(f, "secp256k1")[4:]...), 0, 0))
	dsa, _ := base64.StdEncoding.DecodeString("MIIBtzCCASsGByqGSM44BAEwggEeAoGBAMZ3H3iHqtq17R43N3lZSYyj0pCVxX+esRiJoyj1cKM6ca4p77xiBa7ZGA6ao5zF2ybJBkgQfqMyxuL67F80/1/V+3HASRCYTh" +
		"Gw6s9iUWlGyx2/VXFJIqB9MCaLOWi3jLY8g4ljRq4PQoUOu/fzRJJbqPIJuaFfRIAmlMF90xenAhUAj0vOd8blksfVu9EUdQz95/r23K0CgYAAvI7tdZ6DTOGXrnHq5NLw" +
		"OV1EnouiVKvy7e1qv07SmfGYdf15FR3Szv1CjfH4HxXGfjh3kOccZglUQI44Ij0TvNLjmDqiusTc7tkTWY6Z0vZicW0x2QQsmXe+nFFUgBEGnWuELr7ZWJkAeRYbmz6WID" +
		"ZUbL3diHC0fRtuOQBDMwOBhQACgYEAw1R3PYLZJFC0z7lAyX9wcVs6u2/bOe1KFAq141DhpoX3V1tExRQYNS5PzNQrP7Td/xcYNrolKxn9iWd/3w11JLlZ8e+9kzWYQ+wl" +
		"qj+E8+r/TMIMsr4CR+cQCd93aP/gi//wH/51iq9jQyKfZC3ZbThiNHtncN8fD02Jc4tSUDE=")
	f.Add(dsa)
	f.Fuzz(func(t *testing.T, data []byte) {
		laxcert.ParsePublicKey(data)
		cert, err := laxcert.Parse(data)
		if err != nil {
			return
		}
		if cert.SerialNumber == nil || !bytes.Equal(cert.Raw, data) || !bytes.Contains(data, cert.RawIssuer) || !bytes.Contains(data, cert.RawSubjectPublicKeyInfo) {
			t.Errorf("fields are missing: %+v", cert)
		}
		sigalg.Verify(cert.PublicKey, crypto.SHA256, make([]byte, 32), make([]byte, 64))
	})
}
