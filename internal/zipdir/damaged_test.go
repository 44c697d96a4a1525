package zipdir

import (
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"testing"

	"sigtool/internal/patch"
)

// put returns a copy with these bytes at an offset, which counts from the end if it is negative.
func put(src []byte, at int, with ...byte) []byte {
	src = bytes.Clone(src)
	if at < 0 {
		at += len(src)
	}
	copy(src[at:], with)
	return src
}

func TestDamagedDirectory(t *testing.T) {
	good := file(t, "", "a", "b")
	record := recordSize + 1
	for what, src := range map[string][]byte{
		"empty":                      {},
		"short":                      []byte(endMagic + "aaaaaaaaaaaaaaaaa"),
		"no end":                     put(good, -22, 'Q'),
		"comment too long":           put(good, -2, 1),
		"something behind":           append(bytes.Clone(good), 0),
		"comment of 65536":           append(file(t, strings.Repeat("x", maxComment), "a"), 'x'),
		"disk 1":                     put(good, -18, 1),
		"directory on disk 1":        put(good, -16, 1),
		"another count on this disk": put(good, -14, 1),
		"one record too few":         put(good, -14, 1, 0, 1, 0),
		"one record too many":        put(good, -14, 3, 0, 3, 0),
		"65535 records":              put(good, -14, 255, 255, 255, 255),
		"directory too long":         put(good, -10, byte(2*record+1)),
		"directory of 4 GiB":         put(good, -10, 255, 255, 255, 255),
		"directory too short":        put(good, -10, byte(2*record-1)),
		"directory at 4 GiB":         put(good, -6, 255, 255, 255, 255),
		"directory elsewhere":        put(good, -6, 1),
		"record without magic":       put(good, -22-record, 'Q'),
		"name over the end":          put(good, -22-record+28, 2),
		"extra over the end":         put(good, -22-record+30, 1),
		"comment over the end":       put(good, -22-record+32, 1),
		"ZIP64":                      slices.Concat(good[:len(good)-22], []byte(locatorMagic), make([]byte, 16), good[len(good)-22:]),
	} {
		if a, err := Read(patch.Bytes(src)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %+v, %v", what, a, err)
		}
	}
	for n := range good {
		if _, err := Read(patch.Bytes(good[:n])); !errors.Is(err, ErrFormat) {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
}

func TestDamagedLocal(t *testing.T) {
	good := file(t, "", "a", "b")
	second := bytes.LastIndex(good, []byte(headerMagic))
	record := recordSize + 1
	for what, src := range map[string][]byte{
		"no magic":                 put(good, second, 'Q'),
		"descriptor in local only": put(good, second+6, hasDescriptor),
		"descriptor in both":       put(put(good, second+6, hasDescriptor), -22-record+8, hasDescriptor), // there is no room for it
		"another CRC-32":           put(good, second+14, 1),
		"another packed size":      put(good, second+18, 1),
		"another size":             put(good, second+22, 2),
		"another name":             put(good, second+30, 'c'),
		"name longer":              put(good, second+26, 2),
		"name shorter":             put(good, second+26, 0),
		"extra into the directory": put(good, second+28, 1),
		"header elsewhere":         put(good, -22-record+42, 1),
		"header in the directory":  put(good, -22-record+42, byte(len(good)-22-record)),
		"header at 4 GiB":          put(good, -22-record+42, 255, 255, 255, 255),
		"4 GiB of data":            put(put(good, second+18, 255, 255, 255, 255), -22-record+20, 255, 255, 255, 255),
	} {
		a, err := Read(patch.Bytes(src))
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if l, err := a.Local(patch.Bytes(src), &a.Entries[1]); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %+v, %v", what, l, err)
		}
		if _, err := a.Open(patch.Bytes(src), &a.Entries[1]); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: opened: %v", what, err)
		}
	}
}

// broken fails to read behind an offset.
type broken struct {
	patch.Bytes
	from int64
}

var errDisk = errors.New("bad sector")

func (b broken) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > b.from {
		return 0, errDisk
	}
	return b.Bytes.ReadAt(p, off)
}

// A file that can't be read is no damaged ZIP file.
func TestCantRead(t *testing.T) {
	src := file(t, "", "a", "b")
	if _, err := Read(broken{src, 0}); !errors.Is(err, errDisk) || errors.Is(err, ErrFormat) {
		t.Error(err)
	}
	a, err := Read(patch.Bytes(src))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.ReadAll(broken{src, 10}, &a.Entries[0], 100); !errors.Is(err, errDisk) || errors.Is(err, ErrFormat) {
		t.Error(err)
	}
	if _, err := Read(short{patch.Bytes(src)}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

// short has fewer bytes than it says.
type short struct{ patch.Bytes }

func (s short) Size() int64 { return s.Bytes.Size() + 1 }

// bitWriter puts bits where DEFLATE has them (RFC 1951 §3.1.1): numbers from their lowest bit on, codes from their highest.
type bitWriter struct {
	bytes []byte
	n     int
}

func (w *bitWriter) bit(b int) {
	if w.n%8 == 0 {
		w.bytes = append(w.bytes, 0)
	}
	w.bytes[w.n/8] |= byte(b&1) << (w.n % 8)
	w.n++
}

func (w *bitWriter) number(v, bits int) {
	for i := range bits {
		w.bit(v >> i)
	}
}

func (w *bitWriter) code(v, bits int) {
	for i := bits - 1; i >= 0; i-- {
		w.bit(v >> i)
	}
}

// block begins a block with codes of its own (§3.2.7): 258 for literals and lengths, 8 bits for the first 254 and 9 for the others, and those for
// distances, by how many bits they have.
func (w *bitWriter) block(last int, distances ...int) {
	w.number(last, 1)
	w.number(2, 2)
	w.number(258-257, 5)
	w.number(len(distances)-1, 5)
	w.number(19-4, 4)
	for _, symbol := range []int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15} {
		w.number((31-symbol)/16*4, 3) // lengths of 0 to 15 have codes of 4 bits, themselves; there are no others
	}
	for i := range 258 {
		w.code(8+i/254, 4)
	}
	for _, bits := range distances {
		w.code(bits, 4)
	}
}

// A block without distance codes can't say a distance; an unpacker that takes the codes of the block before, as one did, reads what no other reads.
func TestNoDistanceCodes(t *testing.T) {
	const text = "abab" + "aba" // the second part is a match: 3 bytes, 2 back
	unpack := func(distances ...int) (string, error) {
		w := &bitWriter{}
		w.block(0, 2, 2, 2, 2)
		for _, c := range []byte("abab") {
			w.code(int(c), 8)
		}
		w.code(510, 9) // the end of the block is symbol 256; 254 is the first of 9 bits, with the code 508
		w.block(1, distances...)
		w.code(511, 9) // a length of 3
		w.code(1, 2)   // a distance of 2, by the codes of the first block
		w.code(510, 9)
		src, a := one(t, Entry{Method: Deflated, CRC32: crc32.ChecksumIEEE([]byte(text)), Compressed: int64(len(w.bytes)), Size: int64(len(text))}, w.bytes)
		data, err := a.ReadAll(src, &a.Entries[0], 100)
		return string(data), err
	}
	if got, err := unpack(2, 2, 2, 2); err != nil || got != text {
		t.Errorf("with distance codes: %q, %v", got, err)
	}
	if got, err := unpack(0); !errors.Is(err, ErrFormat) {
		t.Errorf("without: %q, %v", got, err)
	}
}
