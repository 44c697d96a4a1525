package layout

import (
	"bytes"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigtool/formats/apk/apktest"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// block is what stands for a signing block in tests.
func block(content string) []byte {
	size := le.AppendUint64(nil, uint64(len(content)+24))
	return slices.Concat(size, []byte(content), size, []byte("APK Sig Block 42"))
}

// Where nothing is to be changed there is no edit, and padding is one edit and the directory's offset.
func TestNothingToDo(t *testing.T) {
	for _, name := range []string{"golden-aligned-in.apk", "golden-legacy-aligned-in.apk", "golden-unaligned-in.apk", "pinsapp-unsigned.apk", "empty-unsigned.apk", "v1-only-max-sized-eocd-comment.apk"} {
		apk := apktest.Read(t, name)
		l, same := layoutOf(t, apk, Change{}, nil)
		if len(l.Edits) != 0 || !bytes.Equal(same, apk) {
			t.Errorf("%s: %d edits", name, len(l.Edits))
		}
		a, _ := signed(t, apk)
		if l.Directory != a.Directory || l.End != a.End {
			t.Errorf("%s: directory from %d to %d, not from %d to %d", name, l.Directory, l.End, a.Directory, a.End)
		}
		if l, _ = layoutOf(t, apk, Change{PadEntries: true}, nil); l.Directory%4096 != 0 || len(l.Edits) > 2 {
			t.Errorf("%s: padded to %d by %d edits", name, l.Directory, len(l.Edits))
		}
	}
}

// changes are what signers ask for.
var changes = []Change{
	{},
	{PadEntries: true},
	{Drop: oldJAR},
	{Drop: func(string) bool { return true }, PadEntries: true},
	{Drop: oldJAR, Add: []File{{"META-INF/MANIFEST.MF", []byte("Manifest-Version: 1.0\r\n\r\n")}, {"META-INF/CERT.SF", nil}}},
	{Drop: oldJAR, Add: []File{{"META-INF/MANIFEST.MF", []byte("Manifest-Version: 1.0\r\n\r\n")}}, PadEntries: true},
	{Align: 4096},
	{Drop: oldJAR, Align: 16384, PadEntries: true, Add: []File{{"META-INF/MANIFEST.MF", nil}}},
}

// Laws that hold for whatever files and changes: what stays is as it was, what was aligned is aligned, and the same change made again changes nothing.
func TestLaws(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewSource(1))
	for range 200 {
		gap := make([]byte, r.Intn(3)*r.Intn(60))
		if len(gap) > 0 && r.Intn(2) == 0 {
			gap[0] = 1
		}
		apk := build(t, randomItems(r), gap, strings.Repeat("c", r.Intn(2)*r.Intn(100)))
		for _, c := range changes {
			checkLaws(t, apk, c)
		}
	}
}

func checkLaws(t *testing.T, apk []byte, c Change) {
	t.Helper()
	seal := block("first")
	l, out := layoutOf(t, apk, c, seal)
	a, at := signed(t, out)
	if at.Offset != l.Directory || at.Size != int64(len(seal)) || c.PadEntries && l.Directory%4096 != 0 {
		t.Fatalf("the block is at %+v, the directory at %d", at, l.Directory)
	}
	bare := bytesOf(t, l.View)
	plain, _ := signed(t, bare)
	if plain.Directory != l.Directory || plain.End != l.End || a.Size != plain.Size+int64(len(seal)) {
		t.Fatalf("%+v, but the layout says %d and %d", plain, l.Directory, l.End)
	}
	sameContents(t, apk, out, c)
	sameContents(t, apk, bare, c)
	checkAligned(t, dataAt(t, apk), dataAt(t, out), c)
	if _, again := layoutOf(t, out, c, seal); !bytes.Equal(again, out) && (c.PadEntries || l.Directory%4096 != 0) {
		t.Fatalf("made again it is another file: %+v", c)
	}
	if c.PadEntries {
		_, other := layoutOf(t, out, c, block("second"))
		if _, direct := layoutOf(t, apk, c, block("second")); !bytes.Equal(direct, other) {
			t.Fatal("signing what is signed makes another file than signing what is not")
		}
	}
}

