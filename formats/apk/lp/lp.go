// Package lp reads and writes the little-endian, length-prefixed values that everything in the APK Signing Block is made of; a length that is
// more than what is left is never believed.
package lp

import "encoding/binary"

// Bytes is what is left to be read. What was read is a part of it, not a copy.
type Bytes []byte

// Uint32 reads 4 bytes into out; false, and nothing is read, when there are fewer.
func (b *Bytes) Uint32(out *uint32) bool {
	if len(*b) < 4 {
		return false
	}
	*out = binary.LittleEndian.Uint32(*b)
	*b = (*b)[4:]
	return true
}

// Prefixed reads a 4-byte length and as many bytes into out; false, and nothing is read, when there are fewer.
func (b *Bytes) Prefixed(out *Bytes) bool {
	rest := *b
	var n uint32
	if !rest.Uint32(&n) || uint64(n) > uint64(len(rest)) {
		return false
	}
	*out = rest[:n:n]
	*b = rest[n:]
	return true
}

// Append writes the parts behind dst, joined, with their common length before them.
func Append(dst []byte, parts ...[]byte) []byte {
	total := 0
	for _, part := range parts {
		total += len(part)
	}
	dst = Uint32(dst, uint32(total))
	for _, part := range parts {
		dst = append(dst, part...)
	}
	return dst
}

// Uint32 writes 4 bytes behind dst.
func Uint32(dst []byte, v uint32) []byte { return binary.LittleEndian.AppendUint32(dst, v) }
