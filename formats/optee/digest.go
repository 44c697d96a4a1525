package optee

import (
	"context"
	"crypto/sha256"
	"hash"
	"io"

	"sigtool/internal/patch"
)

const chunkSize = 256 << 10

// hashHead begins the hash that is signed: the fixed part of the header, and what stands between the signature and the image.
func hashHead(h *header, head []byte) hash.Hash {
	sum := sha256.New()
	sum.Write(h.fixed[:])
	sum.Write(head)
	return sum
}

// hashRange hashes size bytes of src on, in constant memory.
func hashRange(ctx context.Context, sum hash.Hash, src io.ReaderAt, at, size int64) error {
	buffer := make([]byte, min(size, chunkSize))
	for end := at + size; at < end; {
		if err := ctx.Err(); err != nil {
			return err
		}
		chunk := buffer[:min(end-at, chunkSize)]
		if err := patch.ReadFull(src, chunk, at); err != nil {
			return err
		}
		sum.Write(chunk)
		at += int64(len(chunk))
	}
	return nil
}
