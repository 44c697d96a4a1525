package codex32

import (
	"bytes"
	"unicode/utf8"
)

// row is a line of a text that may be a row of a string.
type row struct {
	number int      // from 1; 0 for a row whose number is missing or can't be read; bare for the beginning of a string
	marked bool     // there is something like a number
	tokens [][]byte // what stands in it, capitals; ? for what is no letter or digit
}

const bare = -1

func (r row) size() (n int) {
	for _, t := range r.tokens {
		n += len(t)
	}
	return n
}

// readRow takes a line for a row if it can be one.
func readRow(line []byte) (r row, ok bool) {
	line, _, _ = bytes.Cut(line, []byte("#"))
	if len(line) > 4*stringLen {
		return r, false
	}
	r.tokens = tokenize(line)
	if len(r.tokens) == 0 {
		return r, false
	}
	first, fours := r.tokens[0], 0
	before, after, slash := bytes.Cut(first, []byte("/"))
	switch {
	case slash:
		r.marked = true
		if r.number = digit(before); len(after) > 0 && after[0] != '0'+rowCount && r.number > 0 && after[0] != '?' {
			return r, false // a row of something else
		}
		r.tokens[0] = after[min(1, len(after)):]
		if len(r.tokens[0]) == 0 {
			r.tokens = r.tokens[1:]
		}
	case len(first) < groupLen && len(r.tokens) > 1:
		r.number, r.marked = digit(first[:1]), true
		r.tokens = r.tokens[1:]
	}
	for _, t := range r.tokens {
		if len(t) == groupLen {
			fours++
		}
	}
	switch size := r.size(); {
	case size > stringLen+groupLen:
		return r, false
	case r.number == 0 && begins(r.tokens):
		r.number = bare
		return r, true
	case slash && r.number > 0:
		return r, size > 0
	case len(r.tokens) == 1:
		return r, size > 14 // glued together
	}
	return r, fours >= 2 && len(r.tokens)-fours <= 2 && fours > len(r.tokens)-fours
}

func digit(b []byte) int {
	if len(b) == 1 && b[0] >= '1' && b[0] <= '0'+rowCount {
		return int(b[0] - '0')
	}
	return 0
}

// begins tells whether a string begins here: MS1, with what is taken for a 1.
func begins(tokens [][]byte) bool {
	text := join(tokens)
	defer clear(text)
	return len(text) >= 14 && text[0] == 'M' && text[1] == 'S' && bytes.IndexByte([]byte("1IL?"), text[2]) >= 0
}

// tokenize cuts a line at blanks and punctuation. What it returns was never anywhere else.
func tokenize(line []byte) (tokens [][]byte) {
	b := make([]byte, 0, len(line))
	start := 0
	for len(line) > 0 {
		r, n := utf8.DecodeRune(line)
		line = line[n:]
		switch {
		case r >= 'a' && r <= 'z':
			b = append(b, byte(r-'a'+'A'))
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '/' && len(tokens) == 0:
			b = append(b, byte(r))
		case r == ' ', r == '-', r == '.', r == ',', r == ':', r == ';', r == '(', r == ')', r == '\n':
			if len(b) > start {
				tokens = append(tokens, b[start:len(b):len(b)])
				start = len(b)
			}
		default:
			b = append(b, '?')
		}
	}
	if len(b) > start {
		tokens = append(tokens, b[start:])
	}
	return tokens
}
