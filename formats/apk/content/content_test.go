package content

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"path/filepath"
	"runtime"
	"testing"

	"sigtool/formats"
	"sigtool/formats/apk/apktest"
	"sigtool/internal/patch"
)

var all = []Algorithm{SHA256, VeritySHA256, SHA512}

// field cuts a field with its length in 32 bits off data.
func field(t *testing.T, data *[]byte) []byte {
	t.Helper()
	n := int(binary.LittleEndian.Uint32(*data))
	out := (*data)[4:][:n]
	*data = (*data)[4+n:]
	return out
}

// split finds the sections of a signed APK without a comment, and its signing block.
func split(apk []byte) (s Sections, pairs []byte) {
	eocd := len(apk) - 22
	directory := int(binary.LittleEndian.Uint32(apk[eocd+16:]))
	size := int(binary.LittleEndian.Uint64(apk[directory-24:]))
	start := directory - size - 8
	record := bytes.Clone(apk[eocd:])
	binary.LittleEndian.PutUint32(record[16:], uint32(start))
	return Sections{patch.Bytes(apk), int64(start), int64(directory), int64(eocd), record}, apk[start+8 : directory-24]
}

// written returns the digests in the signatures v2 and v3, by hand.
func written(t *testing.T, pairs []byte) map[Algorithm][][]byte {
	out := map[Algorithm][][]byte{}
	for len(pairs) > 0 {
		n := binary.LittleEndian.Uint64(pairs)
		id, value := binary.LittleEndian.Uint32(pairs[8:]), pairs[12:8+n]
		pairs = pairs[8+n:]
		if id != 0x7109871a && id != 0xf05368c0 && id != 0x1b93ad61 {
			continue
		}
		signers := field(t, &value)
		for len(signers) > 0 {
			signer := field(t, &signers)
			data := field(t, &signer)
			digests := field(t, &data)
			for len(digests) > 0 {
				digest := field(t, &digests)
				a := map[uint32]Algorithm{0x0103: SHA256, 0x0104: SHA512, 0x0201: SHA256, 0x0202: SHA512, 0x0421: VeritySHA256}[binary.LittleEndian.Uint32(digest)]
				digest = digest[4:]
				out[a] = append(out[a], field(t, &digest))
			}
		}
	}
	return out
}

// Google's signer wrote the same digests.
func TestGoldens(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(apktest.Corpus(t), "apksig", "golden-*-out.apk"))
	if err != nil || len(names) < 10 {
		t.Fatalf("%d golden files, %v", len(names), err)
	}
	names = append(names, "v2-only-with-ecdsa-sha512-p256.apk", "v3-only-with-ecdsa-sha512-p384.apk")
	seen := map[Algorithm]int{}
	for _, name := range names {
		apk := apktest.Read(t, filepath.Base(name))
		if !bytes.Contains(apk, []byte("APK Sig Block 42")) {
			continue
		}
		s, pairs := split(apk)
		for a, digests := range written(t, pairs) {
			got, err := Digest(t.Context(), s, []Algorithm{a}, false, nil)
			for _, digest := range digests {
				if err != nil || !bytes.Equal(got[a], digest) {
					t.Errorf("%s: %d is %x, %v; want %x", filepath.Base(name), a, got[a], err, digest)
				}
				seen[a]++
			}
		}
	}
	if seen[SHA256] < 15 || seen[SHA512] < 2 || seen[VeritySHA256] < 1 {
		t.Errorf("too few were compared: %v", seen)
	}
}

// Google's signer wrote the same tree, behind the other two fields of the file, which begins with its version.
func TestGoldenTree(t *testing.T) {
	const name = "v31-rsa-2048_2-tgt-10000-dev-release.apk"
	file := apktest.Read(t, name+".idsig")[4:]
	hashing, _, want := field(t, &file), field(t, &file), field(t, &file)
	apk := patch.Bytes(apktest.Read(t, name))
	root, tree, err := build(t.Context(), apk, nil)
	if err != nil || !bytes.Equal(root, hashing[len(hashing)-32:]) || !bytes.Equal(tree, want) {
		t.Errorf("root %x, %d bytes, %v", root, len(tree), err)
	}
}

// build makes room for a tree.
func build(ctx context.Context, src patch.Source, memo *patch.Memo) (root, tree []byte, err error) {
	tree = make([]byte, TreeSize(src.Size()))
	root, err = Tree(ctx, src, tree, memo)
	return root, tree, err
}

// A tree of two levels is taken, and no byte of it, zeros included, can be another; nor can the file's.
func TestCheckTree(t *testing.T) {
	src := make(patch.Bytes, 1<<20+300_005)
	rand.New(rand.NewSource(2)).Read(src)
	memo := &patch.Memo{}
	root, tree, err := build(t.Context(), src, memo)
	if err != nil {
		t.Fatal(err)
	}
	for _, memo := range []*patch.Memo{nil, memo} {
		got, err := CheckTree(t.Context(), src, tree, memo)
		if err != nil || !bytes.Equal(got, root) {
			t.Errorf("%x, want %x: %v", got, root, err)
		}
		for at := 0; at < len(tree); at += 211 {
			tree[at] ^= 1
			if _, err := CheckTree(t.Context(), src, tree, memo); err != ErrTree {
				t.Fatalf("byte %d of the tree: %v", at, err)
			}
			tree[at] ^= 1
		}
	}
	for at := range 5 {
		src[at*300_000] ^= 1
		if _, err := CheckTree(t.Context(), src, tree, nil); err != ErrTree {
			t.Errorf("byte %d of the file: %v", at*300_000, err)
		}
		src[at*300_000] ^= 1
	}
	if _, err := CheckTree(t.Context(), src, tree[1:], nil); err != ErrTree {
		t.Errorf("a tree too short: %v", err)
	}
}

