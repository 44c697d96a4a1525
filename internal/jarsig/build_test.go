package jarsig_test

import (
	"archive/zip"
	"bytes"
	"crypto"
	"crypto/x509"
	"os"
	"slices"
	"strings"
	"testing"

	"sigtool/internal/jarsig"
	"sigtool/internal/keytest"
	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// jar is a JAR in the making: a signed one, to be changed before it is written.
type jar struct {
	t       testing.TB
	content []jarsig.File
	mf      string
	signers []*jarSigner
	more    []jarsig.File // written behind the rest
}

// jarSigner is one of its signatures. A nil block is made when the JAR is written.
type jarSigner struct {
	name  string // META-INF/ONE
	sf    string
	key   jarsig.Signer
	block []byte
}

// ownKey reads one of our keys for tests.
func ownKey(t testing.TB, name string) jarsig.Signer {
	t.Helper()
	return jarsig.Signer{Key: keytest.Key(t, name), Chain: []*x509.Certificate{keytest.Cert(t, name)}, Hash: crypto.SHA256}
}

// newJar signs two files and an Android manifest by as many keys.
func newJar(t testing.TB, h crypto.Hash, keys ...jarsig.Signer) *jar {
	t.Helper()
	sample, err := os.ReadFile("../../testdata/apk/sample.apk")
	if err != nil {
		t.Fatal(err)
	}
	src, a := archive(t, sample)
	j := &jar{t: t, content: []jarsig.File{
		{Name: "AndroidManifest.xml", Data: entry(t, src, a, "AndroidManifest.xml")},
		{Name: "a/b.txt", Data: []byte("text")},
		{Name: "classes.dex", Data: bytes.Repeat([]byte("dex"), 1000)},
	}}
	request := jarsig.Request{ManifestHash: h}
	for i, key := range keys {
		key.Name, key.Hash = []string{"ONE", "TWO"}[i], h
		request.Signers = append(request.Signers, key)
	}
	src, a = archive(t, pack(t, j.content))
	files, err := jarsig.Sign(t.Context(), src, a, request)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range request.Signers {
		j.signers = append(j.signers, &jarSigner{name: "META-INF/" + s.Name, sf: string(files[2*i].Data), key: s})
	}
	j.mf = string(files[len(files)-1].Data)
	return j
}

// clone is another with the same signatures.
func (j *jar) clone() *jar {
	other := *j
	other.content, other.signers = slices.Clone(j.content), nil
	for _, s := range j.signers {
		same := *s
		other.signers = append(other.signers, &same)
	}
	return &other
}

// write signs its .SF files again and packs it.
func (j *jar) write() []byte {
	j.t.Helper()
	files := append([]jarsig.File{}, j.content...)
	for _, s := range j.signers {
		if s.block == nil {
			block, err := jarsig.SignBlock(s.key, []byte(s.sf))
			if err != nil {
				j.t.Fatal(err)
			}
			s.block = block
		}
		files = append(files, jarsig.File{Name: s.name + ".SF", Data: []byte(s.sf)}, jarsig.File{Name: s.name + ".RSA", Data: s.block})
	}
	if j.mf != "" {
		files = append(files, jarsig.File{Name: "META-INF/MANIFEST.MF", Data: []byte(j.mf)})
	}
	return pack(j.t, append(files, j.more...))
}

func pack(t testing.TB, files []jarsig.File) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range files {
		header := &zip.FileHeader{Name: f.Name, Method: zip.Deflate}
		if len(f.Data) == 0 {
			header.Method = zip.Store // a packer for each of many thousands takes long
		}
		w, err := z.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		if _, err := w.Write(f.Data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// check verifies a JAR for a range of SDK versions.
func check(t testing.TB, data []byte, minSDK, maxSDK int) *jarsig.Result {
	t.Helper()
	src := patch.Bytes(data)
	a, err := zipdir.Read(src)
	if err != nil {
		t.Fatal(err)
	}
	p := jarsig.Policy{MinSDK: minSDK, MaxSDK: maxSDK, Supported: map[int]bool{2: maxSDK >= 24, 3: maxSDK >= 28}}
	result, err := jarsig.Verify(t.Context(), src, a, p)
	if err != nil {
		t.Fatal(err)
	}
	return result
}
