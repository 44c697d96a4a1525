package jarsig_test

import (
	"bytes"
	"context"
	"crypto"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"sigtool/internal/jarsig"
	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// counted is a source that counts the bytes that are read of it.
type counted struct {
	patch.Source
	bytes *atomic.Int64
}

func (c counted) ReadAt(p []byte, off int64) (int, error) {
	c.bytes.Add(int64(len(p)))
	return c.Source.ReadAt(p, off)
}

// What signing has hashed is not unpacked again when the same bytes are verified, also from under a view; what was changed is.
func TestMemo(t *testing.T) {
	key := ownKey(t, "rsa2048")
	key.Name = "ONE"
	content := []jarsig.File{{Name: "large", Data: bytes.Repeat([]byte("0123456789abcdef"), 1<<16)}, {Name: "small", Data: []byte("small")}}
	var unread bytes.Buffer
	for i := range 1 << 15 {
		binary.Write(&unread, binary.LittleEndian, uint32(i*2654435761))
	}
	content[0].Data = unread.Bytes()
	src, a := archive(t, pack(t, content))
	memo := &patch.Memo{}
	files, err := jarsig.Sign(t.Context(), src, a, jarsig.Request{Signers: []jarsig.Signer{key}, ManifestHash: crypto.SHA256, Memo: memo})
	if err != nil {
		t.Fatal(err)
	}
	signed := pack(t, append(content, files...)) // the packed content comes first, at the same places
	for _, row := range []struct {
		memo *patch.Memo
		most int64
	}{{memo, 40 << 10}, {nil, 1 << 20}, {&patch.Memo{}, 1 << 20}} {
		read := &atomic.Int64{}
		over := counted{patch.Bytes(signed), read}
		z, err := zipdir.Read(over)
		if err != nil {
			t.Fatal(err)
		}
		before := read.Load()
		r, err := jarsig.Verify(t.Context(), over, z, jarsig.Policy{MinSDK: 18, MaxSDK: 30, Memo: row.memo})
		if err != nil || !r.Verified() {
			t.Fatalf("%v %v", err, r)
		}
		got := read.Load() - before
		if got > row.most || row.memo != memo && got < 100<<10 {
			t.Errorf("%d bytes were read", got)
		}
	}
}

// Entries that share their bytes are refused before any is unpacked, as they would take for ever.
func TestOverlap(t *testing.T) {
	j := newJar(t, crypto.SHA256, ownKey(t, "rsa2048"))
	src, a := archive(t, j.write())
	for range 100 {
		a.Entries = append(a.Entries, a.Entries[2])
		a.Entries[len(a.Entries)-1].Name += fmt.Sprint(len(a.Entries))
	}
	key := ownKey(t, "p256")
	key.Name = "ONE"
	_, err := jarsig.Sign(t.Context(), src, a, jarsig.Request{Signers: []jarsig.Signer{key}, ManifestHash: crypto.SHA256})
	if !errors.Is(err, zipdir.ErrFormat) {
		t.Errorf("%v", err)
	}
}

func TestCancelled(t *testing.T) {
	j := newJar(t, crypto.SHA256, ownKey(t, "rsa2048"))
	src, a := archive(t, j.write())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := jarsig.Verify(ctx, src, a, jarsig.Policy{MinSDK: 18, MaxSDK: 30}); !errors.Is(err, context.Canceled) {
		t.Errorf("verify: %v", err)
	}
	key := ownKey(t, "p256")
	key.Name = "ONE"
	if _, err := jarsig.Sign(ctx, src, a, jarsig.Request{Signers: []jarsig.Signer{key}, ManifestHash: crypto.SHA256}); !errors.Is(err, context.Canceled) {
		t.Errorf("sign: %v", err)
	}
}

// broken is a source that can't be read in some place.
type broken struct {
	patch.Source
	from int64
}

func (b broken) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > b.from && off < b.from+10 {
		return 0, io.ErrClosedPipe
	}
	return b.Source.ReadAt(p, off)
}

// A file that can't be read, and one whose packed data is damaged, is an error, not an issue.
func TestUnreadable(t *testing.T) {
	j := newJar(t, crypto.SHA256, ownKey(t, "rsa2048"))
	src, a := archive(t, j.write())
	l, err := a.Local(src, a.Find("classes.dex"))
	if err != nil {
		t.Fatal(err)
	}
	p := jarsig.Policy{MinSDK: 18, MaxSDK: 30}
	if _, err := jarsig.Verify(t.Context(), broken{src, l.Data}, a, p); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("%v", err)
	}
	a.Find("classes.dex").CRC32++
	if _, err := jarsig.Verify(t.Context(), src, a, p); !errors.Is(err, zipdir.ErrFormat) {
		t.Errorf("%v", err)
	}
}

// As many entries as a ZIP file without extensions is written with, with names that take two lines.
func TestManyEntries(t *testing.T) {
	t.Parallel()
	count := 65534 - 3
	if testing.Short() {
		count /= 10
	}
	var content []jarsig.File
	for i := range count {
		content = append(content, jarsig.File{Name: fmt.Sprintf("%s%d", strings.Repeat("n", 70), i)})
	}
	src, a := archive(t, pack(t, content))
	key := ownKey(t, "p256")
	key.Name = "ONE"
	files, err := jarsig.Sign(t.Context(), src, a, jarsig.Request{Signers: []jarsig.Signer{key}, ManifestHash: crypto.SHA256})
	if err != nil {
		t.Fatal(err)
	}
	if r := check(t, pack(t, append(content, files...)), 18, 30); !r.Verified() {
		t.Errorf("%d errors, such as %v", len(r.Errors), r.Errors[0])
	}
}

// FuzzVerify begins with signed JARs, small ones. What verifies and is not one of them holds the same content.
func FuzzVerify(f *testing.F) {
	one, two := ownKey(f, "p256"), ownKey(f, "p384")
	good := newJar(f, crypto.SHA256, one)
	f.Add(good.write())
	loose := newJar(f, crypto.SHA1, one, two)
	sections(loose)
	f.Add(loose.write())
	f.Fuzz(func(t *testing.T, data []byte) {
		src := patch.Bytes(data)
		a, err := zipdir.Read(src)
		if err != nil {
			return
		}
		r, err := jarsig.Verify(t.Context(), src, a, jarsig.Policy{MinSDK: 18, MaxSDK: 30})
		if err != nil || !r.Verified() {
			return
		}
		for _, e := range a.Entries {
			if !strings.HasPrefix(e.Name, "META-INF/") && !strings.HasSuffix(e.Name, "/") && a.Find("a/b.txt") == nil {
				t.Errorf("%q verifies", e.Name)
			}
		}
		if !bytes.Equal(entry(t, src, a, "a/b.txt"), []byte("text")) {
			t.Error("content that was never signed verifies")
		}
	})
}
