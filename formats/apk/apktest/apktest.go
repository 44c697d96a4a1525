// Package apktest finds the files that APK tests are held to: part of the suite of Google's own verifier, which stays out of the repository.
package apktest

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"sigtool/internal/oracle"
)

// Corpus returns the folder with expected.tsv and the folder apksig: $SIGTOOL_CORPUS/apk, or shared/data/apk beside the module. Without it the test
// is skipped, and fails where CI=true.
func Corpus(t testing.TB) string {
	t.Helper()
	folder, found := find()
	if !found {
		oracle.Missing(t, "the APK corpus (shared/data/apk beside the module, or $SIGTOOL_CORPUS/apk)")
	}
	return folder
}

func find() (folder string, found bool) {
	if data := os.Getenv("SIGTOOL_CORPUS"); data != "" {
		return complete(filepath.Join(data, "apk"))
	}
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return complete(filepath.Join(dir, "..", "shared", "data", "apk"))
		}
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	return "", false
}

func complete(folder string) (string, bool) {
	_, err := os.Stat(filepath.Join(folder, "expected.tsv"))
	return folder, err == nil
}

// Read returns a file of the corpus' folder apksig.
func Read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(Corpus(t), "apksig", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Key reads a key of the corpus with its certificate, such as "rsa-2048" or "ec-p256". DSA keys can't be read.
func Key(t testing.TB, name string) (crypto.Signer, *x509.Certificate) {
	t.Helper()
	key, err := x509.ParsePKCS8PrivateKey(Read(t, name+".pk8"))
	if err != nil {
		t.Fatalf("%s.pk8: %v", name, err)
	}
	block, _ := pem.Decode(Read(t, name+".x509.pem"))
	if block == nil {
		t.Fatalf("%s.x509.pem is not PEM", name)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatalf("%s.x509.pem: %v", name, err)
	}
	return key.(crypto.Signer), cert
}
