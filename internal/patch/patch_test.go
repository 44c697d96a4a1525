package patch

import (
	"bytes"
	"errors"
	"io"
	"math/rand"
	"strings"
	"testing"
	"testing/iotest"
)

// naive applies edits one after the other, from the last to the first, on plain slices.
func naive(src []byte, edits []Edit) []byte {
	var out []byte
	for at := 0; at <= len(src); at++ {
		for _, e := range edits {
			if e.Offset == int64(at) {
				out = append(out, e.Insert...)
			}
		}
		if at < len(src) && !removed(edits, int64(at)) {
			out = append(out, src[at])
		}
	}
	return out
}

func removed(edits []Edit, at int64) bool {
	for _, e := range edits {
		if at >= e.Offset && at < e.Offset+e.Remove {
			return true
		}
	}
	return false
}

// check compares a view with the naive result: as a whole, at every offset, and by its spans.
func check(t *testing.T, src []byte, edits []Edit) {
	t.Helper()
	v, err := NewView(Bytes(src), edits)
	if err != nil {
		t.Fatal(err)
	}
	want := naive(src, edits)
	if v.Size() != int64(len(want)) {
		t.Fatalf("size %d, want %d", v.Size(), len(want))
	}
	if err := iotest.TestReader(io.NewSectionReader(v, 0, v.Size()), want); err != nil {
		t.Fatalf("edits %+v: %v", edits, err)
	}
	var joined []byte
	for i, s := range v.Spans() {
		switch {
		case s.Length <= 0:
			t.Fatalf("span %d is empty", i)
		case s.Data != nil:
			joined = append(joined, s.Data...)
		default:
			joined = append(joined, src[s.Offset:s.Offset+s.Length]...)
		}
	}
	if !bytes.Equal(joined, want) {
		t.Fatalf("spans make %q, want %q", joined, want)
	}
}

// randomEdits makes edits that do not overlap, in random order; several may sit at one offset.
func randomEdits(r *rand.Rand, size int) []Edit {
	var edits []Edit
	for at := 0; at <= size && len(edits) < 12; at += r.Intn(4) {
		e := Edit{Offset: int64(at), Insert: []byte(strings.Repeat(string(rune('A'+len(edits))), r.Intn(4)))}
		if r.Intn(2) == 0 {
			e.Remove = int64(r.Intn(min(3, size-at) + 1))
		}
		edits = append(edits, e)
		at += int(e.Remove)
		if at += r.Intn(2); at > size {
			break
		}
	}
	// Shuffle whole runs of one offset only: within a run the order has a meaning.
	for range edits {
		i, j := r.Intn(len(edits)), r.Intn(len(edits))
		if alone(edits, i) && alone(edits, j) {
			edits[i], edits[j] = edits[j], edits[i]
		}
	}
	return edits
}

func alone(edits []Edit, i int) bool {
	n := 0
	for _, e := range edits {
		if e.Offset == edits[i].Offset {
			n++
		}
	}
	return n == 1
}

func TestViewIsWhatNaiveEditingMakes(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 2000 {
		src := make([]byte, r.Intn(30))
		for i := range src {
			src[i] = byte('a' + r.Intn(26))
		}
		check(t, src, randomEdits(r, len(src)))
	}
}

func TestSameOffset(t *testing.T) {
	check(t, []byte("abcdef"), []Edit{{Offset: 3, Insert: []byte("1")}, {Offset: 3, Insert: []byte("2")}, {Offset: 3, Insert: []byte("3")}})
	check(t, []byte("abcdef"), []Edit{{Offset: 3, Remove: 2, Insert: []byte("1")}, {Offset: 3, Insert: []byte("2")}, {Offset: 5, Insert: []byte("3")}})
	check(t, []byte("abcdef"), []Edit{{Offset: 3, Insert: []byte("1")}, {Offset: 3, Remove: 2, Insert: []byte("2")}})
	check(t, nil, []Edit{{Insert: []byte("x")}, {Insert: []byte("y")}})
}

func TestRefusedEdits(t *testing.T) {
	const huge = int64(^uint64(0) >> 1)
	for _, edits := range [][]Edit{
		{{Offset: -1}},
		{{Offset: 7}},
		{{Offset: 6, Remove: 1}},
		{{Offset: 1, Remove: -1}},
		{{Offset: 1, Remove: huge}},
		{{Offset: huge, Remove: huge}},
		{{Offset: 1, Remove: 3}, {Offset: 3, Remove: 1}},
		{{Offset: 1, Remove: 3}, {Offset: 3, Insert: []byte("x")}},
		{{Offset: 1, Remove: 3}, {Offset: 1, Remove: 3}},
		{{Offset: 1, Remove: 3}, {Offset: 1, Insert: []byte("x")}, {Offset: 2}},
	} {
		if v, err := NewView(Bytes("abcdef"), edits); err == nil {
			t.Errorf("%+v made %d bytes, want an error", edits, v.Size())
		}
	}
	if _, err := NewView(sized(huge), []Edit{{Offset: huge, Insert: []byte("x")}}); err == nil {
		t.Error("a result of 2^63 bytes was taken")
	}
	if _, err := NewView(sized(-1), nil); err == nil {
		t.Error("a negative size was taken")
	}
}

// sized is a source that claims a size and has no bytes at all.
type sized int64

func (s sized) Size() int64                       { return int64(s) }
func (s sized) ReadAt([]byte, int64) (int, error) { return 0, io.EOF }

func TestSourceThatEndsEarly(t *testing.T) {
	v, err := NewView(sized(10), []Edit{{Insert: []byte("head")}})
	if err != nil {
		t.Fatal(err)
	}
	n, err := v.ReadAt(make([]byte, 14), 0)
	if n != 4 || err != io.ErrUnexpectedEOF {
		t.Fatalf("%d bytes and %v, want 4 and unexpected EOF", n, err)
	}
}

func TestReadsDoNotAllocate(t *testing.T) {
	v, err := NewView(Bytes(make([]byte, 1000)), []Edit{{Offset: 10, Insert: []byte("x")}, {Offset: 500, Remove: 7}, {Offset: 600, Insert: []byte("y")}})
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 900)
	if n := testing.AllocsPerRun(100, func() { v.ReadAt(buf, 5) }); n != 0 {
		t.Fatalf("a read allocates %v times", n)
	}
}

func FuzzView(f *testing.F) {
	f.Add([]byte("abcdef"), []byte{0, 0, 1, 3, 2, 0})
	f.Add([]byte(""), []byte{0, 0, 9})
	f.Fuzz(func(t *testing.T, src, code []byte) {
		if len(src) > 200 || len(code) > 60 {
			return
		}
		var edits []Edit
		for ; len(code) >= 3; code = code[3:] {
			edits = append(edits, Edit{Offset: int64(int8(code[0])), Remove: int64(int8(code[1])), Insert: bytes.Repeat(code[:1], int(code[2]%5))})
		}
		if _, err := NewView(Bytes(src), edits); err == nil {
			check(t, src, edits)
		}
	})
}

// A source that ends early is never taken for one that was read, and the byte at which it ends is named.
func TestReadFull(t *testing.T) {
	p := make([]byte, 3)
	if err := ReadFull(Bytes("abcde"), p, 2); err != nil || string(p) != "cde" {
		t.Errorf("%q, %v", p, err)
	}
	if err := ReadFull(Bytes("abcde"), nil, 5); err != nil {
		t.Error(err)
	}
	if err := ReadFull(Bytes("abcde"), p, 3); !errors.Is(err, io.ErrUnexpectedEOF) || err.Error() != "can't read byte 5: unexpected EOF" {
		t.Error(err)
	}
}
