package fdroid_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/fdroid"
	"sigtool/formats/formatstest"
	"sigtool/internal/cms"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// part is an entry of a JAR file.
type part struct{ name, text string }

// store makes a ZIP file of entries that are not packed.
func store(t *testing.T, parts ...part) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, p := range parts {
		f, err := w.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, p.text)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// texts are the manifest and the .SF file of an index by SHA-1, with more in each section.
func texts(index, more string) (manifest, file string) {
	digest := func(what, text string) string {
		sum := sha1.Sum([]byte(text))
		return more + "SHA1-" + what + ": " + base64.StdEncoding.EncodeToString(sum[:]) + "\r\n\r\n"
	}
	section := "Name: index-v1.json\r\n"
	manifest = "Manifest-Version: 1.0\r\n\r\n" + section + digest("Digest", index)
	return manifest, "Signature-Version: 1.0\r\n" + digest("Digest-Manifest", manifest) + section + digest("Digest", section+digest("Digest", index))
}

// A signature by SHA-256 is worth no more than SHA-1 where that is all that holds the manifest, whatever else is called SHA-256 there.
func TestWeakest(t *testing.T) {
	by, index := formatstest.LoadSigner(t, "rsa2048"), string(formatstest.Read(t, "fdroid/index-v1.json"))
	for _, more := range []string{"", "SHA-256-Digest-Foo: x\r\n", "X: \r\nSHA-256-Digestive: x\r\n"} {
		manifest, file := texts(index, more)
		sum := crypto.SHA256.New()
		io.WriteString(sum, file)
		block, err := cms.SignDigest(by.Key, by.Chain[0], sum.Sum(nil), cms.Options{Hash: crypto.SHA256, Embed: by.Chain, Java: true})
		if err != nil {
			t.Fatal(err)
		}
		jar := store(t, part{"META-INF/MANIFEST.MF", manifest}, part{"META-INF/A.SF", file}, part{"META-INF/A.RSA", string(block)}, part{"index-v1.json", index})
		if sig, err := verify(t, samples, jar); err != nil || sig.Alg != "rsa-pkcs1-sha1" || len(sig.Notes) != 1 {
			t.Errorf("%q: %v, %s, notes %q", more, err, sig.Alg, sig.Notes)
		}
	}
}

// A block that two have signed is not of one signer, though Android looks no further than the first.
func TestTwoInOneBlock(t *testing.T) {
	openssl, dir, keys := oracle.Need(t, "openssl"), t.TempDir(), formatstest.Testdata(t)+"/keys/"
	index := string(formatstest.Read(t, "fdroid/index-v1.json"))
	manifest, file := texts(index, "")
	in := filepath.Join(dir, "A.SF")
	if err := os.WriteFile(in, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	for signers, fits := range map[string]bool{"rsa2048": true, "rsa2048 rsa3072": false} {
		args := []string{"cms", "-sign", "-binary", "-noattr", "-md", "sha256", "-outform", "DER", "-in", in}
		for name := range strings.FieldsSeq(signers) {
			args = append(args, "-signer", keys+name+".crt", "-inkey", keys+name+".pem")
		}
		block := string(oracle.Run(t, openssl, args...))
		jar := store(t, part{"META-INF/MANIFEST.MF", manifest}, part{"META-INF/A.SF", file}, part{"META-INF/A.RSA", block}, part{"index-v1.json", index})
		if _, err := verify(t, samples, jar); (err == nil) != fits || err != nil && (!errors.Is(err, formats.ErrMismatch) || !strings.Contains(err.Error(), "one signer")) {
			t.Errorf("%s: %v", signers, err)
		}
	}
}

// Android takes whatever is not stored for deflated. Java's tools, which clients go by too, refuse such a file, and so do we.
func TestOtherMethod(t *testing.T) {
	good := pack(t, nil, "apksigner-entry.jar")
	for _, method := range []byte{1, 9, 12, 93} {
		jar := bytes.Clone(good)
		for magic, at := range map[string]int{"PK\x03\x04": 8, "PK\x01\x02": 10} { // of the last entry
			jar[bytes.LastIndex(jar, []byte(magic))+at] = method
		}
		if _, err := verify(t, samples, jar); !errors.Is(err, formats.ErrFormat) || !strings.Contains(err.Error(), "unknown method") {
			t.Errorf("method %d: %v", method, err)
		}
	}
}

// A diff that is not the one that entry.json names is not signed for; one that is not there is told.
func TestOtherDiff(t *testing.T) {
	by, dir := formatstest.LoadSigner(t, "rsa2048"), folder(t)
	diff := []byte(`{"packages":{}}`)
	sum := crypto.SHA256.New()
	sum.Write(diff)
	named := fmt.Appendf(nil, `"diffs": {"1":{"name":"/diff/1.json","sha256":"%x","size":%d,"numPackages":0}}`, sum.Sum(nil), len(diff))
	entry := bytes.Replace(formatstest.Read(t, "fdroid/entry.json"), []byte(`"diffs": {}`), named, 1)
	sign := func() (*formats.Result, error) {
		return fdroid.Format{}.Sign(context.Background(), patch.Bytes(entry), formats.Request{Key: by.Key, Chain: by.Chain, Beside: beside(dir)})
	}
	if result, err := sign(); err != nil || len(result.Warnings) != 1 || !strings.Contains(result.Warnings[0], "1 of the 1 files") {
		t.Errorf("without it: %+v, %v", result, err)
	}
	os.Mkdir(filepath.Join(dir, "diff"), 0o700)
	for _, row := range []struct{ text, want string }{
		{string(diff), ""}, {`{"packages":[]}`, "diff/1.json has the SHA-256"}, {`{}`, "diff/1.json has 2 bytes"},
	} {
		os.WriteFile(filepath.Join(dir, "diff", "1.json"), []byte(row.text), 0o600)
		result, err := sign()
		if row.want == "" && (err != nil || len(result.Warnings) != 0) || row.want != "" && (!errors.Is(err, formats.ErrFormat) || !strings.Contains(err.Error(), row.want)) {
			t.Errorf("%s: %v, want %q", row.text, err, row.want)
		}
	}
}
