package layout

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand"
	"slices"
	"testing"

	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// item is an entry of a ZIP file to be built, with what stands before it.
type item struct {
	gap        []byte
	name       string
	data       []byte
	extra      []byte
	deflate    bool
	descriptor bool
}

// build writes a ZIP file of these items, with a gap before its directory and a comment.
func build(t testing.TB, items []item, gap []byte, comment string) []byte {
	t.Helper()
	var all, dir []byte
	for _, it := range items {
		all = append(all, it.gap...)
		local, record, err := zipdir.Make(it.name, it.data, 0x1234, 0x4321, int64(len(all)))
		if err != nil {
			t.Fatal(err)
		}
		data := local[30+len(it.name):]
		if !it.deflate {
			data = it.data
			le.PutUint16(local[8:], 0)
			le.PutUint16(record[10:], 0)
			le.PutUint32(local[18:], uint32(len(data)))
			le.PutUint32(record[20:], uint32(len(data)))
		}
		if it.descriptor {
			local[6] |= 8
			record[8] |= 8
			copy(local[14:26], make([]byte, 12))
		}
		le.PutUint16(local[28:], uint16(len(it.extra)))
		all = slices.Concat(all, local[:30], []byte(it.name), it.extra, data)
		if it.descriptor {
			all = le.AppendUint32(append(all, "PK\x07\x08"...), crc32.ChecksumIEEE(it.data))
			all = le.AppendUint32(le.AppendUint32(all, uint32(len(data))), uint32(len(it.data)))
		}
		dir = append(dir, record...)
	}
	all = append(all, gap...)
	fields, err := zipdir.EndFields(len(items), int64(len(dir)), int64(len(all)))
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat(all, dir, []byte("PK\x05\x06"), make([]byte, 4), fields, le.AppendUint16(nil, uint16(len(comment))), []byte(comment))
}

// randomItems makes entries of every kind that APKs have.
func randomItems(r *rand.Rand) []item {
	var items []item
	for i := range r.Intn(8) {
		it := item{name: fmt.Sprintf("%s%d%s", []string{"lib/arm64-v8a/lib", "res/", "META-INF/", ""}[r.Intn(4)], i, []string{".so", ".xml", "/", ".SF"}[r.Intn(4)])}
		it.data = bytes.Repeat([]byte{byte(r.Intn(256))}, r.Intn(6000))
		it.deflate, it.descriptor = r.Intn(2) == 0, r.Intn(3) == 0
		if r.Intn(6) == 0 {
			it.gap = bytes.Repeat([]byte{byte(r.Intn(2))}, r.Intn(50))
		}
		switch r.Intn(6) {
		case 0:
			it.extra = make([]byte, r.Intn(4100))
		case 1:
			to := []uint16{0, 1, 2, 4, 8, 16, 4096, 16384, 24}[r.Intn(9)]
			it.extra = le.AppendUint16([]byte{0x35, 0xd9, 2, 0}, to)
		case 2:
			it.extra = []byte{0xfe, 0xca, 0, 0, 0x55, 0x54, 1, 0, 7, 0, 0}
		case 3:
			it.extra = []byte{0x35, 0xd9, 1, 0, 9}
		case 4:
			it.extra = []byte{1, 2, 200, 3, 1}
		}
		items = append(items, it)
	}
	return items
}

// contents reads a ZIP file with the standard library: names and contents in the order of the directory.
func contents(t testing.TB, apk []byte) (names []string, data [][]byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(apk), int64(len(apk)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.OpenRaw() // folders with data can't be opened otherwise
		if err != nil {
			t.Fatal(f.Name, err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(f.Name, err)
		}
		names, data = append(names, f.Name), append(data, raw)
	}
	return names, data
}

// dataAt returns where each stored entry's data is.
func dataAt(t testing.TB, apk []byte) map[string]int64 {
	t.Helper()
	a, err := zipdir.Read(patch.Bytes(apk))
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int64{}
	for i := range a.Entries {
		l, err := a.Local(patch.Bytes(apk), &a.Entries[i])
		if err != nil {
			t.Fatal(err)
		}
		if a.Entries[i].Method == zipdir.Stored {
			at[a.Entries[i].Name] = l.Data
		}
	}
	return at
}
