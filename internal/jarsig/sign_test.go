package jarsig_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"io"
	"slices"
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

// An .SF file of just n KiB gets two bytes more, which Android 1.6 wanted.
func TestFullKibibytes(t *testing.T) {
	key := ownKey(t, "p256")
	key.Name = "ONE"
	hit := 0
	for size := 1; size <= 1100; size++ {
		src, a := archive(t, pack(t, []jarsig.File{{Name: strings.Repeat("n", size)}}))
		files, err := jarsig.Sign(t.Context(), src, a, jarsig.Request{Signers: []jarsig.Signer{key}, ManifestHash: crypto.SHA1})
		if err != nil {
			t.Fatal(err)
		}
		sf := files[0].Data
		if len(sf)%1024 == 0 {
			t.Fatalf("%d bytes", len(sf))
		}
		if bytes.HasSuffix(sf, []byte("\r\n\r\n\r\n")) {
			if hit++; len(sf)%1024 != 2 {
				t.Fatalf("%d bytes with more behind them", len(sf))
			}
		}
	}
	if hit == 0 {
		t.Error("no size was met")
	}
}

// What can't be signed, or not so, is refused.
func TestRefused(t *testing.T) {
	good, other, small := ownKey(t, "rsa2048"), ownKey(t, "p256"), ownKey(t, "ed25519")
	named := func(s jarsig.Signer, name string) jarsig.Signer { s.Name = name; return s }
	foreign := named(good, "ONE")
	foreign.Chain = other.Chain
	alone := named(good, "ONE")
	alone.Chain = nil
	strong := named(good, "ONE")
	strong.Hash = crypto.SHA512
	one := []jarsig.Signer{named(good, "ONE")}
	for _, row := range []struct {
		name    string
		signers []jarsig.Signer
		hash    crypto.Hash
		entries []string
		want    error // nil: any
	}{
		{"nobody", nil, crypto.SHA256, nil, nil},
		{"eleven", slices.Repeat(one, 11), crypto.SHA256, nil, nil},
		{"one twice", []jarsig.Signer{one[0], named(other, "ONE")}, crypto.SHA256, nil, nil},
		{"small letters", []jarsig.Signer{named(good, "one")}, crypto.SHA256, nil, nil},
		{"a long name", []jarsig.Signer{named(good, "ONETWOTHR")}, crypto.SHA256, nil, nil},
		{"ed25519", []jarsig.Signer{named(small, "ONE")}, crypto.SHA256, nil, jarsig.ErrKey},
		{"another's certificate", []jarsig.Signer{foreign}, crypto.SHA256, nil, jarsig.ErrKey},
		{"no certificate", []jarsig.Signer{alone}, crypto.SHA256, nil, jarsig.ErrKey},
		{"SHA-512", []jarsig.Signer{strong}, crypto.SHA256, nil, nil},
		{"a manifest by MD5", one, crypto.MD5, nil, nil},
		{"LF", one, crypto.SHA256, []string{"a\nb"}, zipdir.ErrFormat},
		{"CR", one, crypto.SHA256, []string{"a\rb"}, zipdir.ErrFormat},
		{"NUL", one, crypto.SHA256, []string{"a\x00b"}, zipdir.ErrFormat},
		{"twice", one, crypto.SHA256, []string{"a", "a"}, zipdir.ErrFormat},
		{"twice for Java", one, crypto.SHA256, []string{"\xff", "\xfe"}, zipdir.ErrFormat},
		{"two manifests", one, crypto.SHA256, []string{"META-INF/MANIFEST.MF", "META-INF/MANIFEST.MF"}, zipdir.ErrFormat},
	} {
		var content []jarsig.File
		for _, name := range row.entries {
			content = append(content, jarsig.File{Name: name})
		}
		src, a := archive(t, pack(t, content))
		files, err := jarsig.Sign(t.Context(), src, a, jarsig.Request{Signers: row.signers, ManifestHash: row.hash})
		if err == nil || files != nil || row.want != nil && !errors.Is(err, row.want) {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}

// Entries that are on their way out are not listed, nor is the old signature, whoever made it.
func TestWithout(t *testing.T) {
	j := newJar(t, crypto.SHA1, ownKey(t, "rsa2048"), ownKey(t, "rsa3072"))
	j.more = []jarsig.File{{Name: "stamp"}, {Name: "folder/"}}
	src, a := archive(t, j.write())
	key := ownKey(t, "p521")
	key.Name = "NEW"
	without := func(name string) bool { return name == "stamp" }
	files, err := jarsig.Sign(t.Context(), src, a, jarsig.Request{Signers: []jarsig.Signer{key}, ManifestHash: crypto.SHA256, Without: without})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 3 || files[0].Name != "META-INF/NEW.SF" || files[1].Name != "META-INF/NEW.EC" || files[2].Name != "META-INF/MANIFEST.MF" {
		t.Fatalf("%v", files)
	}
	if n := bytes.Count(files[2].Data, []byte("Name: ")); n != len(j.content) {
		t.Errorf("%d sections", n)
	}
	if r := check(t, pack(t, append(files, j.content...)), 21, 30); !r.Verified() || len(r.Warnings) > 0 || r.Signers[0].Alg != "ecdsa-p521-sha256" {
		t.Errorf("%v", r)
	}
}
