package content

import (
	"context"
	"crypto/sha256"
	"encoding/binary"

	"sigtool/internal/patch"
)

// block is what a leaf of a tree is the hash of.
const block = 4096

// salt goes before each block where signatures v2 and v3 are over a tree; the tree of .idsig files has none.
var salt [8]byte

// merkle is a fs-verity tree: the hashes of the data's blocks, the hashes of the blocks that those make, and so on up to the hashes that fill one block at
// most. Each level is filled up with zeros to a whole block. The level of the root comes first:
//
//	hashes of the level below | … | hashes of the data
type merkle struct {
	bytes  []byte
	levels [][]byte // parts of bytes; the leaves last
}

// newMerkle makes room for the tree of so many bytes.
func newMerkle(size int64) *merkle {
	var sizes []int64
	total := int64(0)
	for hashes := (size + block - 1) / block; ; hashes = sizes[len(sizes)-1] / block {
		level := (hashes*sha256.Size + block - 1) / block * block
		sizes = append(sizes, level)
		total += level
		if level <= block {
			break
		}
	}
	m := &merkle{bytes: make([]byte, total)}
	rest := m.bytes
	for i := len(sizes) - 1; i >= 0; i-- {
		m.levels = append(m.levels, rest[:sizes[i]])
		rest = rest[sizes[i]:]
	}
	return m
}

func (m *merkle) leaves() []byte { return m.levels[len(m.levels)-1] }

// root works out the levels above the leaves, and returns the hash of the first.
func (m *merkle) root(salt []byte) []byte {
	h := sha256.New()
	hash := func(data []byte) []byte {
		h.Reset()
		h.Write(salt)
		h.Write(data)
		return h.Sum(nil)
	}
	for i := len(m.levels) - 1; i > 0; i-- {
		below, above := m.levels[i], m.levels[i-1]
		for at := 0; at < len(below); at += block {
			copy(above[at/block*sha256.Size:], hash(below[at:][:block]))
		}
	}
	if len(m.bytes) == 0 { // of an empty file
		return make([]byte, sha256.Size)
	}
	return hash(m.levels[0])
}

// plain computes the leaves of n bytes; what is missing of the last block is zeros.
func (b *buffer) plain(n int, out []byte) {
	data := b.padded(n)
	for at := 0; at < len(data); at += block {
		sum := sha256.Sum256(data[at:][:block])
		copy(out[at/block*sha256.Size:], sum[:])
	}
}

// salted computes the same with the salt of v2 and v3.
func (b *buffer) salted(n int, out []byte) {
	data := b.padded(n)
	for at := 0; at < len(data); at += block {
		b.salter.Reset()
		b.salter.Write(salt[:])
		b.salter.Write(data[at:][:block])
		slot := out[at/block*sha256.Size:]
		b.salter.Sum(slot[:0])
	}
}

// padded is the first n bytes with zeros up to a whole block behind them. Only the file's last block has any.
func (b *buffer) padded(n int) []byte {
	if n%block == 0 {
		return b.data(n)
	}
	data := b.data(n + block - n%block)
	clear(data[n:])
	return data
}

// verityValue puts the verity digest together: what is left of the directory and the end record share blocks.
func (d *digests) verityValue() ([]byte, error) {
	left := (d.End - d.Directory) % block
	tail := make([]byte, left, left+int64(len(d.EndRecord)))
	if left > 0 {
		if n, err := d.Source.ReadAt(tail, d.End-left); n < len(tail) {
			return nil, short(err)
		}
	}
	tail = append(tail, d.EndRecord...)
	leaves := d.verity.leaves()[(d.Entries+d.End-d.Directory-left)/block*sha256.Size:]
	for at := 0; at < len(tail); at += block {
		salted := make([]byte, len(salt)+block)
		copy(salted[len(salt):], tail[at:])
		sum := sha256.Sum256(salted)
		copy(leaves[at/block*sha256.Size:], sum[:])
	}
	return binary.LittleEndian.AppendUint64(d.verity.root(salt[:]), uint64(d.size())), nil
}

// Tree computes the fs-verity tree (SHA-256, blocks of 4096, no salt) of a whole file: its root hash (32 bytes) and the tree as .idsig files
// have it, the level of the root first. Errors: the context's; those of the source.
func Tree(ctx context.Context, src patch.Source, memo *patch.Memo) (root, tree []byte, err error) {
	size := src.Size()
	m := newMerkle(size)
	parts := func(i int) (int64, []part) {
		off := int64(i) * chunk
		n := min(chunk, size-off)
		out := m.leaves()[off/block*sha256.Size:][:(n+block-1)/block*sha256.Size]
		return off, []part{{"tree", n, out, (*buffer).plain}}
	}
	known := func(i int) bool {
		off, p := parts(i)
		return len(recall(memo, src, off, p)) == 0
	}
	hash := func(i int, b *buffer) error {
		off, p := parts(i)
		if err := b.read(src, off, int(p[0].length)); err != nil {
			return err
		}
		b.work(memo, src, off, p)
		return nil
	}
	if err := each(ctx, int((size+chunk-1)/chunk), known, hash); err != nil {
		return nil, nil, err
	}
	return m.root(nil), m.bytes, nil
}

// TreeSize is how many bytes the tree of so large a file has.
func TreeSize(size int64) int64 {
	total := int64(0)
	for level := size; ; {
		level = ((level+block-1)/block*sha256.Size + block - 1) / block * block
		total += level
		if level <= block {
			return total
		}
	}
}
