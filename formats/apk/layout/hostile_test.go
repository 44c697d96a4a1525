package layout

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

func isFormat(err error) bool { return errors.Is(err, zipdir.ErrFormat) }

// put32 returns a copy with a number at an offset from the last magic.
func put32(apk []byte, magic string, off int, n uint32) []byte {
	apk = bytes.Clone(apk)
	le.PutUint32(apk[bytes.LastIndex(apk, []byte(magic))+off:], n)
	return apk
}

// What stands where no entry is stays, byte for byte: before the first, between, and behind the last.
func TestGaps(t *testing.T) {
	items := []item{{gap: []byte("dex\n035"), name: "a", data: []byte("1")}, {gap: []byte("gap"), name: "META-INF/x.SF", data: []byte("2")}, {gap: []byte("more"), name: "c", data: []byte("3")}}
	apk := build(t, items, []byte("behind\x00\x00"), "")
	_, out := layoutOf(t, apk, Change{Drop: oldJAR, PadEntries: true}, block("b"))
	want := "dex\n035PK\x03\x04"
	if !strings.HasPrefix(string(out), want) || strings.Contains(string(out), "x.SF") {
		t.Errorf("%q", out)
	}
	if at := strings.Index(string(out), "1gapmorePK\x03\x04"); at < 0 || !strings.Contains(string(out[at:]), "3behind\x00\x00\x00") {
		t.Errorf("%q", out[:200])
	}
	garbage := put32(apk, "PK\x05\x06", 0, 0x51515151)
	garbage = append(garbage, apk[len(apk)-22:]...) // the old end record is now garbage before the new one
	if _, out := layoutOf(t, garbage, Change{}, nil); !bytes.Equal(out, apk) {
		t.Errorf("garbage before the end record: %q", out)
	}
}

// FuzzPlan: a file that is planned is a ZIP file again, and planned again it stays as it is.
func FuzzPlan(f *testing.F) {
	for i := range changes {
		items := []item{{name: "lib/x.so", data: []byte("1"), extra: make([]byte, 3)}, {gap: []byte("gap"), name: "META-INF/x.SF"}, {name: "c", deflate: true, descriptor: true}}
		f.Add(build(f, items[:i%4], make([]byte, i%2), ""), i)
	}
	f.Fuzz(func(t *testing.T, data []byte, which int) {
		src := patch.Bytes(data)
		a, err := zipdir.Read(src)
		if err != nil {
			return
		}
		c := changes[uint(which)%uint(len(changes))]
		l, err := Plan(src, a, c)
		if err != nil {
			if !isFormat(err) {
				t.Fatal(err)
			}
			return
		}
		seal := block("of a fuzzer")
		view, err := patch.NewView(src, l.WithBlock(seal))
		if err != nil {
			t.Fatal(err)
		}
		out := bytesOf(t, view)
		made, at := signed(t, out)
		if at.Offset != l.Directory || at.Size != int64(len(seal)) || made.End != l.End+at.Size || made.Directory+made.DirSize != made.End {
			t.Fatalf("%+v and %+v, but the layout says %d and %d", made, at, l.Directory, l.End)
		}
		if _, again := layoutOf(t, out, c, seal); c.PadEntries && !bytes.Equal(again, out) {
			t.Fatal("planned again it is another file")
		}
	})
}
