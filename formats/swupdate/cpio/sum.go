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
	// Four lanes of 16 bits take two bytes each per word of 8: after 128 words they hold at most 128 * 2 * 255 = 65,280.
	const lanes, words = 0x00ff00ff00ff00ff, 128
	for len(b) >= 8*words {
		var acc uint64
		for i := 0; i < 8*words; i += 8 {
			v := binary.LittleEndian.Uint64(b[i : i+8])
			acc += v&lanes + v>>8&lanes
		}
		sum += uint32(acc&0xffff) + uint32(acc>>16&0xffff) + uint32(acc>>32&0xffff) + uint32(acc>>48)
		b = b[8*words:]
	}
	for _, c := range b {
		sum += uint32(c)
	}
	return sum
}
