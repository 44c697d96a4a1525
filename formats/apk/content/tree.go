package content

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"

	"sigtool/internal/patch"
)

// Tree computes the fs-verity tree (SHA-256, blocks of 4096, no salt) of a whole file into tree, which has TreeSize zeros: the level of the root
// first, as .idsig files have it. It returns the root hash, 32 bytes. Errors: the context's; those of the source.
func Tree(ctx context.Context, src patch.Source, tree []byte, memo *patch.Memo) (root []byte, err error) {
	m := layMerkle(src.Size(), tree)
	known := func(i int) bool {
		off, p := m.leavesOf(src, i)
		return len(recall(memo, src, off, []part{p})) == 0
	}
	hash := func(i int, b *buffer) error {
		off, p := m.leavesOf(src, i)
		return b.work(memo, src, off, int(p.length), []part{p})
	}
	if err := each(ctx, chunks(src), known, hash); err != nil {
		return nil, err
	}
	return m.root(nil), nil
}

// ErrTree says that a tree is not the file's.
var ErrTree = errors.New("the hash tree is another file's")

// CheckTree tells whether a tree is the one that Tree computes, and returns its root hash; it needs no room for another tree. Errors: ErrTree; the
// context's; those of the source.
func CheckTree(ctx context.Context, src patch.Source, tree []byte, memo *patch.Memo) (root []byte, err error) {
	if int64(len(tree)) != TreeSize(src.Size()) {
		return nil, ErrTree
	}
	m := layMerkle(src.Size(), tree)
	known := func(i int) bool {
		off, p := m.leavesOf(src, i)
		return bytes.Equal(memo.Get(p.name, src, off, p.length), p.out)
	}
	hash := func(i int, b *buffer) error {
		off, p := m.leavesOf(src, i)
		want := p.out
		p.out = make([]byte, len(want))
		if err := b.work(nil, src, off, int(p.length), []part{p}); err != nil {
			return err
		}
		if !bytes.Equal(p.out, want) {
			return ErrTree
		}
		return nil
	}
	if err := each(ctx, chunks(src), known, hash); err != nil {
		return nil, err
	}
	if used := (src.Size() + block - 1) / block * sha256.Size; !zeros(m.leaves()[used:]) || !m.whole() {
		return nil, ErrTree
	}
	return m.top(nil), nil
}

// leavesOf is what has to be worked out of the i-th MiB of a file, which begins at off.
func (m *merkle) leavesOf(src patch.Source, i int) (off int64, p part) {
	off = int64(i) * chunk
	n := min(chunk, src.Size()-off)
	out := m.leaves()[off/block*sha256.Size:][:(n+block-1)/block*sha256.Size]
	return off, part{"tree", n, out, leaves}
}

func chunks(src patch.Source) int { return int((src.Size() + chunk - 1) / chunk) }
