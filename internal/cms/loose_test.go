package cms_test

import (
	"archive/zip"
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats/apk/apktest"
	"sigtool/internal/cms"
	"sigtool/internal/keytest"
	"sigtool/internal/sigalg"
)

// jarSignature is a signature block with the file that it is over.
type jarSignature struct{ block, file []byte }

// jarSignatures reads those of a JAR; a file that is no ZIP has none.
func jarSignatures(t *testing.T, name string) map[string]jarSignature {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil
	}
	files := map[string][]byte{}
	for _, f := range z.File {
		if r, err := f.Open(); err == nil {
			files[f.Name], _ = io.ReadAll(r)
		}
	}
	found := map[string]jarSignature{}
	for name, data := range files {
		ext := filepath.Ext(name)
		if sf, ok := files[strings.TrimSuffix(name, ext)+".SF"]; ok && strings.HasPrefix(name, "META-INF/") && ext != ".SF" && ext != ".MF" {
			found[name] = jarSignature{data, sf}
		}
	}
	return found
}

// refused are the packages whose signature is not good, and what is said of it.
var refused = map[string]string{
	"v1-only-with-signed-attrs-missing-content-type.apk": "no content type",
	"v1-only-with-signed-attrs-wrong-digest.apk":         "another digest",
	"v1-only-with-signed-attrs-wrong-signature.apk":      "does not match",
}

// The signature blocks of the packages that Google's verifier is tested with are read, whatever wrote them, and judged rightly.
func TestLooseCorpus(t *testing.T) {
	apks, err := filepath.Glob(filepath.Join(apktest.Corpus(t), "apksig", "*.apk"))
	if err != nil {
		t.Fatal(err)
	}
	good := 0
	for _, apk := range apks {
		want := refused[filepath.Base(apk)]
		for name, jar := range jarSignatures(t, apk) {
			err := verifyAny(jar.block, jar.file)
			if err == nil {
				good++
			}
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s %s: %v, want %q", filepath.Base(apk), name, err, want)
			}
			if changed := append(jar.file, ' '); verifyAny(jar.block, changed) == nil {
				t.Errorf("%s %s: changed, and it verifies", filepath.Base(apk), name)
			}
		}
	}
	if good < 100 {
		t.Errorf("only %d good signatures were found", good)
	}
}

// verifyAny is nil when a signer of the block verifies.
func verifyAny(block, file []byte) error {
	sd, err := cms.ParseLoose(block)
	if err != nil {
		return err
	}
	err = errors.New("no signer")
	for _, s := range sd.Signers {
		err = errors.New("no certificate")
		for _, cert := range sd.Certs {
			if s.NamesLoosely(cert) {
				if err = s.VerifyLoose(cert.PublicKey, file, true); err == nil {
					return nil
				}
			}
		}
	}
	return err
}

// written is a block as apksigner makes them.
func written(t testing.TB, name string, content []byte) (block []byte, cert *x509.Certificate) {
	t.Helper()
	cert = keytest.Cert(t, name)
	sum := sha256.Sum256(content)
	block, err := cms.SignDigest(keytest.Key(t, name), cert, sum[:], cms.Options{Hash: crypto.SHA256, Embed: []*x509.Certificate{cert}, Java: true})
	if err != nil {
		t.Fatal(err)
	}
	return block, cert
}

// With RSA a block is what apksigner writes, byte for byte.
func TestSameAsApksigner(t *testing.T) {
	found := jarSignatures(t, "../../testdata/fdroid/apksigner-entry.jar")
	if len(found) != 1 {
		t.Fatalf("%d signatures in the sample", len(found))
	}
	for name, jar := range found {
		if block, _ := written(t, "rsa2048", jar.file); !bytes.Equal(block, jar.block) {
			t.Errorf("our %d bytes are not the %d of %s", len(block), len(jar.block), name)
		}
	}
}