// counted is a source that counts what is read.
type counted struct {
	patch.Bytes
	read chan int
}

func (c counted) ReadAt(p []byte, off int64) (int, error) {
	c.read <- len(p)
	return c.Bytes.ReadAt(p, off)
}

func (c counted) total() (n int) {
	for len(c.read) > 0 {
		n += <-c.read
	}
	return n
}

// The bytes are read once for everything, and not again where nothing was changed; the results are those without a memory.
func TestMemo(t *testing.T) {
	data := make([]byte, 5<<20+7*block)
	rand.New(rand.NewSource(1)).Read(data)
	src := counted{data, make(chan int, 1000)}
	memo := &patch.Memo{}
	s := Sections{src, 4<<20 + 3*block, 4<<20 + 3*block, int64(len(data)) - 100, data[:22]}
	check := func(what string, s Sections, most int) {
		t.Helper()
		got, err := Digest(t.Context(), s, all, true, memo)
		if err != nil || src.total() > most {
			t.Fatalf("%s: %v, or too much was read", what, err)
		}
		plain, err := Digest(t.Context(), s, all, false, nil)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(plain) {
			t.Errorf("%s: %x, want %x, %v", what, got, plain, err)
		}
		src.total()
	}
	check("at first", s, len(data)+block)
	check("again", s, block)
	view, err := patch.NewView(src, []patch.Edit{{Offset: s.Entries, Insert: make([]byte, 2*block)}})
	if err != nil {
		t.Fatal(err)
	}
	s.Source, s.Directory, s.End = view, s.Directory+2*block, s.End+2*block
	check("with a block put in", s, block)
	root, tree, err := build(t.Context(), view, memo)
	if read := src.total(); err != nil || read > 3<<20 {
		t.Errorf("%v, %d bytes were read for the tree", err, read)
	}
	plainRoot, plainTree, err := build(t.Context(), view, nil)
	if err != nil || !bytes.Equal(root, plainRoot) || !bytes.Equal(tree, plainTree) || int64(len(tree)) != TreeSize(view.Size()) {
		t.Errorf("the trees differ: %v", err)
	}
	src.total()
	view, err = patch.NewView(src, []patch.Edit{{Offset: 10, Remove: 1, Insert: []byte{1}}})
	if err != nil {
		t.Fatal(err)
	}
	check("one byte changed", Sections{view, 4 << 20, 4 << 20, 5 << 20, data[:22]}, 2<<20)
}

// sparse is so many bytes, all zeros.
type sparse int64

func (s sparse) Size() int64 { return int64(s) }
func (s sparse) ReadAt(p []byte, off int64) (int, error) {
	n := int(min(int64(len(p)), int64(s)-off))
	clear(p[:n])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// A GiB needs little memory.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: 1 GiB takes seconds to hash")
	}
	const size = 1 << 30
	memo := &patch.Memo{}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Digest(t.Context(), Sections{sparse(size), size - block, size - 100, size - 22, make([]byte, 22)}, []Algorithm{SHA256}, true, memo)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := build(t.Context(), sparse(size), memo); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	most := 20<<20 + 2*window*cap(buffers()) // two trees of 8 MiB, and what each core reads into
	if used := after.TotalAlloc - before.TotalAlloc; used > uint64(most) {
		t.Errorf("%d MiB allocated, more than %d", used>>20, most>>20)
	}
}

func TestRefusals(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	s := Sections{sparse(5 << 20), 4 << 20, 4 << 20, 5 << 20, make([]byte, 22)}
	if _, err := Digest(cancelled, s, all, false, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, _, err := build(cancelled, s.Source, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	s.Entries--
	if _, err := Digest(t.Context(), s, all, false, nil); !errors.Is(err, formats.ErrMismatch) {
		t.Errorf("entries that end at no page: %v", err)
	}
	for _, s := range []Sections{{sparse(9), -1, 2, 3, nil}, {sparse(9), 3, 2, 3, nil}, {sparse(9), 1, 4, 3, nil}, {sparse(9), 1, 2, 10, nil}} {
		if _, err := Digest(t.Context(), s, all, false, nil); err == nil {
			t.Errorf("%v were taken", s)
		}
	}
	if _, _, err := build(t.Context(), short10{sparse(5 << 20)}, nil); !errors.Is(err, io.ErrUnexpectedEOF) { // of whichever piece was read first
		t.Errorf("a source that ends early: %v", err)
	}
}

// short10 ends after 10 bytes, whatever size it tells.
type short10 struct{ sparse }

func (short10) ReadAt(p []byte, off int64) (int, error) { return sparse(10).ReadAt(p, min(off, 10)) }

// Nothing at all has digests too: of no chunks, of the length alone.
func TestEmpty(t *testing.T) {
	got, err := Digest(t.Context(), Sections{Source: patch.Bytes(nil)}, []Algorithm{SHA256}, false, nil)
	if err != nil || len(got[SHA256]) != 32 {
		t.Errorf("%x, %v", got, err)
	}
	if root, tree, err := build(t.Context(), patch.Bytes(nil), nil); err != nil || !bytes.Equal(root, make([]byte, 32)) || len(tree) != 0 {
		t.Errorf("%x, %d, %v", root, len(tree), err)
	}
}

func BenchmarkDigest(b *testing.B) {
	data := make([]byte, 64<<20)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Digest(b.Context(), Sections{patch.Bytes(data), int64(len(data)), int64(len(data)), int64(len(data)), nil}, []Algorithm{SHA256}, false, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTree(b *testing.B) {
	data := make([]byte, 64<<20)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, _, err := build(b.Context(), patch.Bytes(data), nil); err != nil {
			b.Fatal(err)
		}
	}
}
