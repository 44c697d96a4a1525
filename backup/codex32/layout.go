package codex32

import "sigtool/internal/secret"

// A string is printed in three rows of 28, 28 and 18 characters, in groups of four.
const (
	rowCount = 3
	rowLen   = 28
	groupLen = 4
)

// rowOf is row i, from 0, of the 74 characters.
func rowOf(text []byte, i int) []byte { return text[i*rowLen : min(len(text), (i+1)*rowLen)] }

// placeOf tells where a character stands on paper: row and group from 1.
func placeOf(at int) (row, group int) { return at/rowLen + 1, at%rowLen/groupLen + 1 }

// grouped puts spaces between groups of four. What it returns was never anywhere else.
func grouped(text []byte) []byte {
	b := make([]byte, 0, len(text)+len(text)/groupLen)
	for i, c := range text {
		if i > 0 && i%groupLen == 0 {
			b = append(b, ' ')
		}
		b = append(b, c)
	}
	return b
}

func join(tokens [][]byte) []byte {
	n := 0
	for _, t := range tokens {
		n += len(t)
	}
	b := make([]byte, 0, n)
	for _, t := range tokens {
		b = append(b, t...)
	}
	return b
}

func wipeAll(words []word) {
	for _, w := range words {
		secret.Wipe(w)
	}
}
