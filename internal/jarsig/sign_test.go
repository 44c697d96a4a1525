package jarsig_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"io"
	"strings"
	"testing"

	"sigtool/formats/apk/apktest"
	"sigtool/internal/jarsig"
	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// archive reads a ZIP file.
func archive(t testing.TB, data []byte) (patch.Source, *zipdir.Archive) {
	t.Helper()
	a, err := zipdir.Read(patch.Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	return patch.Bytes(data), a
}

// entry reads one file of it.
func entry(t testing.TB, src patch.Source, a *zipdir.Archive, name string) []byte {
	t.Helper()
	e := a.Find(name)
	if e == nil {
		t.Fatalf("%s is missing", name)
	}
	r, err := a.Open(src, e)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func signer(t testing.TB, key string, h crypto.Hash) jarsig.Signer {
	t.Helper()
	secret, cert := apktest.Key(t, key)
	return jarsig.Signer{Name: "CERT", Key: secret, Chain: []*x509.Certificate{cert}, Hash: h}
}

// compare holds files to those of an archive.
func compare(t *testing.T, what string, files []jarsig.File, src patch.Source, a *zipdir.Archive) {
	t.Helper()
	for _, f := range files {
		if want := entry(t, src, a, f.Name); !bytes.Equal(f.Data, want) {
			t.Errorf("%s: %s differs:\n%q\nwant\n%q", what, f.Name, f.Data, want)
		}
	}
}

// Google's own signed files come out byte for byte.
func TestGolden(t *testing.T) {
	for _, row := range []struct {
		in, out, key string
		hash         crypto.Hash
		schemes      []int
	}{
		{"golden-aligned-in.apk", "golden-aligned-v1-out.apk", "rsa-2048", crypto.SHA256, nil},
		{"golden-aligned-in.apk", "golden-aligned-v1v2-out.apk", "rsa-2048", crypto.SHA256, []int{2}},
		{"golden-aligned-in.apk", "golden-aligned-v1v2v3-out.apk", "rsa-2048", crypto.SHA256, []int{2, 3}},
		{"original.apk", "golden-rsa-out.apk", "rsa-2048", crypto.SHA256, []int{2, 3}},
		{"original.apk", "golden-rsa-minSdkVersion-1-out.apk", "rsa-2048", crypto.SHA1, []int{2, 3}},
		{"original.apk", "golden-rsa-minSdkVersion-18-out.apk", "rsa-2048", crypto.SHA256, []int{2, 3}},
	} {
		src, a := archive(t, apktest.Read(t, row.in))
		wantSrc, want := archive(t, apktest.Read(t, row.out))
		s := signer(t, row.key, row.hash)
		s.Name = strings.ToUpper(row.key)
		r := jarsig.Request{Signers: []jarsig.Signer{s}, ManifestHash: row.hash, Schemes: row.schemes}
		files, err := jarsig.SignAs(t.Context(), src, a, r, "1.0 (Android)")
		if err != nil {
			t.Fatal(err)
		}
		compare(t, row.out, files, wantSrc, want)
	}
}
