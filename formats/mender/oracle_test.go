package mender

import (
	"bytes"
	"crypto"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

const (
	samples = "../../testdata/mender/"
	keys    = "../../testdata/keys/"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// sign signs an artifact with a test key.
func sign(t testing.TB, data []byte, key string) []byte {
	t.Helper()
	signed, err := suite(t, key, "rsa3072").Sign(data, formatstest.LoadSigner(t, key))
	if err != nil {
		t.Fatal(err)
	}
	return signed.Data
}

// verify is nil if the artifact has a signature of one of the keys.
func verify(t testing.TB, data []byte, public ...string) error {
	t.Helper()
	var by formats.Keys
	for _, name := range public {
		by.Public = append(by.Public, formatstest.LoadSigner(t, name).Key.Public())
	}
	sigs, err := Format{}.Verify(t.Context(), patch.Bytes(data), by)
	for _, sig := range sigs {
		err = errors.Join(err, sig.Err)
	}
	return err
}

// oldKey has openssl write a key as mender-artifact 3.9.0 reads it: PKCS #1 or SEC 1, not PKCS #8.
func oldKey(t *testing.T, name string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	args := []string{"rsa", "-traditional"}
	if name[0] == 'p' {
		args = []string{"ec"}
	}
	oracle.Run(t, oracle.Need(t, "openssl"), append(args, "-in", keys+name+".pem", "-out", file)...)
	return file
}

// All that we sign mender-artifact validates, and with RSA it is what mender-artifact itself makes of it.
func TestSameAsMenderArtifact(t *testing.T) {
	tool := oracle.Need(t, "mender-artifact")
	for _, name := range []string{"rsa2048", "rsa3072", "rsa4096", "p256"} {
		key := oldKey(t, name)
		for _, sample := range suite(t, "rsa2048", "p256").Samples {
			if strings.Contains(sample, "zstd") {
				continue // Debian's knows none
			}
			unsigned := "../../testdata/" + sample
			ours := filepath.Join(t.TempDir(), "ours.mender")
			os.WriteFile(ours, sign(t, read(t, unsigned), name), 0o600)
			oracle.Run(t, tool, "validate", ours, "-k", keys+name+".pub")
			theirs := filepath.Join(t.TempDir(), "theirs.mender")
			oracle.Run(t, tool, "sign", unsigned, "-k", key, "-o", theirs)
			signed := read(t, theirs)
			if err := verify(t, signed, name); err != nil {
				t.Errorf("%s, %s: theirs: %v", sample, name, err)
			}
			if name[0] == 'r' && !bytes.Equal(signed, read(t, ours)) {
				t.Errorf("%s, %s: not the bytes that mender-artifact writes", sample, name)
			}
		}
	}
}

// What mender-artifact writes and signs in one go, and signs again, is good here.
func TestWrittenSigned(t *testing.T) {
	tool, key := oracle.Need(t, "mender-artifact"), oldKey(t, "p256")
	content := filepath.Join(t.TempDir(), "content.bin")
	os.WriteFile(content, bytes.Repeat([]byte("0123456789"), 100000), 0o600)
	for _, packing := range []string{"none", "gzip", "lzma"} {
		file := filepath.Join(t.TempDir(), packing)
		oracle.Run(t, tool, "write", "rootfs-image", "-t", "board", "-n", "release", "-f", content, "--compression", packing, "-k", key, "-o", file)
		if err := verify(t, read(t, file), "p256"); err != nil {
			t.Errorf("%s: %v", packing, err)
		}
		oracle.Run(t, tool, "sign", "--force", "-k", oldKey(t, "rsa2048"), file)
		if err := verify(t, read(t, file), "rsa2048"); err != nil {
			t.Errorf("%s, signed again: %v", packing, err)
		}
		again := filepath.Join(t.TempDir(), "again")
		os.WriteFile(again, sign(t, read(t, file), "p256"), 0o600)
		oracle.Run(t, tool, "validate", again, "-k", keys+"p256.pub")
	}
}

// openssl accepts the signature over the manifest, and makes the same one.
func TestOpenSSL(t *testing.T) {
	a, err := open(patch.Bytes(sign(t, read(t, samples+"sample.mender"), "rsa2048")))
	if err != nil {
		t.Fatal(err)
	}
	manifest := filepath.Join(t.TempDir(), "manifest")
	os.WriteFile(manifest, a.manifest, 0o600)
	want := oracle.Run(t, oracle.Need(t, "openssl"), "dgst", "-sha256", "-sign", keys+"rsa2048.pem", manifest)
	if got, err := decode(a.signature); err != nil || !bytes.Equal(got, want) {
		t.Errorf("not openssl's signature: %v", err)
	}
}

// The committed samples, which mender-artifact signed, are good, and damaged ones are refused by both.
func TestSamplesAndDamage(t *testing.T) {
	tool := oracle.Need(t, "mender-artifact")
	for _, name := range []string{"sample", "gzip", "xz", "augmented", "v2"} {
		for _, key := range []string{"rsa2048", "p256"} {
			data := read(t, samples+name+"-"+key+".mender")
			if err := verify(t, data, "rsa3072", key); err != nil {
				t.Errorf("%s, %s: %v", name, key, err)
			}
			a, err := open(patch.Bytes(data))
			if err != nil {
				t.Fatal(err)
			}
			p := a.payloads[0]
			data[p.offset+min(p.size/2, 515)] ^= 0x10
			damaged := filepath.Join(t.TempDir(), "damaged.mender")
			os.WriteFile(damaged, data, 0o600)
			if exec.Command(tool, "validate", damaged, "-k", keys+key+".pub").Run() == nil {
				t.Errorf("%s: mender-artifact takes the damaged one", name)
			}
			if err := verify(t, data, key); !errors.Is(err, formats.ErrMismatch) {
				t.Errorf("%s, damaged: %v", name, err)
			}
		}
	}
}

// An ECDSA signature may be in DER, whatever its length, as hardware keys give it; a line feed may stand behind any.
func TestSpellings(t *testing.T) {
	signer := formatstest.LoadSigner(t, "p256")
	for what, spell := range map[string]func(der []byte) []byte{
		"raw":            func(der []byte) []byte { raw, _ := toRaw(der); return raw },
		"DER":            func(der []byte) []byte { return der },
		"from raw again": func(der []byte) []byte { raw, _ := toRaw(der); return toDER(raw) },
	} {
		for _, end := range []string{"", "\n"} {
			signed := respell(t, read(t, samples+"sample.mender"), signer.Key, spell, end)
			if err := verify(t, signed, "p256"); err != nil {
				t.Errorf("%s%q: %v", what, end, err)
			}
		}
	}
	for what, spell := range map[string]func(der []byte) []byte{
		"DER and more": func(der []byte) []byte { return append(der, 0) },
		"short":        func(der []byte) []byte { return der[:20] },
		"nothing":      func(der []byte) []byte { return nil },
	} {
		if err := verify(t, respell(t, read(t, samples+"sample.mender"), signer.Key, spell, ""), "p256"); err == nil {
			t.Errorf("%s: accepted", what)
		}
	}
	for _, end := range []string{"\n\n", " ", "x", "\n="} {
		same := func(der []byte) []byte { return der }
		if err := verify(t, respell(t, read(t, samples+"sample.mender"), signer.Key, same, end), "p256"); !errors.Is(err, formats.ErrMismatch) {
			t.Errorf("%q behind the base64: %v", end, err)
		}
	}
}

// respell signs with the signature in another spelling.
func respell(t *testing.T, data []byte, key crypto.Signer, spell func([]byte) []byte, end string) []byte {
	t.Helper()
	a, err := open(patch.Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	return insert(data, a.behind, "manifest.sig", spelled(t, key, a.manifest, spell)+end)
}
