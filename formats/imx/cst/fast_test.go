package cst

import (
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sigtool/formats/imx/csf"
	"sigtool/formats/imx/srk"
	"sigtool/internal/keytest"
)

// trees is a folder with what sample and fast name: the tree and the image of the samples, and a tree of two SRKs that are no CAs.
func trees(t *testing.T) (folder string, keys csf.Keys) {
	t.Helper()
	folder = t.TempDir()
	for _, name := range []string{"pki-rsa2048", "mx6q-prep.imx"} {
		source, err := filepath.Abs(filepath.Join(samples(t), name))
		if err == nil {
			err = os.Symlink(source, filepath.Join(folder, name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	fast := filepath.Join(folder, "pki-fast")
	table, err := srk.New(srk.HAB, []srk.Entry{loneSRK(t, fast, "SRK1_usr", "rsa3072"), loneSRK(t, fast, "SRK2_usr", "rsa2048")})
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(fast, "crts", "table.bin"), table.Raw)
	put(t, filepath.Join(fast, "keys", "key_pass.txt"), []byte("test\ntest\n"))
	return folder, keysOf(t, filepath.Join(folder, "pki-rsa2048"), fast)
}

// loneSRK puts an SRK that is no CA, and certifies itself alone, into a tree.
func loneSRK(t *testing.T, tree, name, key string) srk.Entry {
	t.Helper()
	signer := keytest.Key(t, key)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Unix(1700000000, 0),
		NotAfter: time.Unix(2000000000, 0), BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(nil, template, template, signer.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	entry, err := srk.EntryOf(cert, crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(signer)
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(tree, "crts", name+"_crt.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	put(t, filepath.Join(tree, "keys", name+"_key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
	return entry
}

func put(t *testing.T, name string, data []byte) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(name), 0o700)
	if err == nil {
		err = os.WriteFile(name, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
