package srk

import (
	"bytes"
	"crypto"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

// key is a certificate of testdata/keys, copied to where srktool finds it: it goes by the name's ending, which has to be .pem.
func key(t *testing.T, folder, name string) (path string, e Entry) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "keys", name+".crt"))
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(folder, name+".pem")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if e, err = EntryOf(certificate(t, data), 0); err != nil {
		t.Fatal(err)
	}
	return path, e
}

// made is what srktool makes: a table and a fuse file.
func made(t *testing.T, folder string, args ...string) (table, fuses []byte) {
	t.Helper()
	names := []string{filepath.Join(folder, "table"), filepath.Join(folder, "fuses")}
	oracle.Run(t, oracle.Need(t, "srktool"), append(args, "-t", names[0], "-e", names[1])...)
	table, err := os.ReadFile(names[0])
	if err == nil {
		fuses, err = os.ReadFile(names[1])
	}
	if err != nil {
		t.Fatal(err)
	}
	return table, fuses
}

// Tables of HABv4, of each sort of key, mixed and with hashed entries, are srktool's byte for byte, and so are the fuses in both formats.
func TestSrktoolHAB(t *testing.T) {
	folder := t.TempDir()
	for _, names := range []string{"rsa2048", "rsa3072 %rsa3072", "rsa4096 rsa4096 rsa4096 rsa4096", "p256 %p384 p521", "p384", "%p521 rsa2048", "%p256 %rsa4096 %p384 %p521"} {
		for _, format := range []string{"0", "1"} {
			var list []Entry
			var files []string
			for _, name := range strings.Fields(names) {
				name, short := strings.CutPrefix(name, "%")
				path, e := key(t, folder, name)
				if e.Short = short; short {
					path = "%" + path
				}
				list, files = append(list, e), append(files, path)
			}
			wantTable, wantFuses := made(t, folder, "-h", "4", "-d", "sha256", "-f", format, "-c", strings.Join(files, ","))
			table, err := New(HAB, list)
			if err != nil {
				t.Fatal(err)
			}
			fuses := table.Fuses(crypto.SHA256)
			if format == "0" {
				fuses = Fuses8(fuses)
			}
			if !bytes.Equal(table.Raw, wantTable) || !bytes.Equal(fuses, wantFuses) {
				t.Errorf("%s: %x %x, not %x %x", names, table.Raw, fuses, wantTable, wantFuses)
			}
		}
	}
}

// Tables of AHAB, of each sort of key and each hash, are srktool's byte for byte, and so is their SHA-512.
func TestSrktoolAHAB(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"rsa2048", "rsa3072", "rsa4096", "p256", "p384", "p521"} {
		path, e := key(t, folder, name)
		for option, h := range map[string]crypto.Hash{"sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512} {
			e.Hash = h
			wantTable, wantFuses := made(t, folder, "-a", "-s", option, "-c", strings.Join([]string{path, path, path, path}, ","))
			table, err := New(AHAB, []Entry{e, e, e, e})
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(table.Raw, wantTable) || !bytes.Equal(table.Fuses(crypto.SHA512), wantFuses) {
				t.Errorf("%s, %s: %x, not %x", name, option, table.Raw, wantTable)
			}
			if len(table.Notes()) != 3 {
				t.Errorf("%s stands there four times: %v", name, table.Notes())
			}
		}
	}
}
