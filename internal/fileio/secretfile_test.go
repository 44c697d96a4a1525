package fileio_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"sigtool/internal/fileio"
)

// TestForceSparesSecrets: what looks like a key, a sheet or a passphrase is never overwritten, and what is public is.
func TestForceSparesSecrets(t *testing.T) {
	dir := t.TempDir()
	key, err := os.ReadFile("../../testdata/keys/p256.pem")
	if err != nil {
		t.Fatal(err)
	}
	public, err := os.ReadFile("../../testdata/keys/p256.pub")
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := os.ReadFile("../../testdata/keys/p256.crt")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		data   []byte
		mode   os.FileMode
		secret bool
	}{
		{"a key", key, 0o644, true},
		{"a sheet", []byte("===\nSIGTOOL PAPER BACKUP   code: lines\n"), 0o644, true},
		{"a sealed key in DER", []byte("\x30\x81\xee\x30\x5c\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d\x30"), 0o644, true},
		{"a SEC1 key in DER", []byte("\x30\x77\x02\x01\x01\x04\x20"), 0o644, true},
		{"a PKCS#8 key in DER", []byte("\x30\x81\x87\x02\x01\x00\x30\x13"), 0o644, true},
		{"a passphrase, by its mode", []byte("hunter2\n"), 0o600, true},
		{"a public key", public, 0o644, false},
		{"a certificate", certificate, 0o644, false},
		{"a signature", []byte("\x30\x45\x02\x20\x11\x22"), 0o644, false},
		{"nothing", nil, 0o644, false},
	} {
		name := filepath.Join(dir, c.name)
		if err := os.WriteFile(name, c.data, c.mode); err != nil {
			t.Fatal(err)
		}
		err := fileio.WriteNew(name, []byte("new"), 0o644, true)
		got, _ := os.ReadFile(name)
		if c.secret && (!errors.Is(err, fileio.ErrSecret) || string(got) != string(c.data)) {
			t.Errorf("%s was overwritten: %v", c.name, err)
		}
		if !c.secret && (err != nil || string(got) != "new") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
