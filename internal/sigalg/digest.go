package sigalg

import (
	"context"
	"crypto"
	"fmt"
	"hash"
	"io"
	"sync"
)

const chunkSize = 256 << 10

// chunks are what is read through: large enough that hashing, not reading, is the work.
var chunks = sync.Pool{New: func() any { return new([chunkSize]byte) }}

// Digest hashes the first size bytes of src in one pass, with each of the hashes asked for, in constant memory.
// The hashes must be available. It ends early, with the context's error, when the context does.
func Digest(ctx context.Context, src io.ReaderAt, size int64, hashes ...crypto.Hash) (map[crypto.Hash][]byte, error) {
	states := make(map[crypto.Hash]hash.Hash, len(hashes))
	for _, h := range hashes {
		if states[h] == nil {
			states[h] = h.New()
		}
	}
	buffer := chunks.Get().(*[chunkSize]byte)
	defer chunks.Put(buffer)
	for at := int64(0); at < size; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		chunk := buffer[:min(size-at, chunkSize)]
		if n, err := src.ReadAt(chunk, at); n < len(chunk) {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, fmt.Errorf("can't read byte %d: %w", at+int64(n), err)
		}
		for _, state := range states {
			state.Write(chunk)
		}
		at += int64(len(chunk))
	}
	sums := make(map[crypto.Hash][]byte, len(states))
	for h, state := range states {
		sums[h] = state.Sum(nil)
	}
	return sums, nil
}
