package backup

import (
	"encoding/binary"
	"strings"
)

const (
	idChars = 8
	idBits  = 5 * idChars
)

// IDOf is the document number that a digest of 8 bytes or more begins with: its first 40 bits.
func IDOf(digest []byte) uint64 { return binary.BigEndian.Uint64(digest) >> (64 - idBits) }

// FormatID prints a document number of 40 bits: QPZR-Y9X8. The number is the start of a digest of what the sheet holds. It says
// nothing of a key; of a passphrase that a person chose, it lets whoever has the number alone test guesses.
func FormatID(id uint64) string {
	b := make([]byte, 0, idChars+1)
	for shift := idBits - 5; shift >= 0; shift -= 5 {
		if len(b) == idChars/2 {
			b = append(b, '-')
		}
		b = append(b, Alphabet[id>>shift&31])
	}
	return string(b)
}

// ParseID reads what FormatID prints, in capitals or not, with the dash or without.
func ParseID(s string) (id uint64, ok bool) {
	s = plainID(s)
	if len(s) != idChars {
		return 0, false
	}
	for i := range len(s) {
		v := strings.IndexByte(Alphabet, s[i])
		if v < 0 {
			return 0, false
		}
		id = id<<5 | uint64(v)
	}
	return id, true
}

// plainID is a document's number without what a person may type otherwise.
func plainID(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.ToUpper(s), "-", ""), " ", "")
}