// What is written for Java reads back; the same in indefinite lengths, with more behind it, or named in other letters, too.
func TestLooseForms(t *testing.T) {
	content := []byte("Signature-Version: 1.0\r\n\r\n")
	for _, name := range []string{"rsa2048", "p256"} {
		block, cert := written(t, name, content)
		at := bytes.LastIndex(block, cert.RawIssuer) // the signer's name; the first two are the certificate's
		shouting := bytes.Clone(block)
		copy(shouting[at:], bytes.ToUpper(cert.RawIssuer))
		if shouting[at] != 0x30 || bytes.Equal(shouting, block) {
			t.Fatal("the sample has no name to change")
		}
		for what, form := range map[string][]byte{
			"as written":        block,
			"more behind it":    append(bytes.Clone(block), "more"...),
			"indefinite length": append(append([]byte{0x30, 0x80}, block[4:]...), 0, 0),
			"capital letters":   shouting,
		} {
			if err := verifyAny(form, content); err != nil {
				t.Errorf("%s, %s: %v", name, what, err)
			}
			if err := verifyAny(form, content[1:]); !errors.Is(err, sigalg.ErrMismatch) {
				t.Errorf("%s, %s: other content: %v", name, what, err)
			}
		}
	}
}

// A signature over attributes is one over the content by its digest, and over its type where the platform looks at it.
func TestLooseAttributes(t *testing.T) {
	content, err := os.ReadFile("../../testdata/raw/message.txt")
	if err != nil {
		t.Fatal(err)
	}
	block, err := os.ReadFile("../../testdata/raw/message.rsa2048.p7s")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		what, change, to string // in hexadecimal
		strict, loose    string // what is said where the type is looked at, and where it is not; "" for nothing
	}{
		{"as it is", "", "", "", ""},
		{"another type", "300b06092a864886f70d010701", "300b06092a864886f70d010702", "another type", ""}, // what the message says that it holds
		{"no type", "06092a864886f70d010903", "06092a864886f70d010963", "no content type", "does not match"},
		{"no digest", "06092a864886f70d010904", "06092a864886f70d010964", "no message digest", "no message digest"},
		{"two types", "06092a864886f70d010904", "06092a864886f70d010903", "there twice", "there twice"},
		{"no such hash", "300b0609608648016503040201", "300b0609608648016503040261", "is not known", "is not known"},
		{"another kind", "06092a864886f70d010101", "06072a8648ce3d02010500", "another kind", "another kind"},
	} {
		change, _ := hex.DecodeString(row.change)
		to, _ := hex.DecodeString(row.to)
		changed := bytes.Clone(block)
		if at := bytes.LastIndex(changed, change); at >= 0 && row.what != "another type" {
			copy(changed[at:], to)
		} else {
			copy(changed[bytes.Index(changed, change):], to)
		}
		sd, err := cms.ParseLoose(changed)
		if err != nil || len(sd.Signers) != 1 || len(sd.Certs) != 1 || bytes.Equal(changed, block) != (row.change == "") {
			t.Errorf("%s: %v", row.what, err)
			continue
		}
		for checkType, want := range map[bool]string{true: row.strict, false: row.loose} {
			err := sd.Signers[0].VerifyLoose(sd.Certs[0].PublicKey, content, checkType)
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s, type checked %v: %v, want %q", row.what, checkType, err, want)
			}
		}
		if err := sd.Signers[0].VerifyLoose(sd.Certs[0].PublicKey, content[1:], false); err == nil {
			t.Errorf("%s: other content verifies", row.what)
		}
	}
}

// Cut anywhere, a block is damaged or nobody's.
func TestLooseCut(t *testing.T) {
	content := []byte("content")
	block, _ := written(t, "p256", content)
	for n := range block {
		if verifyAny(block[:n], content) == nil {
			t.Errorf("cut to %d bytes, it verifies", n)
		}
	}
}

func FuzzParseLoose(f *testing.F) {
	content := []byte("content")
	for _, name := range []string{"rsa2048", "p256"} {
		block, _ := written(f, name, content)
		f.Add(block)
		f.Add(append(append([]byte{0x30, 0x80}, block[4:]...), 0, 0))
	}
	_, cert := written(f, "rsa2048", content)
	f.Fuzz(func(t *testing.T, data []byte) {
		sd, err := cms.ParseLoose(data)
		if err != nil {
			return
		}
		for _, s := range sd.Signers {
			s.NamesLoosely(cert)
			if s.VerifyLoose(cert.PublicKey, []byte("never signed"), false) == nil {
				t.Error("content that was never signed verifies")
			}
		}
	})
}
