package sigblock

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"sigtool/formats"
	"sigtool/internal/zipdir"
)

// around is a file that ends with a block, as far as Find looks at one.
func around(data []byte) (*bytes.Reader, *zipdir.Archive) {
	n := int64(len(data))
	return bytes.NewReader(data), &zipdir.Archive{Directory: n, End: n, Size: n}
}

// What is built is found again, wherever it starts, and is a multiple of 4096 bytes long whatever is in it.
func TestBuild(t *testing.T) {
	for length := 4000; length < 4096; length++ {
		value := bytes.Repeat([]byte{7}, length)
		block := Build([]Pair{{V2, value}, {0x12345678, nil}, {Padding, []byte("dropped")}})
		if len(block)%4096 != 0 || len(block) > 3*4096 {
			t.Fatalf("a value of %d bytes gave a block of %d", length, len(block))
		}
		src, zip := around(append([]byte("entries"), block...))
		b, err := Find(src, zip)
		if err != nil || b == nil || b.Offset != 7 || b.Size != int64(len(block)) {
			t.Fatalf("%d: %+v %v", length, b, err)
		}
		if got, there := b.Value(V2); !there || !bytes.Equal(got, value) {
			t.Errorf("%d: the value is another", length)
		}
		if got, there := b.Value(0x12345678); !there || got != nil {
			t.Errorf("%d: a value that is not known: %v %v", length, got, there)
		}
	}
}

// Only the first pair of an id counts, and what is behind a damaged pair does not. A limit of ours is no damage: Android would read on, so nobody may
// take the block for none.
func TestPairs(t *testing.T) {
	src, zip := around(Build([]Pair{{V3, []byte("first")}, {V3, []byte("second")}}))
	b, err := Find(src, zip)
	if got, _ := b.Value(V3); err != nil || string(got) != "first" || b.Pairs[1].Value != nil {
		t.Errorf("%+v %v", b, err)
	}
	block := Build([]Pair{{V3, []byte("first")}, {7, nil}, {V2, []byte("lost")}})
	for _, length := range []uint64{0, 3, 5000, math.MaxInt64, math.MaxUint64} {
		binary.LittleEndian.PutUint64(block[8+12+5:], length)
		src, zip := around(block)
		b, err := Find(src, zip)
		if !errors.Is(err, formats.ErrMismatch) || b == nil || len(b.Pairs) != 1 {
			t.Errorf("a pair of the length %d: %+v %v", length, b, err)
		}
	}
	src, zip = around(Build([]Pair{{V3, []byte("first")}, {V2, make([]byte, maxValue)}}))
	if _, err := Find(src, zip); !errors.Is(err, formats.ErrFormat) || errors.Is(err, formats.ErrMismatch) {
		t.Errorf("a huge value: %v", err)
	}
	for _, id := range []uint32{9, Frosting, DependencyInfo} {
		src, zip = around(Build([]Pair{{id, make([]byte, maxValue)}, {V3, []byte("last")}}))
		if b, err := Find(src, zip); err != nil || len(b.Pairs) != 3 || b.Pairs[0].Value != nil {
			t.Errorf("a huge value that is for others, 0x%08x: %v", id, err)
		}
	}
	src, zip = around(Build(make([]Pair, maxPairs+1)))
	if _, err := Find(src, zip); !errors.Is(err, formats.ErrFormat) || errors.Is(err, formats.ErrMismatch) {
		t.Errorf("too many pairs: %v", err)
	}
}

// With the magic wrong, or bytes behind the directory, there is no block; with the magic right it is damaged.
func TestNoBlock(t *testing.T) {
	block := Build([]Pair{{V3, []byte("value")}})
	for what, change := range map[string]func(b []byte, zip *zipdir.Archive){
		"magic":    func(b []byte, _ *zipdir.Archive) { b[len(b)-1]++ },
		"behind":   func(_ []byte, zip *zipdir.Archive) { zip.End++ },
		"too near": func(_ []byte, zip *zipdir.Archive) { zip.Directory, zip.End = 31, 31 },
	} {
		data := bytes.Clone(block)
		src, zip := around(data)
		change(data, zip)
		if b, err := Find(src, zip); b != nil || err != nil {
			t.Errorf("%s: %v %v", what, b, err)
		}
	}
	for what, change := range map[string]func(b []byte){
		"first size":  func(b []byte) { b[0]++ },
		"second size": func(b []byte) { b[len(b)-24]++ },
		"small size":  func(b []byte) { binary.LittleEndian.PutUint64(b[len(b)-24:], 23) },
		"large size":  func(b []byte) { binary.LittleEndian.PutUint64(b[len(b)-24:], math.MaxUint64) },
	} {
		data := bytes.Clone(block)
		change(data)
		src, zip := around(data)
		if b, err := Find(src, zip); b != nil || !errors.Is(err, formats.ErrMismatch) {
			t.Errorf("%s: %v %v", what, b, err)
		}
	}
	if _, err := Find(bytes.NewReader(nil), &zipdir.Archive{Directory: 4096, End: 4096}); err == nil || errors.Is(err, formats.ErrMismatch) {
		t.Errorf("a file that can't be read: %v", err)
	}
}
