package srk

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"sigtool/internal/issue"
	"sigtool/internal/oracle"
)

// sample is a file of testdata/imx/srk.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "imx", "srk", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// corpus is a file of $SIGTOOL_CORPUS/imx, or of shared/data/imx beside the module. Without the folder the test is skipped, and fails where CI=true.
func corpus(t testing.TB, name string) []byte {
	t.Helper()
	folder := filepath.Join("..", "..", "..", "..", "shared", "data", "imx")
	if data := os.Getenv("SIGTOOL_CORPUS"); data != "" {
		folder = filepath.Join(data, "imx")
	}
	data, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		oracle.Missing(t, "the i.MX goldens (shared/data/imx beside the module, or $SIGTOOL_CORPUS/imx)")
	}
	return data
}

// certificate reads a PEM file's certificate.
func certificate(t testing.TB, data []byte) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode(data)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// entries are those of four certificates, whose names have a verb for the number.
func entries(t testing.TB, read func(testing.TB, string) []byte, name string, h crypto.Hash) (list []Entry) {
	t.Helper()
	for n := 1; n <= 4; n++ {
		e, err := EntryOf(certificate(t, read(t, fmt.Sprintf(name, n))), h)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}

// short makes entries from the one with the index on short ones.
func short(list []Entry, from int) []Entry {
	for i := range list {
		list[i].Short = i >= from
	}
	return list
}

// refused fails the test unless the error is a table's and has this name.
func refused(t *testing.T, what string, err error, id string) {
	t.Helper()
	kind := ErrTable
	if id == "srk-readback" {
		kind = ErrReadBack
	}
	if !errors.Is(err, kind) || issue.ID(err) != id {
		t.Errorf("%s: %v, not %s", what, err, id)
	}
}
