package zipdir

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/iotest"

	"sigtool/internal/deflate"
	"sigtool/internal/patch"
)

// one makes a file of one entry, whose record and header say what e says.
func one(t testing.TB, e Entry, data []byte) (patch.Bytes, *Archive) {
	t.Helper()
	_, record, err := Make("x", nil, 0, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	le.PutUint16(record[10:], e.Method)
	le.PutUint32(record[16:], e.CRC32)
	le.PutUint32(record[20:], uint32(e.Compressed))
	le.PutUint32(record[24:], uint32(e.Size))
	local := slices.Concat([]byte(headerMagic), record[6:6+26], []byte("x"), data)
	fields, err := EndFields(1, int64(len(record)), int64(len(local)))
	if err != nil {
		t.Fatal(err)
	}
	src := patch.Bytes(slices.Concat(local, record, []byte(endMagic), make([]byte, 4), fields, make([]byte, 2)))
	a, err := Read(src)
	if err != nil {
		t.Fatal(err)
	}
	return src, a
}

func TestOpen(t *testing.T) {
	text := bytes.Repeat([]byte("to be read "), 9000)
	packed := deflate.Level9(text)
	crc := uint32(0xc2ea8cd1)
	n, p := int64(len(text)), int64(len(packed))
	for _, row := range []struct {
		what string
		e    Entry
		data []byte
		fine bool
	}{
		{"stored", Entry{Method: Stored, CRC32: crc, Compressed: n, Size: n}, text, true},
		{"stored, packed size wrong: Android does not look", Entry{Method: Stored, CRC32: crc, Compressed: 7, Size: n}, text, true},
		{"stored, one less", Entry{Method: Stored, CRC32: crc, Compressed: n - 1, Size: n - 1}, text, false},
		{"stored, other CRC-32", Entry{Method: Stored, CRC32: crc + 1, Compressed: n, Size: n}, text, false},
		{"deflated", Entry{Method: Deflated, CRC32: crc, Compressed: p, Size: n}, packed, true},
		{"deflated, bytes behind it: Android does not look", Entry{Method: Deflated, CRC32: crc, Compressed: p + 1, Size: n}, append(bytes.Clone(packed), 0), true},
		{"deflated, cut", Entry{Method: Deflated, CRC32: crc, Compressed: p - 1, Size: n}, packed, false},
		{"deflated, more comes out", Entry{Method: Deflated, CRC32: crc, Compressed: p, Size: n - 1}, packed, false},
		{"deflated, nothing may come out", Entry{Method: Deflated, CRC32: 0, Compressed: p, Size: 0}, packed, false},
		{"deflated, less comes out", Entry{Method: Deflated, CRC32: crc, Compressed: p, Size: n + 1}, packed, false},
		{"deflated, 4 GiB promised", Entry{Method: Deflated, CRC32: crc, Compressed: p, Size: 1<<32 - 1}, packed, false},
		{"deflated, other CRC-32", Entry{Method: Deflated, CRC32: crc + 1, Compressed: p, Size: n}, packed, false},
		{"deflated, garbage", Entry{Method: Deflated, CRC32: crc, Compressed: 5, Size: n}, []byte("\xff\xff\xff\xff\xff"), false},
		{"deflated, no data", Entry{Method: Deflated, CRC32: 0, Compressed: 0, Size: 0}, nil, false},
		{"another method", Entry{Method: 12, CRC32: crc, Compressed: n, Size: n}, text, false},
		{"empty", Entry{Method: Stored}, nil, true},
	} {
		src, a := one(t, row.e, row.data)
		got, err := a.ReadAll(src, &a.Entries[0], 1<<33)
		if row.fine && (err != nil || !bytes.Equal(got, text[:row.e.Size])) {
			t.Errorf("%s: %d bytes, %v", row.what, len(got), err)
		}
		if !row.fine && (got != nil || !errors.Is(err, ErrFormat)) {
			t.Errorf("%s: %d bytes, %v", row.what, len(got), err)
		}
		if !row.fine {
			continue
		}
		r, err := a.Open(src, &a.Entries[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(io.MultiReader(r), text[:row.e.Size]); err != nil {
			t.Errorf("%s: %v", row.what, err)
		}
		r.Close()
		if _, err := a.ReadAll(src, &a.Entries[0], row.e.Size-1); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: more than the limit was read: %v", row.what, err)
		}
	}
}

// FuzzRead: whatever the file says, what is found lies within it, and no more comes out of an entry than its record says.
func FuzzRead(f *testing.F) {
	f.Add(file(f, ""))
	f.Add(file(f, "comment", "a", "AndroidManifest.xml"))
	f.Add(file(f, endMagic, "a/", "a", "a"))
	src, _ := one(f, Entry{Method: Stored, Compressed: 3, Size: 3}, []byte("abc"))
	f.Add([]byte(src))
	f.Fuzz(func(t *testing.T, data []byte) {
		src := patch.Bytes(data)
		a, err := Read(src)
		if err != nil {
			if !errors.Is(err, ErrFormat) || a != nil {
				t.Fatalf("%+v, %v", a, err)
			}
			return
		}
		if a.Directory < 0 || a.DirSize < 0 || a.Directory+a.DirSize > a.End || a.End+endSize > a.Size || a.Size != src.Size() {
			t.Fatalf("%+v", a)
		}
		at := a.Directory
		for i := range a.Entries {
			e := &a.Entries[i]
			if !bytes.Equal(e.Record, data[at:at+int64(len(e.Record))]) {
				t.Fatalf("the record of %q is not what is at %d", e.Name, at)
			}
			at += int64(len(e.Record))
			checkEntry(t, src, a, e)
		}
		if at != a.Directory+a.DirSize {
			t.Fatalf("records end at %d: %+v", at, a)
		}
	})
}

func checkEntry(t *testing.T, src patch.Bytes, a *Archive, e *Entry) {
	t.Helper()
	l, err := a.Local(src, e)
	if err != nil {
		if !errors.Is(err, ErrFormat) {
			t.Fatal(err)
		}
		return
	}
	if l.End < l.Data+e.Packed() || l.End > a.Directory || l.Data != e.Header+int64(headerSize+len(e.Name)+len(l.Extra)) {
		t.Fatalf("%+v: %+v", e, l)
	}
	got, err := a.ReadAll(src, e, 1<<20)
	if err != nil && !errors.Is(err, ErrFormat) || err == nil && int64(len(got)) != e.Size {
		t.Fatalf("%+v: %d bytes, %v", e, len(got), err)
	}
}
