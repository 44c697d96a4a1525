package cpio

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"io"

	"sigtool/internal/patch"
)

// chunk is how much of the data is in memory at a time.
const chunk = 128 << 10

// Sums reads a member's data once. It returns their sum, as headers have it, and their SHA-256. Where the header has a sum it must be this
// one: the error is named "bad-checksum", and of the kind formats.ErrFormat, as nothing vouches for that sum.
func (m Member) Sums(ctx context.Context, src io.ReaderAt) (sum uint32, hash [32]byte, err error) {
	h := sha256.New()
	buf := make([]byte, min(chunk, m.Size))
	for done := int64(0); done < m.Size; done += int64(len(buf)) {
		if err := ctx.Err(); err != nil {
			return 0, hash, err
		}
		buf = buf[:min(int64(len(buf)), m.Size-done)]
		if err := patch.ReadFull(src, buf, m.Data+done); err != nil {
			return 0, hash, err
		}
		sum = Add(sum, buf)
		h.Write(buf)
	}
	h.Sum(hash[:0])
	if m.CRC && sum != m.Sum {
		return sum, hash, bad("bad-checksum", "the bytes of %q sum up to %08x, its header says %08x", m.Name, sum, m.Sum)
	}
	return sum, hash, nil
}

// Add adds all bytes to a sum.
func Add(sum uint32, b []byte) uint32 {
	// Two sums of four lanes of 16 bits, two bytes to a lane at a time: behind 64 rounds a lane holds at most 64 * 2 * 255 = 32,640, and the
	// lanes of both at most 65,280.
	const lanes, block = 0x00ff00ff00ff00ff, 1024
	for ; len(b) >= block; b = b[block:] {
		var x, y uint64
		for rest := b[:block]; len(rest) >= 16; rest = rest[16:] {
			v, w := binary.LittleEndian.Uint64(rest), binary.LittleEndian.Uint64(rest[8:])
			x += v&lanes + v>>8&lanes
			y += w&lanes + w>>8&lanes
		}
		x += y
		sum += uint32(x&0xffff) + uint32(x>>16&0xffff) + uint32(x>>32&0xffff) + uint32(x>>48)
	}
	for _, c := range b {
		sum += uint32(c)
	}
	return sum
}
