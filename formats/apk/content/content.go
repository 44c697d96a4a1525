// Package content computes the digests of an APK's content, all in one pass, on all cores, in constant memory.
package content

import (
	"context"
	"errors"

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

// Digest computes the digests asked for, in one pass; with tree, also what Tree needs of the same bytes, into the memo.
func Digest(ctx context.Context, s Sections, want []Algorithm, tree bool, memo *patch.Memo) (map[Algorithm][]byte, error) {
	return nil, errors.ErrUnsupported
}

// Tree computes the fs-verity tree (SHA-256, blocks of 4096, no salt) of a whole file: its root hash (32 bytes) and the tree as .idsig files
// have it, the level of the root first.
func Tree(ctx context.Context, src patch.Source, memo *patch.Memo) (root, tree []byte, err error) {
	return nil, nil, errors.ErrUnsupported
}
