package shares

import (
	"bytes"
	"slices"

	"sigtool/internal/slip39"
)

const longest = 8 // letters

// tokenize cuts a row into runs of digits and runs of letters; ? stands for a letter that could not be read.
func tokenize(row []byte) (tokens [][]byte) {
	for start, i := 0, 1; i <= len(row); i++ {
		if i == len(row) || class(row[i]) != class(row[start]) {
			if class(row[start]) != 0 {
				tokens = append(tokens, row[start:i])
			}
			start = i
		}
	}
	return tokens
}

func class(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return 1
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '?', c >= 0x80:
		return 2
	}
	return 0
}

// pair reads number, word, number, word. A row counts that is nothing else, or has two pairs at least with words of the list.
func pair(tokens [][]byte) (pairs []typed, ok bool) {
	known := 0
	for i := 0; i+1 < len(tokens); i++ {
		number, word := tokens[i], tokens[i+1]
		if class(number[0]) != 1 || len(number) > 2 || class(word[0]) != 2 {
			continue
		}
		n := 0
		for _, digit := range number {
			n = 10*n + int(digit-'0')
		}
		t := newTyped(n, word)
		pairs = append(pairs, t)
		if t.known {
			known++
		}
		i++
	}
	return pairs, len(pairs) > 0 && (2*len(pairs) == len(tokens) || known >= 2)
}

// likeWords wants letters alone, and three of four words of the list.
func likeWords(tokens [][]byte) bool {
	known := 0
	for _, t := range tokens {
		if class(t[0]) != 2 {
			return false
		}
		if _, ok := lookUp(t); ok {
			known++
		}
	}
	return len(tokens) > 0 && 4*known >= 3*len(tokens)
}

// lower returns a word in small letters; false for what is too long to be one.
func lower(word []byte) (small [longest]byte, ok bool) {
	if len(word) > longest {
		return small, false
	}
	for i, c := range word {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		small[i] = c
	}
	return small, true
}

// lookUp finds a word of the list, or the only one that begins with the four letters or more that were typed.
func lookUp(word []byte) (index uint16, ok bool) {
	small, ok := lower(word)
	if !ok {
		return 0, false
	}
	first, n := starting(small[:len(word)])
	if n == 0 || len(word) < 4 {
		return 0, false
	}
	return uint16(first), true
}

// starting returns the first word of the list that begins so, and how many do.
func starting(small []byte) (first, n int) {
	list := slip39.Words()
	first, _ = slices.BinarySearchFunc(list, small, compare)
	for first+n < len(list) && len(list[first+n]) >= len(small) && list[first+n][:len(small)] == string(small) {
		n++
	}
	return first, n
}

// compare makes no string of a word, which could not be wiped.
func compare(entry string, word []byte) int {
	for i := range min(len(entry), len(word)) {
		if entry[i] != word[i] {
			return int(entry[i]) - int(word[i])
		}
	}
	return len(entry) - len(word)
}

// same compares what was typed: as words of the list, or letter by letter.
func (t typed) same(other typed) bool {
	return t.known && other.known && t.index == other.index || bytes.EqualFold(t.word, other.word)
}
