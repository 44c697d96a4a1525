package csf_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sigtool/formats/imx/csf"
	"sigtool/internal/oracle"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// corpus is a file that CST made or took: $SIGTOOL_CORPUS/imx/hab, or shared/data/imx/hab beside the module. Without the folder the test is skipped,
// and fails where CI=true.
func corpus(t *testing.T, name string) []byte {
	t.Helper()
	folder := filepath.Join("..", "..", "..", "..", "shared", "data", "imx", "hab")
	if data := os.Getenv("SIGTOOL_CORPUS"); data != "" {
		folder = filepath.Join(data, "imx", "hab")
	}
	b, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		oracle.Missing(t, "CST's samples (shared/data/imx/hab beside the module, or $SIGTOOL_CORPUS/imx/hab)")
	}
	return b
}

// tree is a folder of keys and certificates as CST's scripts make them.
type tree struct {
	folder string
	keys   map[string]crypto.Signer // by certificate
}

// cert reads a certificate of a tree of the corpus, and its key.
func (tr *tree) cert(t *testing.T, name string) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode(corpus(t, tr.folder+"/crts/"+name+"_crt.pem"))
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	key, err := keygen.Load(corpus(t, tr.folder+"/keys/"+name+"_key.pem"), func() (*secret.Bytes, error) { return secret.From([]byte("test")), nil })
	if err != nil {
		t.Fatal(err)
	}
	if tr.keys == nil {
		tr.keys = map[string]crypto.Signer{}
	}
	tr.keys[string(cert.Raw)] = key.Signer
	return cert
}

// key finds the key of a certificate that was read.
func (tr *tree) key(cert *x509.Certificate) (crypto.Signer, error) {
	return tr.keys[string(cert.Raw)], nil
}

// signingTime is what our own signatures say.
var signingTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// parse reads a CSF without a fault.
func parse(t *testing.T, data []byte) *csf.CSF {
	t.Helper()
	c, err := csf.Parse(data)
	if err == nil {
		err = c.Err()
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// signedAt is when the first signature of a CSF says that it was made.
func signedAt(t *testing.T, c *csf.CSF) time.Time {
	t.Helper()
	for _, s := range c.Segments {
		if s.Tag == csf.TagSignature {
			m, err := s.Message()
			if err != nil {
				t.Fatal(err)
			}
			return m.Time
		}
	}
	t.Fatal("no signature")
	return time.Time{}
}

// block is a piece of memory with these bytes.
func block(address uint32, data []byte) csf.Block {
	return csf.Block{Address: address, Length: uint32(len(data)), Data: bytes.NewReader(data)}
}
