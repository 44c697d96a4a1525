// Package content computes the digests of an APK's content, all in one pass, on all cores, in little memory.
package content

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"slices"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// Algorithm is a kind of content digest.
type Algorithm int

// The algorithms, weakest first, by which a verifier chooses among several signatures.
const (
	SHA256       Algorithm = iota + 1 // chunks of 1 MiB by SHA-256, 32 bytes
	VeritySHA256                      // root of a fs-verity tree salted with 8 zero bytes (32 bytes), then the content's size as 64-bit little endian
	SHA512                            // chunks of 1 MiB by SHA-512, 64 bytes
)

// Sections are the three parts that are digested, in a file without its signing block or with it.
type Sections struct {
	Source    patch.Source
	Entries   int64  // the first part is [0, Entries): all before the signing block
	Directory int64  // the second is [Directory, End)
	End       int64  // the third is EndRecord
	EndRecord []byte // the end of central directory record, in which the directory's offset is Entries
}

// Digest computes the digests asked for, in one pass; with tree, also what Tree needs of the same bytes, into the memo. What the memo has of a
// chunk is not worked out again. Errors: formats.ErrMismatch where there can't be a verity digest, as the entries do not end at a multiple of 4096;
// the context's; those of the source.
func Digest(ctx context.Context, s Sections, want []Algorithm, tree bool, memo *patch.Memo) (map[Algorithm][]byte, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if slices.Contains(want, VeritySHA256) && s.Entries%block != 0 {
		return nil, fmt.Errorf("%w: a verity digest needs entries that end at a multiple of %d, and these end at %d", formats.ErrMismatch, block, s.Entries)
	}
	d := newDigests(s, want, tree, memo)
	if err := each(ctx, len(d.pieces), d.known, d.hash); err != nil {
		return nil, err
	}
	return d.results()
}

func (s Sections) check() error {
	if s.Entries < 0 || s.Directory < s.Entries || s.End < s.Directory || s.End > s.Source.Size() || len(s.EndRecord) > chunk {
		return errors.New("the sections of the APK are out of order")
	}
	return nil
}

// digests is the work of one pass. A nil slice is a digest that nobody asked for.
type digests struct {
	Sections
	memo    *patch.Memo
	pieces  []piece
	sum256  []byte  // of the chunks, end record included
	sum512  []byte  // the same
	verity  *merkle // over entries, directory and end record as one stream
	spare   []byte  // leaves for Tree, of the entries
	entries int     // pieces that belong to them
}

// piece is at most 1 MiB of a section: n bytes of the source at off, and at in the stream of the sections.
type piece struct {
	off, at int64
	n       int
}

func newDigests(s Sections, want []Algorithm, tree bool, memo *patch.Memo) *digests {
	d := &digests{Sections: s, memo: memo}
	d.cut(0, s.Entries, 0)
	d.entries = len(d.pieces)
	d.cut(s.Directory, s.End, s.Entries)
	chunks := len(d.pieces)
	if len(s.EndRecord) > 0 {
		chunks++
	}
	for _, a := range want {
		switch {
		case a == SHA256 && d.sum256 == nil:
			d.sum256 = make([]byte, chunks*sha256.Size)
		case a == SHA512 && d.sum512 == nil:
			d.sum512 = make([]byte, chunks*sha512.Size)
		case a == VeritySHA256 && d.verity == nil:
			d.verity = newMerkle(s.size())
		}
	}
	if tree && memo != nil {
		d.spare = make([]byte, s.Entries/block*sha256.Size)
	}
	return d
}

// size is that of the three sections together.
func (s Sections) size() int64 { return s.Entries + s.End - s.Directory + int64(len(s.EndRecord)) }

func (d *digests) cut(from, to, at int64) {
	for off := from; off < to; off += chunk {
		d.pieces = append(d.pieces, piece{off, at + off - from, int(min(chunk, to-off))})
	}
}

// parts are what has to be worked out of a piece.
func (d *digests) parts(i int) (parts []part) {
	p := d.pieces[i]
	whole := int64(p.n - p.n%block) // what follows shares its block with the next section: see results
	of := func(tree []byte, at int64) []byte {
		return tree[at/block*sha256.Size:][:whole/block*sha256.Size]
	}
	if d.sum256 != nil {
		parts = append(parts, part{"sha256", int64(p.n), d.sum256[i*sha256.Size:][:sha256.Size], chunk256})
	}
	if d.sum512 != nil {
		parts = append(parts, part{"sha512", int64(p.n), d.sum512[i*sha512.Size:][:sha512.Size], chunk512})
	}
	if d.verity != nil {
		parts = append(parts, part{"verity", whole, of(d.verity.leaves(), p.at), saltedLeaves})
	}
	if d.spare != nil && i < d.entries {
		parts = append(parts, part{"tree", whole, of(d.spare, p.at), leaves})
	}
	return parts
}

// known tells whether the memo has all of a piece, and takes what it has.
func (d *digests) known(i int) bool {
	return len(recall(d.memo, d.Source, d.pieces[i].off, d.parts(i))) == 0
}

// hash reads a piece and works out what the memo does not have.
func (d *digests) hash(i int, b *buffer) error {
	p := d.pieces[i]
	missing := recall(d.memo, d.Source, p.off, d.parts(i))
	return b.work(d.memo, d.Source, p.off, p.n, missing)
}

// results puts the digests together, when all pieces are done.
func (d *digests) results() (map[Algorithm][]byte, error) {
	out := map[Algorithm][]byte{}
	i := len(d.pieces)
	if d.sum256 != nil {
		if len(d.EndRecord) > 0 {
			sum := sha256.Sum256(append(head(chunkMark, len(d.EndRecord)), d.EndRecord...))
			copy(d.sum256[i*sha256.Size:], sum[:])
		}
		top := sha256.Sum256(append(head(topMark, len(d.sum256)/sha256.Size), d.sum256...))
		out[SHA256] = top[:]
	}
	if d.sum512 != nil {
		if len(d.EndRecord) > 0 {
			sum := sha512.Sum512(append(head(chunkMark, len(d.EndRecord)), d.EndRecord...))
			copy(d.sum512[i*sha512.Size:], sum[:])
		}
		top := sha512.Sum512(append(head(topMark, len(d.sum512)/sha512.Size), d.sum512...))
		out[SHA512] = top[:]
	}
	if d.verity != nil {
		value, err := d.verityValue()
		if err != nil {
			return nil, err
		}
		out[VeritySHA256] = value
	}
	return out, nil
}
