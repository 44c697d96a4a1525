package srk

import "crypto"

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

// Fuses8 is a hash as srktool -f 0 writes it: a big-endian word of 32 bits for each byte, for fuses that hold 8 bits a word.
func Fuses8(hash []byte) []byte {
	data := make([]byte, 0, 4*len(hash))
	for _, b := range hash {
		data = append(data, 0, 0, 0, b)
	}
	return data
}
