package layout

import (
	"archive/zip"
	"bytes"
	"fmt"
	"testing"

	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// many makes a ZIP file of n empty entries, the last of them a v1 signature file.
func many(t testing.TB, n int) []byte {
	t.Helper()
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	for i := range n {
		name := fmt.Sprintf("res/drawable/name_%d.xml", i)
		if i == n-1 {
			name = "META-INF/CERT.SF"
		}
		if _, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// A ZIP file has at most 65535 entries, and 4 GiB.
func TestLimits(t *testing.T) {
	apk := many(t, 65534)
	a, err := zipdir.Read(patch.Bytes(apk))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Plan(patch.Bytes(apk), a, Change{Add: []File{{Name: "one"}}}); err != nil {
		t.Error(err)
	}
	if _, err := Plan(patch.Bytes(apk), a, Change{Add: []File{{Name: "one"}, {Name: "two"}}}); !isFormat(err) {
		t.Error(err)
	}
	tail := build(t, []item{{name: "a", data: []byte("1")}}, nil, "")
	for _, before := range []int64{1<<32 - 2*maxBlock, 1<<32 - maxBlock} {
		src := sparse{before, put32(put32(tail, "PK\x01\x02", 42, uint32(before)), "PK\x05\x06", 16, uint32(before)+32)}
		a, err := zipdir.Read(src)
		if err != nil {
			t.Fatal(err)
		}
		l, err := Plan(src, a, Change{Align: 4096, PadEntries: true})
		if fits := before < 1<<32-maxBlock; fits != (err == nil) || err != nil && !isFormat(err) {
			t.Errorf("behind %d bytes: %v", before, err)
		}
		if err == nil && l.Directory < before {
			t.Errorf("behind %d bytes the directory is at %d", before, l.Directory)
		}
	}
}

// sparse is a file with many zeros before the rest.
type sparse struct {
	before int64
	rest   patch.Bytes
}

// What entries say of their own alignment can't make a small file a large one.
func TestPadding(t *testing.T) {
	extra := []byte{0x35, 0xd9, 2, 0, 0x00, 0xf0} // 61440
	for n, fits := range map[int]bool{800: true, 1300: false} {
		items := make([]item, n)
		for i := range items {
			items[i] = item{name: fmt.Sprintf("lib/x86/lib%d.so", i), extra: extra}
		}
		apk := build(t, items, nil, "")
		a, err := zipdir.Read(patch.Bytes(apk))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Plan(patch.Bytes(apk), a, Change{Align: 4096}); fits != (err == nil) || err != nil && !isFormat(err) {
			t.Errorf("%d entries: %v", n, err)
		}
	}
}

func (s sparse) Size() int64 { return s.before + s.rest.Size() }

func (s sparse) ReadAt(p []byte, off int64) (int, error) {
	zeros := min(int64(len(p)), max(0, s.before-off))
	clear(p[:zeros])
	if zeros == int64(len(p)) {
		return len(p), nil
	}
	n, err := s.rest.ReadAt(p[zeros:], off+zeros-s.before)
	return int(zeros) + n, err
}

// Signing again with a block of the same size puts the new block in the old one's place, and touches nothing else.
func TestFewEdits(t *testing.T) {
	apk := build(t, []item{{name: "a", data: []byte("1")}, {name: "b", data: []byte("2")}}, nil, "")
	_, once := layoutOf(t, apk, Change{PadEntries: true}, block("first"))
	a, old := signed(t, once)
	l, err := Plan(patch.Bytes(once), a, Change{Block: old, PadEntries: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range l.WithBlock(block("other")) {
		if e.Offset < old.Offset || e.Offset+e.Remove > a.Directory {
			t.Errorf("%d bytes at %d are taken out, and the block is at %d", e.Remove, e.Offset, old.Offset)
		}
	}
	jar := many(t, 100) // its signature is its last entry, as apksigner puts it
	l, _ = layoutOf(t, jar, Change{Drop: oldJAR, Add: []File{{Name: "META-INF/OTHER.SF"}}}, nil)
	kept, total := int64(0), l.View.Size()
	for _, s := range l.View.Spans() {
		if s.Data == nil {
			kept += s.Length
		}
	}
	if total-kept > 300 {
		t.Errorf("%d of %d bytes are new", total-kept, total)
	}
}

// The planning of a large file costs what its directory costs.
func BenchmarkPlan(b *testing.B) {
	apk := many(b, 60000)
	b.ReportAllocs()
	for b.Loop() {
		a, err := zipdir.Read(patch.Bytes(apk))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Plan(patch.Bytes(apk), a, Change{Drop: oldJAR, Add: []File{{"META-INF/CERT.SF", nil}}, PadEntries: true}); err != nil {
			b.Fatal(err)
		}
	}
}