func sameContents(t *testing.T, before, after []byte, c Change) {
	t.Helper()
	names, data := contents(t, before)
	want := 0
	got, packed := contents(t, after)
	for i, name := range names {
		if c.Drop != nil && c.Drop(name) {
			continue
		}
		if want >= len(got) || got[want] != name || !bytes.Equal(packed[want], data[i]) {
			t.Fatalf("%q is not what it was; there are %q", name, got)
		}
		want++
	}
	for _, f := range c.Add {
		if want >= len(got) || got[want] != f.Name {
			t.Fatalf("%q is missing; there are %q", f.Name, got)
		}
		want++
	}
	if want != len(got) {
		t.Fatalf("there is more than there should be: %q", got)
	}
}

func checkAligned(t *testing.T, before, after map[string]int64, c Change) {
	t.Helper()
	for name, at := range after {
		to := int64(minAlign)
		if strings.HasSuffix(name, ".so") {
			to = max(c.Align, pageSize)
		}
		if was, there := before[name]; c.Align == 0 && there && was%to != 0 {
			continue // it was not aligned; or to less, by an alignment field
		}
		if c.Align > 0 && at%to != 0 {
			t.Fatalf("%q is at %d, and shall be aligned to %d", name, at, to)
		}
	}
}

// Debian's zipalign and unzip are content with what we align.
func TestZipalign(t *testing.T) {
	t.Parallel()
	zipalign, unzip := oracle.Need(t, "zipalign"), oracle.Need(t, "unzip")
	for _, name := range []string{"golden-aligned-in.apk", "golden-legacy-aligned-in.apk", "golden-unaligned-in.apk", "original.apk"} {
		for _, align := range []int64{4096, 16384} {
			_, out := layoutOf(t, apktest.Read(t, name), Change{Drop: oldJAR, Align: align, PadEntries: true}, block("a block"))
			path := filepath.Join(t.TempDir(), "out.apk")
			if err := os.WriteFile(path, out, 0o600); err != nil {
				t.Fatal(err)
			}
			oracle.Run(t, zipalign, "-c", "-p", "4", path)
			oracle.Run(t, unzip, "-tqq", path)
		}
	}
}

// An entry that is aligned already keeps its padding, whoever made it.
func TestAlignedStays(t *testing.T) {
	for _, name := range []string{"golden-aligned-in.apk", "golden-legacy-aligned-in.apk"} {
		if l, _ := layoutOf(t, apktest.Read(t, name), Change{Align: 4096}, nil); len(l.Edits) != 0 {
			t.Errorf("%s: %d edits", name, len(l.Edits))
		}
	}
}

func TestRefused(t *testing.T) {
	good := build(t, []item{{name: "a", data: []byte("aaaa")}, {name: "b", data: []byte("bbbb")}}, nil, "")
	overlap := bytes.Clone(good)
	at := bytes.LastIndex(overlap, []byte("PK\x01\x02"))
	le.PutUint32(overlap[at+20:], 3) // b's record says less
	inner := build(t, []item{{name: "a", data: append(good[:0:0], good[35:35+35]...)}, {name: "b", data: []byte("bbbb")}}, nil, "")
	at = bytes.LastIndex(inner, []byte("PK\x01\x02"))
	le.PutUint32(inner[at+42:], 31) // b lies within a
	for what, row := range map[string]struct {
		apk []byte
		c   Change
	}{
		"two of a name":           {build(t, []item{{name: "a"}, {name: "a"}}, nil, ""), Change{}},
		"two at one place":        {put32(good, "PK\x01\x02", 42, 0), Change{}},
		"local header differs":    {overlap, Change{}},
		"one within another":      {inner, Change{}},
		"a name that is there":    {good, Change{Add: []File{{"a", nil}}}},
		"two new of a name":       {good, Change{Add: []File{{"c", nil}, {"c", nil}}}},
		"a block elsewhere":       {good, Change{Block: Range{1, 10}}},
		"a block before the file": {good, Change{Block: Range{-1, 1}}},
		"a block over an entry":   {good, Change{Block: Range{60, 10}}},
	} {
		a, err := zipdir.Read(patch.Bytes(row.apk))
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if l, err := Plan(patch.Bytes(row.apk), a, row.c); err == nil || !isFormat(err) {
			t.Errorf("%s: %+v, %v", what, l, err)
		}
	}
	a, _ := signed(t, good)
	for _, align := range []int64{-4, 1, 2, 4097, 1 << 16} {
		if _, err := Plan(patch.Bytes(good), a, Change{Align: align}); err == nil {
			t.Errorf("aligned to %d", align)
		}
	}
}
