package fdroid_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/fdroid"
	"sigtool/formats/formatstest"
	"sigtool/internal/patch"
)

// verify verifies data as it lies in a folder, as entry.json where it is an index.
func verify(t *testing.T, folder string, data []byte) (formats.Signature, error) {
	t.Helper()
	keys := formats.Keys{Beside: beside(folder), Sidecar: func(suffix, replaces string, _ int64) ([]byte, error) {
		data, err := os.ReadFile(filepath.Join(folder, formats.Sidecar{Suffix: suffix, Replaces: replaces}.Name("entry.json")))
		if errors.Is(err, os.ErrNotExist) {
			return nil, nil
		}
		return data, err
	}}
	found, err := fdroid.Format{}.Verify(context.Background(), patch.Bytes(data), keys)
	if err != nil {
		return formats.Signature{}, err
	}
	if len(found) != 1 {
		t.Fatalf("%d signatures", len(found))
	}
	return found[0], found[0].Err
}

// What Debian's tools signed verifies, and says what it is worth.
func TestSamples(t *testing.T) {
	cert := formatstest.LoadSigner(t, "rsa2048").Chain[0]
	for name, want := range map[string]string{
		"apksigner-entry.jar":          "rsa-pkcs1-sha256 entry.json and, by its hash, index-v2.json",
		"jarsigner-index-v1.jar":       "rsa-pkcs1-sha256 index-v1.json",
		"jarsigner-sha1-index-v1.jar":  "rsa-pkcs1-sha1 index-v1.json",
		"jarsigner-mixed-index-v1.jar": "rsa-pkcs1-sha1 index-v1.json",
	} {
		data := formatstest.Read(t, "fdroid/"+name)
		sig, err := verify(t, samples, data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		fingerprint := formats.Property{Name: "repository fingerprint", Value: fmt.Sprintf("%X", sha256.Sum256(cert.Raw))}
		if got := sig.Alg + " " + sig.Covers; got != want || !sig.Cert.Equal(cert) || !sig.ByCert || sig.Legacy || len(sig.Properties) != 1 || sig.Properties[0] != fingerprint {
			t.Errorf("%s: %q, %+v", name, got, sig)
		}
		if !(fdroid.Format{}).Sniff(patch.Bytes(data)) {
			t.Errorf("%s is not known", name)
		}
		if _, err := (suite(t)).Sign(data, suite(t).Signer); !errors.Is(err, formats.ErrFormat) {
			t.Errorf("%s: signed, %v", name, err)
		}
	}
}

// folder copies the samples, so that they can be changed.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(samples)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// An index that is not the one that entry.json names is neither signed nor accepted.
func TestOtherIndex(t *testing.T) {
	by := formatstest.LoadSigner(t, "rsa2048")
	entry, jar := formatstest.Read(t, "fdroid/entry.json"), formatstest.Read(t, "fdroid/apksigner-entry.jar")
	index := formatstest.Read(t, "fdroid/index-v2.json")
	for want, change := range map[string][]byte{
		"has the SHA-256":  append([]byte{' '}, index[1:]...),
		"has 119 bytes":    append(index, '\n'),
		"is not beside it": nil,
	} {
		dir := folder(t)
		name := filepath.Join(dir, "index-v2.json")
		os.Remove(name)
		if change != nil {
			os.WriteFile(name, change, 0o600)
		}
		_, err := fdroid.Format{}.Sign(context.Background(), patch.Bytes(entry), formats.Request{Key: by.Key, Chain: by.Chain, Beside: beside(dir)})
		if !errors.Is(err, formats.ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: signed: %v", want, err)
		}
		sig, err := verify(t, dir, jar)
		switch {
		case change != nil && (!errors.Is(err, formats.ErrMismatch) || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: verified: %v", want, err)
		case change == nil && (err != nil || len(sig.Notes) != 1 || !strings.Contains(sig.Notes[0], want)):
			t.Errorf("%s: verified: %v, notes %q", want, err, sig.Notes)
		}
	}
	if _, err := (fdroid.Format{}).Sign(context.Background(), patch.Bytes(entry), formats.Request{Key: by.Key, Chain: by.Chain}); !errors.Is(err, formats.ErrFormat) {
		t.Errorf("without a folder: %v", err)
	}
}

// An index that lies in a folder is what the JAR file beside it has to carry.
func TestIndexBesideJAR(t *testing.T) {
	dir := folder(t)
	entry := formatstest.Read(t, "fdroid/entry.json")
	if _, err := verify(t, dir, entry); !errors.Is(err, formats.ErrUnsigned) || !strings.Contains(err.Error(), "no .jar file") {
		t.Errorf("without one: %v", err)
	}
	os.WriteFile(filepath.Join(dir, "entry.json.jar"), formatstest.Read(t, "fdroid/apksigner-entry.jar"), 0o600)
	if _, err := verify(t, dir, entry); !errors.Is(err, formats.ErrUnsigned) {
		t.Errorf("with one of another name: %v", err)
	}
	os.WriteFile(filepath.Join(dir, "entry.jar"), formatstest.Read(t, "fdroid/apksigner-entry.jar"), 0o600)
	if _, err := verify(t, dir, entry); err != nil {
		t.Error(err)
	}
	for _, other := range [][]byte{append(entry, '\n'), bytes.Replace(entry, []byte("20002"), []byte("20003"), 1)} {
		if _, err := verify(t, dir, other); !errors.Is(err, formats.ErrMismatch) {
			t.Errorf("another: %v", err)
		}
	}
}

// Keys that no client checks, or that are too weak, don't sign.
func TestKeys(t *testing.T) {
	for name, fits := range map[string]bool{"rsa2048": true, "rsa4096": true, "p256": true, "p521": true, "ed25519": false} {
		s := suite(t)
		_, err := s.Sign(formatstest.Read(t, "fdroid/index-v1.json"), formatstest.LoadSigner(t, name))
		if (err == nil) != fits || err != nil && !errors.Is(err, formats.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := suite(t).Sign(formatstest.Read(t, "fdroid/index-v1.json"), formatstest.Signer{Key: formatstest.LoadSigner(t, "rsa2048").Key}); !errors.Is(err, formats.ErrCert) {
		t.Errorf("without a certificate: %v", err)
	}
}

// pack makes a ZIP file of the entries of others, or of text.
func pack(t *testing.T, add map[string]string, jars ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i, jar := range jars {
		data := formatstest.Read(t, "fdroid/"+jar)
		r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.File {
			if i == 0 || strings.HasPrefix(f.Name, "META-INF/REPO") {
				if err := w.Copy(f); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for name, text := range add {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		f.Write([]byte(text))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// More than one index, one signer and their files is not what clients take.
func TestMore(t *testing.T) {
	for what, row := range map[string]struct {
		data []byte
		kind error
	}{
		"a second signer":          {pack(t, nil, "apksigner-entry.jar", "jarsigner-index-v1.jar"), formats.ErrMismatch},
		"a file in META-INF":       {pack(t, map[string]string{"META-INF/more.txt": ""}, "apksigner-entry.jar"), formats.ErrMismatch},
		"a signature file of none": {pack(t, map[string]string{"META-INF/MORE.RSA": ""}, "apksigner-entry.jar"), formats.ErrMismatch},
		"another file":             {pack(t, map[string]string{"more.txt": ""}, "apksigner-entry.jar"), formats.ErrFormat},
		"a second index":           {pack(t, map[string]string{"index-v1.json": ""}, "apksigner-entry.jar"), formats.ErrFormat},
		"a package":                {pack(t, map[string]string{"AndroidManifest.xml": ""}, "apksigner-entry.jar"), formats.ErrFormat},
		"no signature":             {pack(t, map[string]string{"entry.json": "{}"}), formats.ErrUnsigned},
		"a manifest alone":         {pack(t, map[string]string{"entry.json": "{}", "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\r\n\r\n"}), formats.ErrUnsigned},
	} {
		if _, err := verify(t, samples, row.data); !errors.Is(err, row.kind) {
			t.Errorf("%s: %v", what, err)
		}
		if known := (fdroid.Format{}).Sniff(patch.Bytes(row.data)); known != (row.kind != formats.ErrFormat) {
			t.Errorf("%s: sniffed as ours is %v", what, known)
		}
	}
	if _, err := verify(t, samples, pack(t, nil, "apksigner-entry.jar")); err != nil {
		t.Errorf("packed anew: %v", err)
	}
}

// The key's hash is SHA-256, whatever the size of the key, for that is what clients know.
func TestAlgorithm(t *testing.T) {
	for name, want := range map[string]string{"rsa4096": "rsa-pkcs1-sha256", "p384": "ecdsa-p384-sha256"} {
		s := suite(t)
		file, err := s.Sign(formatstest.Read(t, "fdroid/index-v1.json"), formatstest.LoadSigner(t, name))
		if err != nil {
			t.Fatal(err)
		}
		sig, err := verify(t, samples, file.Sidecars[".jar"])
		if err != nil || sig.Alg != want || !sig.Key.(interface{ Equal(crypto.PublicKey) bool }).Equal(formatstest.LoadSigner(t, name).Key.Public()) {
			t.Errorf("%s: %v, %q", name, err, sig.Alg)
		}
	}
}
