package sigblock

import (
	"encoding/binary"

	"sigtool/formats/apk/lp"
)

// pageSize is what the block is padded to, so that the pages behind it can be checked one by one.
const pageSize = 4096

// Build makes a block of these pairs, padded to a multiple of 4096 bytes as apksigner does. Padding among the pairs is left out.
func Build(pairs []Pair) []byte {
	body := 0
	for _, p := range pairs {
		if p.ID != Padding {
			body += 12 + len(p.Value)
		}
	}
	total := 8 + body + int(footerSize)
	padding := 0
	if over := total % pageSize; over != 0 {
		if padding = pageSize - over; padding < 12 { // less than a pair without a value takes
			padding += pageSize
		}
	}
	size := uint64(total + padding - 8)
	b := make([]byte, 0, total+padding)
	b = binary.LittleEndian.AppendUint64(b, size)
	for _, p := range pairs {
		if p.ID != Padding {
			b = append(pairHeader(b, p.ID, len(p.Value)), p.Value...)
		}
	}
	if padding > 0 {
		b = append(pairHeader(b, Padding, padding-12), make([]byte, padding-12)...)
	}
	b = binary.LittleEndian.AppendUint64(b, size)
	return append(b, magic...)
}

// pairHeader appends what stands before a pair's value.
func pairHeader(b []byte, id uint32, length int) []byte {
	return lp.Uint32(binary.LittleEndian.AppendUint64(b, uint64(length)+4), id)
}
