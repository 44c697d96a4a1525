package jarsig_test

import (
	"bytes"
	"crypto"
	"errors"
	"maps"
	"strings"
	"testing"

	"sigtool/internal/jarsig"
	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// contents are the entries that a signature protects.
func contents(t *testing.T, data []byte) map[string]string {
	t.Helper()
	src, a := archive(t, data)
	all := map[string]string{}
	for i := range a.Entries {
		if name := a.Entries[i].Name; !strings.HasPrefix(name, "META-INF/") && !strings.HasSuffix(name, "/") {
			all[name] = string(entry(t, src, a, name))
		}
	}
	return all
}

// Wherever a byte is changed, what verifies holds what was signed: v1 leaves much of the ZIP file around it unprotected.
func TestFlippedBytes(t *testing.T) {
	t.Parallel()
	good := newJar(t, crypto.SHA256, ownKey(t, "p256")).write()
	want := contents(t, good)
	verified := 0
	for i := range good {
		if testing.Short() && i%7 > 0 {
			continue
		}
		for _, bit := range []byte{1, 0x80} {
			data := bytes.Clone(good)
			data[i] ^= bit
			a, err := zipdir.Read(patch.Bytes(data))
			if err != nil {
				continue
			}
			r, err := jarsig.Verify(t.Context(), patch.Bytes(data), a, jarsig.Policy{MinSDK: 18, MaxSDK: 30})
			if err != nil || !r.Verified() {
				continue
			}
			if verified++; !maps.Equal(contents(t, data), want) {
				t.Errorf("byte %d, bit %#x: other content verifies", i, bit)
			}
		}
	}
	if verified == 0 || verified > len(good) {
		t.Errorf("%d of %d flips verify", verified, 2*len(good))
	}
}

// A manifest may be as large as its entries can need, and so may an .SF file; nothing that is larger is read.
func TestTooLarge(t *testing.T) {
	large := bytes.Repeat([]byte("a: b\r\n"), 1<<20/6)
	for name, change := range map[string]func(*jar){
		"MANIFEST.MF": func(j *jar) { j.mf = string(large) },
		"ONE.SF":      func(j *jar) { j.signers[0].sf = string(large) },
		"ONE.RSA":     func(j *jar) { j.signers[0].block = bytes.Repeat(large, 2) },
	} {
		j := newJar(t, crypto.SHA256, ownKey(t, "p256"))
		change(j)
		src, a := archive(t, j.write())
		_, err := jarsig.Verify(t.Context(), src, a, jarsig.Policy{MinSDK: 18, MaxSDK: 30})
		if !errors.Is(err, zipdir.ErrFormat) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A manifest of nothing but sections without a name, of which there are thousands, is told of a thousand times.
func TestManyIssues(t *testing.T) {
	j := newJar(t, crypto.SHA256, ownKey(t, "p256"))
	j.mf += strings.Repeat("a\n\n", 80_000)
	if r := check(t, j.write(), 18, 30); len(r.Errors) != 1000 {
		t.Errorf("%d errors", len(r.Errors))
	}
}

// Whom Android ignores is told all the same, if he signed: another reader, or another Android, may count him. A limit of ours ignores nobody.
func TestIgnored(t *testing.T) {
	j := newJar(t, crypto.SHA256, ownKey(t, "p256"), ownKey(t, "p384"))
	j.signers[1].sf += "Name: a\r\n\r\nName: a\r\n\r\n"
	r := check(t, j.write(), 18, 30)
	if !r.Verified() || len(r.Signers) != 1 || len(r.Ignored) != 1 || r.Ignored[0].Cert == nil {
		t.Errorf("%d signers, %d ignored, %v", len(r.Signers), len(r.Ignored), r.Errors)
	}
	j = newJar(t, crypto.SHA256, ownKey(t, "p256"), ownKey(t, "p384"))
	j.signers[1].sf += "Name: a\r\n" + strings.Repeat("b: "+strings.Repeat("c", 60)+"\r\n", 4000) + "\r\n"
	if r := check(t, j.write(), 18, 30); r.Verified() || len(r.Ignored) > 0 {
		t.Errorf("a section of 260 kB: %d signers, %d ignored", len(r.Signers), len(r.Ignored))
	}
}
