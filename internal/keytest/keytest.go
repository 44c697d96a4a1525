// Package keytest reads the keys and certificates that tests sign with, which stand in testdata/keys.
package keytest

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
)

// Key is a private key, such as "rsa2048".
func Key(t testing.TB, name string) crypto.Signer {
	t.Helper()
	key, err := x509.ParsePKCS8PrivateKey(read(t, name+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	return key.(crypto.Signer)
}

// Cert is the certificate of the key of that name, which signs itself.
func Cert(t testing.TB, name string) *x509.Certificate {
	t.Helper()
	cert, err := x509.ParseCertificate(read(t, name+".crt"))
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// read returns what is in a PEM file of testdata/keys. A test runs in its package's folder, somewhere below the module's.
func read(t testing.TB, name string) []byte {
	t.Helper()
	for root := ".."; ; root = filepath.Join("..", root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			data, err := os.ReadFile(filepath.Join(root, "testdata", "keys", name))
			if err != nil {
				t.Fatal(err)
			}
			block, _ := pem.Decode(data)
			if block == nil {
				t.Fatalf("%s is not PEM", name)
			}
			return block.Bytes
		}
		if full, err := filepath.Abs(root); err != nil || full == filepath.Dir(full) {
			t.Fatalf("no module stands above this folder: %v", err)
		}
	}
}
