package zipdir

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"sigtool/internal/patch"
)

// file makes a ZIP file of entries with their names as content, by our own writers.
func file(t testing.TB, comment string, names ...string) []byte {
	t.Helper()
	var all, dir []byte
	for _, name := range names {
		local, record, err := Make(name, []byte(name), 0x6000, 0x3a21, int64(len(all)))
		if err != nil {
			t.Fatal(err)
		}
		all, dir = append(all, local...), append(dir, record...)
	}
	fields, err := EndFields(len(names), int64(len(dir)), int64(len(all)))
	if err != nil {
		t.Fatal(err)
	}
	end := slices.Concat([]byte(endMagic), make([]byte, 4), fields, le.AppendUint16(nil, uint16(len(comment))), []byte(comment))
	return slices.Concat(all, dir, end)
}

// What we write, the standard library reads, and so do we.
func TestMake(t *testing.T) {
	names := []string{"a", "META-INF/MANIFEST.MF", "ä", strings.Repeat("long", 5000)}
	src := file(t, "", names...)
	theirs, err := zip.NewReader(bytes.NewReader(src), int64(len(src)))
	if err != nil {
		t.Fatal(err)
	}
	a, err := Read(patch.Bytes(src))
	if err != nil || len(a.Entries) != len(names) {
		t.Fatal(err, len(a.Entries))
	}
	for i, name := range names {
		compareEntry(t, "made", src, a, &a.Entries[i], theirs.File[i])
		got, err := a.ReadAll(patch.Bytes(src), a.Find(name), 1<<20)
		if err != nil || string(got) != name {
			t.Errorf("%q: %q, %v", name, got, err)
		}
		if theirs.File[i].NonUTF8 || theirs.File[i].Modified.Format("2006-01-02 15:04") != "2009-01-01 12:00" {
			t.Errorf("%q: %+v", name, theirs.File[i].FileHeader)
		}
	}
	if a.Find("b") != nil {
		t.Error("an entry that is not there was found")
	}
	if _, _, err := Make(strings.Repeat("x", 1<<16), nil, 0, 0, 0); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
	if _, _, err := Make("x", nil, 0, 0, 1<<32); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
	for _, x := range [][3]int64{{1 << 16, 0, 0}, {0, 1 << 32, 0}, {0, 0, 1 << 32}} {
		if _, err := EndFields(int(x[0]), x[1], x[2]); !errors.Is(err, ErrFormat) {
			t.Errorf("%v: %v", x, err)
		}
	}
	if moved := a.Entries[1].AppendMoved([]byte("before"), 0x01020304); le.Uint32(moved[6+42:]) != 0x01020304 || le.Uint32(a.Entries[1].Record[42:]) == 0x01020304 {
		t.Error("a moved record does not say where, or the entry's own was changed")
	}
}

// The end record is the one with the shortest comment that ends with the file, as Android has it.
func TestComment(t *testing.T) {
	for _, comment := range []string{"", "x", strings.Repeat("x", maxComment), string(file(t, "", "inner"))[:60] + endMagic} {
		src := file(t, comment, "a", "b")
		a, err := Read(patch.Bytes(src))
		if err != nil {
			t.Errorf("a comment of %d bytes: %v", len(comment), err)
			continue
		}
		if len(a.Entries) != 2 || a.End != int64(len(src)-len(comment)-endSize) || a.Directory+a.DirSize != a.End {
			t.Errorf("a comment of %d bytes: %+v", len(comment), a)
		}
	}
	inner := file(t, "")
	src := file(t, string(inner), "a", "b")
	if a, err := Read(patch.Bytes(src)); err != nil || len(a.Entries) != 0 {
		t.Errorf("the end record in the comment is the one, but: %+v, %v", a, err)
	}
}

// A data descriptor is recognized by its magic, and is there without it too.
func TestDescriptor(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b) // writes descriptors, with magic
	for _, name := range []string{"a", "b"} {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(f, name)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	src := b.Bytes()
	a, err := Read(patch.Bytes(src))
	if err != nil {
		t.Fatal(err)
	}
	first, err := a.Local(patch.Bytes(src), &a.Entries[0])
	if err != nil || first.End != a.Entries[1].Header {
		t.Fatalf("%+v, %v", first, err)
	}
	bare := put(src, int(first.End)-16, 'Q') // then it has 12 bytes
	l, err := a.Local(patch.Bytes(bare), &a.Entries[0])
	if err != nil || l.End != first.End-4 {
		t.Errorf("%+v, %v", l, err)
	}
}

func TestDuplicate(t *testing.T) {
	for _, names := range [][]string{nil, {"a", "b"}, {"a", "b", "a", "b"}} {
		a, err := Read(patch.Bytes(file(t, "", names...)))
		if err != nil {
			t.Fatal(err)
		}
		if name, twice := a.Duplicate(); twice != (len(names) > 2) || twice && name != "a" {
			t.Errorf("%q: %q, %v", names, name, twice)
		}
	}
}

// An entry costs the same memory however large it is.
func TestOpenIsSmall(t *testing.T) {
	content := make([]byte, 64<<20)
	local, record, err := Make("zeros", content, 0, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	fields, err := EndFields(1, int64(len(record)), int64(len(local)))
	if err != nil {
		t.Fatal(err)
	}
	src := patch.Bytes(slices.Concat(local, record, []byte(endMagic), make([]byte, 4), fields, make([]byte, 2)))
	a, err := Read(src)
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r, err := a.Open(src, &a.Entries[0])
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, r)
	r.Close()
	runtime.ReadMemStats(&after)
	if err != nil || n != int64(len(content)) {
		t.Error(n, err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 200<<10 {
		t.Errorf("%d bytes allocated to read %d", used, n)
	}
	if _, err := r.Read(make([]byte, 1)); err == nil {
		t.Error("a closed entry can be read")
	}
}
