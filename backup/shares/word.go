package shares

import (
	"bytes"

	"sigtool/internal/slip39"
	"sigtool/internal/wordlist"
)

// list is SLIP-39's list.
var list = slip39.English

// lookUp finds a word of the list, or the only one that begins with the four letters or more that were typed.
func lookUp(word []byte) (index uint16, ok bool) {
	place, ok := list.Lookup(word)
	return uint16(place), ok
}

func lookUpAll(words [][]byte) (indices []uint16, known bool) {
	indices = make([]uint16, len(words))
	known = true
	for i, w := range words {
		index, ok := lookUp(w)
		indices[i] = index
		known = known && ok
	}
	return indices, known
}

// likeWords wants letters alone, and three of four words of the list.
func likeWords(tokens []wordlist.Token) bool {
	known := 0
	for _, t := range tokens {
		if t.IsNumber() {
			return false
		}
		if _, ok := lookUp(t.Text); ok {
			known++
		}
	}
	return len(tokens) > 0 && 4*known >= 3*len(tokens)
}

// sameWord compares what was typed: as words of the list, or letter by letter.
func sameWord(a, b []byte) bool {
	i, known := lookUp(a)
	j, too := lookUp(b)
	return known && too && i == j || bytes.EqualFold(a, b)
}
