package uki

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

// TestBinutils: objcopy takes the same sections out of our images as went in, and out of its own as out of ours; objdump finds nothing amiss.
func TestBinutils(t *testing.T) {
	objcopy, objdump := oracle.Need(t, "objcopy"), oracle.Need(t, "objdump")
	for name, stub := range stubs(t) {
		dir := t.TempDir()
		files := write(t, dir, map[string][]byte{"stub": stub, "ours": built(t, stub, sample())})
		if listed := oracle.Run(t, objdump, "-h", files["ours"]); !bytes.Contains(listed, []byte("file format pei-x86-64")) {
			t.Errorf("%s: objdump: %s", name, listed)
		}
		theirs := filepath.Join(dir, "theirs")
		args := []string{}
		for i, s := range sample() {
			file := write(t, dir, map[string][]byte{s.Name[1:]: s.Data})[s.Name[1:]]
			args = append(args, "--add-section", s.Name+"="+file, "--change-section-vma", fmt.Sprintf("%s=%#x", s.Name, 0x40000+0x10000*i))
		}
		oracle.Run(t, objcopy, append(args, files["stub"], theirs)...)
		for _, image := range []string{files["ours"], theirs} {
			for _, s := range sample() {
				out := filepath.Join(dir, "section")
				oracle.Run(t, objcopy, "-O", "binary", "--dump-section", s.Name+"="+out, image, filepath.Join(dir, "void"))
				if got := read(t, out); !bytes.Equal(bytes.TrimRight(got, "\x00"), s.Data) {
					t.Errorf("%s: objcopy's %s of %s has %d bytes, and ours %d", name, s.Name, filepath.Base(image), len(got), len(s.Data))
				}
			}
		}
	}
}

// TestSecureBoot: sbsign signs our image without complaints, sbverify accepts that, Read finds all in it that was there before, and without the
// signature it is ours again.
func TestSecureBoot(t *testing.T) {
	sbsign, sbverify, openssl := oracle.Need(t, "sbsign"), oracle.Need(t, "sbverify"), oracle.Need(t, "openssl")
	keys := t.TempDir()
	key, cert := filepath.Join(keys, "key.pem"), filepath.Join(keys, "cert.pem")
	oracle.Run(t, openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test", "-keyout", key, "-out", cert)
	for name, stub := range stubs(t) {
		plain := built(t, stub, sample())
		files := write(t, t.TempDir(), map[string][]byte{"plain": plain})
		once, twice := files["plain"]+".1", files["plain"]+".2"
		oracle.Run(t, sbsign, "--key", key, "--cert", cert, "--output", once, files["plain"])
		oracle.Run(t, sbsign, "--key", key, "--cert", cert, "--output", twice, once)
		for _, file := range []string{once, twice} {
			if said := oracle.Run(t, sbverify, "--cert", cert, file); !strings.Contains(string(said), "OK") {
				t.Errorf("%s: sbverify: %s", name, said)
			}
			image, err := Read(read(t, file))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if image.Signature == nil || !bytes.Equal(built(t, image.Stub, image.Sections), plain) {
				t.Errorf("%s: signed %v, or another image", name, image.Signature != nil)
			}
		}
	}
}

func write(t *testing.T, dir string, files map[string][]byte) map[string]string {
	t.Helper()
	paths := map[string]string{}
	for name, data := range files {
		paths[name] = filepath.Join(dir, name)
		if err := os.WriteFile(paths[name], data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return paths
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
