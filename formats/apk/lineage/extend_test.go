package lineage

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/apk/apktest"
	"sigtool/internal/issue"
	"sigtool/internal/oracle"
)

func extend(t testing.TB, l *Lineage, last, next string) *Lineage {
	t.Helper()
	longer, err := Extend(l, signer(t, last), Signer{Cert: signer(t, next).Cert})
	if err != nil {
		t.Fatalf("%s to %s: %v", last, next, err)
	}
	return longer
}

// Google's files come out byte for byte.
func TestExtend(t *testing.T) {
	two := extend(t, nil, "rsa-2048", "rsa-2048_2")
	was := two.File()
	if !bytes.Equal(was, apktest.Read(t, "rsa-2048-lineage-2-signers")) {
		t.Error("rsa-2048-lineage-2-signers differs")
	}
	three := extend(t, two, "rsa-2048_2", "rsa-2048_3")
	if !bytes.Equal(three.File(), apktest.Read(t, "rsa-2048-lineage-3-signers")) {
		t.Error("rsa-2048-lineage-3-signers differs")
	}
	if !bytes.Equal(two.File(), was) {
		t.Error("extending a lineage changed it")
	}
	if !bytes.Equal(extend(t, nil, "rsa-1024", "rsa-1024_2").File(), apktest.Read(t, "rsa-1024-lineage-2-signers")) {
		t.Error("rsa-1024-lineage-2-signers differs")
	}
	if l, err := ParseFile(extend(t, two, "rsa-2048_2", "ec-p256").File()); err != nil || len(l.Nodes) != 3 {
		t.Error(err)
	}
}

func TestExtendRefused(t *testing.T) {
	l := read(t, "rsa-2048-lineage-2-signers")
	mixed := signer(t, "rsa-2048_2")
	mixed.Key = signer(t, "rsa-2048").Key
	_, other := apktest.Key(t, "rsa-2048_3")
	for _, row := range []struct {
		want       string
		last, next Signer
	}{
		{"ends with another", signer(t, "rsa-2048"), Signer{Cert: other}},
		{"already", signer(t, "rsa-2048_2"), signer(t, "rsa-2048")},
		{"not its certificate's", mixed, Signer{Cert: other}},
		{"new signer", signer(t, "rsa-2048_2"), Signer{Cert: &x509.Certificate{Raw: []byte{0}}}},
	} {
		if _, err := Extend(l, row.last, row.next); !errors.Is(err, formats.ErrKey) || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v", row.want, err)
		}
	}
}

// As many signers as may be are read, one more is not.
func TestMaxNodes(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var signers []Signer
	for i := range MaxNodes + 1 {
		der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(int64(i + 1))}, &x509.Certificate{}, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		signers = append(signers, Signer{key, cert})
	}
	var l *Lineage
	for i := range MaxNodes - 1 {
		if l, err = Extend(l, signers[i], signers[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := ParseFile(l.File()); err != nil || len(got.Nodes) != MaxNodes {
		t.Error(err)
	}
	if _, err := Extend(l, signers[MaxNodes-1], signers[MaxNodes]); !errors.Is(err, formats.ErrKey) {
		t.Error(err)
	}
	l.Nodes = append(l.Nodes, l.Nodes[1])
	if _, err := ParseAttribute(l.Attribute()); issue.ID(err) != "V3_SIG_MALFORMED_LINEAGE" {
		t.Error(err)
	}
}

// What apksigner rotates is what we do, and it takes ours.
func TestApksigner(t *testing.T) {
	tool := oracle.Need(t, "apksigner")
	dir, keys := t.TempDir(), filepath.Join(apktest.Corpus(t), "apksig")
	rotate := func(in, out, last, next string) []byte {
		args := []string{"rotate", "--out", out,
			"--old-signer", "--key", filepath.Join(keys, last+".pk8"), "--cert", filepath.Join(keys, last+".x509.pem"),
			"--new-signer", "--key", filepath.Join(keys, next+".pk8"), "--cert", filepath.Join(keys, next+".x509.pem")}
		if in != "" {
			args = slices.Insert(args, 1, "--in", in)
		}
		oracle.Run(t, tool, args...)
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	theirs, ours := filepath.Join(dir, "theirs"), filepath.Join(dir, "ours")
	l := extend(t, nil, "rsa-3072", "rsa-4096")
	if !bytes.Equal(rotate("", theirs, "rsa-3072", "rsa-4096"), l.File()) {
		t.Error("a new lineage differs from apksigner's")
	}
	l = extend(t, l, "rsa-4096", "ec-p384")
	if !bytes.Equal(rotate(theirs, theirs+"2", "rsa-4096", "ec-p384"), l.File()) {
		t.Error("an extended lineage differs from apksigner's")
	}
	l = extend(t, extend(t, l, "ec-p384", "ec-p256"), "ec-p256", "ec-p521")
	if err := os.WriteFile(ours, l.File(), 0o600); err != nil {
		t.Fatal(err)
	}
	printed := oracle.Run(t, tool, "lineage", "--in", ours, "--print-certs", "-v")
	if n := bytes.Count(printed, []byte("certificate SHA-256 digest")); n != len(l.Nodes) {
		t.Errorf("apksigner shows %d certificates of ours:\n%s", n, printed)
	}
	further, err := ParseFile(rotate(ours, theirs+"3", "ec-p521", "rsa-2048"))
	if err != nil || len(further.Nodes) != len(l.Nodes)+1 {
		t.Errorf("ours, extended by apksigner: %v", err)
	}
}
