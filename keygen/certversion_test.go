package keygen_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
	"testing"

	"sigtool/keygen"
)

// A certificate that NXP's tool 4.0.1 made (hab4_pki_tree -kt ecc -kl p256), and which calls itself version 4.
func TestVersion4(t *testing.T) {
	text, err := os.ReadFile("testdata/cst4-version4.pem")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	if _, err := x509.ParseCertificate(block.Bytes); err == nil {
		t.Error("the standard library takes it now: all this can go")
	}
	public, cert, err := keygen.ParsePublic(text)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case cert.Version != 3 || !bytes.Equal(cert.Raw, block.Bytes) || !bytes.Contains(block.Bytes, cert.RawTBSCertificate):
		t.Errorf("version %d", cert.Version)
	case cert.Subject.CommonName != "CA1_sha256_prime256v1_v3_ca" || !cert.IsCA || cert.PublicKey == nil || public == nil:
		t.Errorf("%s, %v", cert.Subject, cert.PublicKey)
	}
	if err := cert.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature); err != nil {
		t.Errorf("its own signature: %v", err)
	}
	for _, version := range []byte{4, 5, 0x83} {
		other := bytes.Clone(block.Bytes)
		other[bytes.Index(other, []byte{0xa0, 3, 2, 1, 3})+4] = version
		if _, err := keygen.ReadCertificate(other); err == nil {
			t.Errorf("version %d is taken", version)
		}
	}
	for cut := range len(block.Bytes) {
		if _, err := keygen.ReadCertificate(block.Bytes[:cut]); err == nil {
			t.Fatalf("%d bytes of it are taken", cut)
		}
	}
}

func FuzzReadCertificate(f *testing.F) {
	text, err := os.ReadFile("testdata/cst4-version4.pem")
	if err != nil {
		f.Fatal(err)
	}
	block, _ := pem.Decode(text)
	f.Add(block.Bytes)
	f.Fuzz(func(t *testing.T, der []byte) {
		cert, err := keygen.ReadCertificate(der)
		if err == nil && (!bytes.Equal(cert.Raw, der) || !bytes.Contains(der, cert.RawTBSCertificate)) {
			t.Errorf("what is signed is not what stands there: %x", cert.RawTBSCertificate)
		}
	})
}
