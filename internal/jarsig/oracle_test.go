package jarsig_test

import (
	"bytes"
	"crypto"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/jarsig"
	"sigtool/internal/oracle"
)

// odd is a JAR with names that are hard to sort, to fold and to tell from signatures, and with a manifest of its own.
func odd(t *testing.T) []byte {
	t.Helper()
	j := newJar(t, crypto.SHA256, ownKey(t, "rsa2048"))
	for _, name := range []string{
		"assets/" + strings.Repeat("\u00e4", 60) + strings.Repeat("/long", 30), "a\U0001f600", "a\ufffd", "a\ue000", "META-INF/services/x.Y", "META-INF/x.version",
		"META-INF/sub/X.SF", "meta-inf/x.sf", "META-INF/SIG-x", "META-INF/old.sf", "META-INF/Old.rsa", strings.Repeat("n", 64), strings.Repeat("m", 65),
	} {
		j.content = append(j.content, jarsig.File{Name: name, Data: []byte(name)})
	}
	mf := "Manifest-Version: 1.5\r\nzeta: 1\r\nAlpha: \u00e4 " + strings.Repeat("v", 100) + "\r\n continued\r\nCreated-By: me  \r\n\r\nName: gone\r\nSHA1-Digest: x\r\n\r\n"
	return pack(t, append(j.content, jarsig.File{Name: "META-INF/MANIFEST.MF", Data: []byte(mf)}))
}

// apksigner writes the same texts, and for RSA the same signature.
func TestApksignerWritesTheSame(t *testing.T) {
	startsJava(t)
	apksigner := oracle.Need(t, "apksigner")
	folder := t.TempDir()
	for _, row := range []struct {
		key     string
		hash    crypto.Hash
		minSDK  string
		schemes []int
	}{{"rsa2048", crypto.SHA1, "17", nil}, {"rsa3072", crypto.SHA256, "18", []int{2, 3}}, {"p384", crypto.SHA256, "21", []int{2}}} {
		in, out := filepath.Join(folder, row.key+".apk"), filepath.Join(folder, row.key+"-out.apk")
		if err := os.WriteFile(in, odd(t), 0o600); err != nil {
			t.Fatal(err)
		}
		key := ownKey(t, row.key)
		key.Name, key.Hash = "CERT", row.hash
		oracle.Run(t, apksigner, "sign", "--key", pkcs8(t, folder, row.key), "--cert", "../../testdata/keys/"+row.key+".crt", "--v1-signer-name", "CERT",
			"--v1-signing-enabled", "true", "--v2-signing-enabled", fmt.Sprint(len(row.schemes) > 0), "--v3-signing-enabled", fmt.Sprint(len(row.schemes) > 1),
			"--v4-signing-enabled", "false", "--min-sdk-version", row.minSDK, "--in", in, "--out", out)
		src, a := archive(t, odd(t))
		request := jarsig.Request{Signers: []jarsig.Signer{key}, ManifestHash: row.hash, Schemes: row.schemes}
		files, err := jarsig.SignAs(t.Context(), src, a, request, "1.0 (Android)")
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		theirs, want := archive(t, data)
		for _, f := range files {
			if strings.HasSuffix(f.Name, ".EC") {
				continue // Java's ECDSA is random
			}
			if got := entry(t, theirs, want, f.Name); !bytes.Equal(f.Data, got) {
				t.Errorf("%s: %s differs:\n%q\nwant\n%q", row.key, f.Name, f.Data, got)
			}
		}
	}
}

// pkcs8 writes one of our keys as apksigner reads it.
func pkcs8(t *testing.T, folder, key string) string {
	t.Helper()
	out := filepath.Join(folder, key+".pk8")
	oracle.Run(t, oracle.Need(t, "openssl"), "pkcs8", "-topk8", "-nocrypt", "-in", "../../testdata/keys/"+key+".pem", "-outform", "DER", "-out", out)
	return out
}

// signOdd signs the odd JAR.
func signOdd(t *testing.T, name string) []byte {
	t.Helper()
	src, a := archive(t, odd(t))
	key := ownKey(t, name)
	key.Name = "SIGTOOL"
	files, err := jarsig.Sign(t.Context(), src, a, jarsig.Request{Signers: []jarsig.Signer{key}, ManifestHash: crypto.SHA256})
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Entries {
		if entryName := a.Entries[i].Name; !jarsig.IsSignatureFile(entryName) {
			files = append(files, jarsig.File{Name: entryName, Data: entry(t, src, a, entryName)})
		}
	}
	return pack(t, files)
}

// jarsigner takes what Sign makes, and so does apksig (TestIssuesOfApksig).
func TestOthersVerify(t *testing.T) {
	startsJava(t)
	jarsigner := oracle.Need(t, "jarsigner")
	for _, name := range []string{"rsa2048", "p521"} {
		data := signOdd(t, name)
		if r := check(t, data, 18, 1<<31-1); !r.Verified() {
			t.Errorf("%s: %v %v", name, r.Errors, r.Signers)
		}
		file := filepath.Join(t.TempDir(), "out.jar")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if out := oracle.Run(t, jarsigner, "-verify", file); !bytes.Contains(out, []byte("jar verified.")) {
			t.Errorf("%s: %s", name, out)
		}
	}
}

// What jarsigner signs is good, until it is changed. It signs attributes, which platforms take from SDK 19 on.
func TestJarsignerSigns(t *testing.T) {
	startsJava(t)
	jarsigner, openssl := oracle.Need(t, "jarsigner"), oracle.Need(t, "openssl")
	for _, name := range []string{"rsa2048", "p256"} {
		folder := t.TempDir()
		store, file := filepath.Join(folder, "store.p12"), filepath.Join(folder, "file.jar")
		pem := "../../testdata/keys/" + name
		oracle.Run(t, openssl, "pkcs12", "-export", "-inkey", pem+".pem", "-in", pem+".crt", "-name", "key", "-passout", "pass:secret", "-out", store)
		content := append(newJar(t, crypto.SHA1, ownKey(t, name)).content, jarsig.File{Name: "META-INF/MANIFEST.MF", Data: []byte("Manifest-Version: 1.5\r\n\r\n")})
		if err := os.WriteFile(file, pack(t, content), 0o600); err != nil {
			t.Fatal(err)
		}
		oracle.Run(t, jarsigner, "-keystore", store, "-storepass", "secret", "-digestalg", "SHA-256", file, "key")
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if r := check(t, data, 24, 30); !r.Verified() || !strings.HasPrefix(r.Signers[0].Name, "META-INF/KEY.") {
			t.Errorf("%s: %v %v", name, r.Errors, r.Signers)
		}
		src, a := archive(t, data)
		var files []jarsig.File
		for i := range a.Entries {
			f := jarsig.File{Name: a.Entries[i].Name, Data: entry(t, src, a, a.Entries[i].Name)}
			if f.Name == "META-INF/MANIFEST.MF" {
				f.Data = bytes.Replace(f.Data, []byte("1.5"), []byte("1.6"), 1)
			}
			files = append(files, f)
		}
		wrong, _ := found(check(t, pack(t, files), 24, 30))
		if strings.Join(wrong, " ") != "JAR_SIG_MANIFEST_MAIN_SECTION_DIGEST_DID_NOT_VERIFY" {
			t.Errorf("%s, changed: %v", name, wrong)
		}
	}
}
