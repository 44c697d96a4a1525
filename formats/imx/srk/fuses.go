package srk

import (
	"crypto"
	"encoding/binary"
)

// Fuses is the hash that is burnt into the fuses. For HAB it is the SHA-256 of the entries' digests, 32 bytes, whatever h is. For AHAB it
// is the hash of the whole table, by h: SHA-256 or SHA-512, whichever the processor has.
func (t *Table) Fuses(h crypto.Hash) []byte {
	if t.Kind != HAB {
		return sum(h, t.Raw)
	}
	var digests []byte
	for _, r := range t.Records {
		digests = append(digests, r.Digest...)
	}
	return sum(crypto.SHA256, digests)
}

// Words are the words of a hash as fuses hold them, and as hab_status and U-Boot's fuse read print them: each four bytes are a little-endian
// number.
func Words(hash []byte) []uint32 {
	words := make([]uint32, len(hash)/4)
	for i := range words {
		words[i] = binary.LittleEndian.Uint32(hash[i*4:])
	}
	return words
}

// Bytes8 is a hash as srktool -f 0 writes it: a big-endian word of 32 bits for each byte, for fuses that hold 8 bits a word.
func Bytes8(hash []byte) []byte {
	data := make([]byte, 0, 4*len(hash))
	for _, b := range hash {
		data = append(data, 0, 0, 0, b)
	}
	return data
}
