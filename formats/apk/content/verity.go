package content

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"

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
func newMerkle(size int64) *merkle { return layMerkle(size, make([]byte, TreeSize(size))) }

// layMerkle finds the levels of the tree of so many bytes, which has TreeSize bytes.
func layMerkle(size int64, tree []byte) *merkle {
	m := &merkle{bytes: tree}
	for level, end := size, int64(len(tree)); ; {
		level = above(level)
		m.levels = append(m.levels, tree[end-level:end])
		end -= level
		if level <= block {
			break
		}
	}
	slices.Reverse(m.levels)
	return m
}

// above is how many bytes a level has above a level, or data, of so many.
func above(size int64) int64 {
	hashes := (size + block - 1) / block * sha256.Size
	return (hashes + block - 1) / block * block
}

// TreeSize is how many bytes the tree of so large a file has.
func TreeSize(size int64) int64 {
	total := int64(0)
	for level := above(size); ; level = above(level) {
		total += level
		if level <= block {
			return total
		}
	}
}

func (m *merkle) leaves() []byte { return m.levels[len(m.levels)-1] }

// root works out the levels above the leaves, and returns the hash of the first.
func (m *merkle) root(salt []byte) []byte {
	for i := len(m.levels) - 1; i > 0; i-- {
		hashLevel(m.levels[i], salt, func(at int, sum []byte) bool {
			copy(m.levels[i-1][at:], sum)
			return true
		})
	}
	return m.top(salt)
}

// whole tells whether the levels above the leaves are what the leaves make them.
func (m *merkle) whole() bool {
	good := true
	for i := len(m.levels) - 1; i > 0 && good; i-- {
		above := m.levels[i-1]
		hashLevel(m.levels[i], nil, func(at int, sum []byte) bool {
			good = bytes.Equal(above[at:][:len(sum)], sum)
			return good
		})
		used := len(m.levels[i]) / block * sha256.Size
		good = good && zeros(above[used:])
	}
	return good
}

func zeros(data []byte) bool { return len(bytes.Trim(data, "\x00")) == 0 }

// hashLevel gives the hash of each block of a level, and where it stands in the level above, to use, until that has enough.
func hashLevel(level, salt []byte, use func(at int, sum []byte) bool) {
	h := sha256.New()
	var sum [sha256.Size]byte
	for at := 0; at < len(level); at += block {
		h.Reset()
		h.Write(salt)
		h.Write(level[at:][:block])
		if !use(at/block*sha256.Size, h.Sum(sum[:0])) {
			return
		}
	}
}

// top is the hash of the first level.
func (m *merkle) top(salt []byte) []byte {
	if len(m.bytes) == 0 { // of an empty file
		return make([]byte, sha256.Size)
	}
	h := sha256.New()
	h.Write(salt)
	h.Write(m.levels[0])
	return h.Sum(nil)
}

// hashBlocks writes the hashes of blocks to out. What is missing of the last is zeros: only the file's last block can be short.
func (b *buffer) hashBlocks(data, out []byte, salted bool) {
	for ; len(data) > 0; data, out = data[min(block, len(data)):], out[sha256.Size:] {
		one := data[:min(block, len(data))]
		if len(one) < block || salted {
			var room [len(salt) + block]byte
			copy(room[len(salt):], one)
			from := len(salt)
			if salted {
				from = 0
			}
			sum := sha256.Sum256(room[from:])
			copy(out, sum[:])
			continue
		}
		sum := sha256.Sum256(one)
		copy(out, sum[:])
	}
}

// verityValue puts the verity digest together: what is left of the directory and the end record share blocks.
func (d *digests) verityValue() ([]byte, error) {
	left := (d.End - d.Directory) % block
	tail := make([]byte, left, left+int64(len(d.EndRecord)))
	if left > 0 {
		if err := patch.ReadFull(d.Source, tail, d.End-left); err != nil {
			return nil, err
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
