package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigtool/formats"
	"sigtool/formats/apk"
	"sigtool/formats/apk/apktest"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// subject makes a certificate with a subject that has these attributes, from the first to the last; those in one row make one part of it.
func subject(t *testing.T, rows ...[]pkix.AttributeTypeAndValue) *x509.Certificate {
	t.Helper()
	name := pkix.RDNSequence{}
	for _, row := range rows {
		name = append(name, row)
	}
	der, err := asn1.Marshal(name)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), RawSubject: der, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0)}
	if der, err = x509.CreateCertificate(rand.Reader, template, template, key.Public(), key); err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

func attribute(value string, oid ...int) pkix.AttributeTypeAndValue {
	return pkix.AttributeTypeAndValue{Type: oid, Value: value}
}

// A subject is written as Java writes it: keytool prints what apksigner does.
func TestJavaName(t *testing.T) {
	keytool := oracle.Need(t, "keytool")
	type row = []pkix.AttributeTypeAndValue
	for _, rows := range [][]row{
		{{attribute("US", 2, 5, 4, 6)}, {attribute("Android", 2, 5, 4, 10)}, {attribute("Android Debug", 2, 5, 4, 3)}},
		{{attribute("Foo, Inc.", 2, 5, 4, 10)}, {attribute(`the "best" \ one`, 2, 5, 4, 3)}},
		{{attribute("a+b=c", 2, 5, 4, 11)}, {attribute("two  spaces", 2, 5, 4, 3)}},
		{{attribute(" leads", 2, 5, 4, 11)}, {attribute("ends ", 2, 5, 4, 3)}},
		{{attribute("both", 2, 5, 4, 11), attribute("at once", 2, 5, 4, 3)}},
		{{attribute("a@b.example", 1, 2, 840, 113549, 1, 9, 1)}, {attribute("com", 0, 9, 2342, 19200300, 100, 1, 25)}, {attribute("u", 0, 9, 2342, 19200300, 100, 1, 1)}},
		{{attribute("s", 2, 5, 4, 4), attribute("n", 2, 5, 4, 5)}, {attribute("l", 2, 5, 4, 7)}, {attribute("st", 2, 5, 4, 8)}, {attribute("street", 2, 5, 4, 9)}},
		{{attribute("t", 2, 5, 4, 12)}, {attribute("g", 2, 5, 4, 42)}, {attribute("i", 2, 5, 4, 43)}, {attribute("gen", 2, 5, 4, 44)}, {attribute("q", 2, 5, 4, 46)}},
		{{attribute("Zürich", 2, 5, 4, 7)}, {attribute("odd", 1, 2, 3, 4)}},
		{{attribute(`"quoted"`, 2, 5, 4, 3)}},
	} {
		certificate := subject(t, rows...)
		file := filepath.Join(t.TempDir(), "c.der")
		if err := os.WriteFile(file, certificate.Raw, 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(keytool, "-J-Dfile.encoding=UTF-8", "-J-Dstdout.encoding=UTF-8", "-J-Dsun.stdout.encoding=UTF-8", "-J-Duser.language=en", "-printcert", "-file", file)
		cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		owner, _, _ := strings.Cut(string(out), "\n")
		if got, want := javaName(certificate), strings.TrimPrefix(owner, "Owner: "); got != want {
			t.Errorf("%s, and Java writes %s", got, want)
		}
	}
}

// Who signs by several schemes is told once, by the newest; what does not match keeps all certificates back.
func TestCertLines(t *testing.T) {
	one, two := subject(t, []pkix.AttributeTypeAndValue{attribute("one", 2, 5, 4, 3)}), subject(t, []pkix.AttributeTypeAndValue{attribute("two", 2, 5, 4, 3)})
	signature := func(scheme string, c *x509.Certificate) formats.Signature {
		return formats.Signature{Scheme: scheme, Cert: c}
	}
	bad := signature("v1", two)
	bad.Err = formats.ErrMismatch
	stamp, badStamp := signature("source-stamp", two), signature("source-stamp", two)
	stamp.Aside, badStamp.Aside, badStamp.Err = true, true, formats.ErrMismatch
	newer := signature("v3.1", two)
	newer.Properties = []formats.Property{{Name: "min-sdk", Value: "33"}}
	for what, row := range map[string]struct {
		signatures []formats.Signature
		want       string
	}{
		"one signer, three schemes": {[]formats.Signature{signature("v4", one), signature("v3", one), signature("v2", one), signature("v1", one)}, "Signer #1: CN=one"},
		"two signers":               {[]formats.Signature{signature("v2", one), signature("v2", two), signature("v1", one), signature("v1", two)}, "Signer #1: CN=one; Signer #2: CN=two"},
		"another format":            {[]formats.Signature{signature("cms", one), signature("cms", two), signature("cms", one)}, "Signer #1: CN=one; Signer #2: CN=two"},
		"rotated": {[]formats.Signature{newer, signature("v3", one), signature("v1", one)},
			"Signer (minSdkVersion=33, maxSdkVersion=2147483647): CN=two; Signer (minSdkVersion=0, maxSdkVersion=2147483647): CN=one"},
		"stamped":         {[]formats.Signature{signature("v2", one), stamp}, "Signer #1: CN=one; Source Stamp Signer: CN=two"},
		"a stamp changed": {[]formats.Signature{signature("v2", one), badStamp}, "Signer #1: CN=one"},
		"one changed":     {[]formats.Signature{signature("v2", one), bad}, ""},
		"no certificate":  {[]formats.Signature{{Scheme: "raw"}}, ""},
	} {
		var names []string
		for line := range strings.Lines(string(certLines(row.signatures))) {
			if who, name, found := strings.Cut(line, " certificate DN: "); found {
				names = append(names, who+": "+strings.TrimSpace(name))
			}
		}
		if got := strings.Join(names, "; "); got != row.want {
			t.Errorf("%s: %q, want %q", what, got, row.want)
		}
	}
}

// Of packages by others, signed side by side, by old schemes, with a stamp, by DSA, the lines are apksigner's.
func TestCertLinesOfApksigner(t *testing.T) {
	apksigner, corpus := oracle.Need(t, "apksigner"), apktest.Corpus(t)
	for _, name := range []string{"two-signers.apk", "golden-aligned-v1v2v3-out.apk", "v3-only-with-stamp.apk", "v2-only-with-dsa-sha256-2048.apk",
		"v1-only-with-ecdsa-sha256-1.2.840.10045.4.3.2-p521.apk", "v1v2v3-rsa-2048-negmod-in-cert.apk"} {
		var keys formats.Keys
		keys.Options.Set("min-sdk", "24")
		signatures, err := apk.Format{}.Verify(t.Context(), patch.Bytes(apktest.Read(t, name)), keys)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var theirs strings.Builder
		for line := range strings.Lines(string(oracle.Run(t, apksigner, "verify", "-v", "--print-certs", "--min-sdk-version", "24", filepath.Join(corpus, "apksig", name)))) {
			if strings.HasPrefix(line, "Signer ") || strings.HasPrefix(line, "Source Stamp Signer ") {
				theirs.WriteString(line)
			}
		}
		if got := string(certLines(signatures)); got != theirs.String() || got == "" {
			t.Errorf("%s:\n%s\nand apksigner:\n%s", name, got, theirs.String())
		}
	}
}
