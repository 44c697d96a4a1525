package codex32

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// row is a line of a text that may be a row of a string.
type row struct {
	number int      // from 1; 0 for a row whose number is missing or can't be read; or bare, or perhaps
	tokens [][]byte // what stands in it, capitals; ? for what is no letter or digit
}

const (
	bare    = -1 // the beginning of a string, without a number
	perhaps = -2 // the same, if its first characters were misread
)

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
	first := r.tokens[0]
	before, after, slash := bytes.Cut(first, []byte("/"))
	switch {
	case slash:
		if r.number = digit(before); len(after) > 0 && after[0] != '0'+rowCount && r.number > 0 && after[0] != '?' {
			return r, false // a row of something else
		}
		r.tokens[0] = after[min(1, len(after)):]
		if len(r.tokens[0]) == 0 {
			r.tokens = r.tokens[1:]
		}
	case len(first) < groupLen && len(r.tokens) > 1:
		r.number = digit(first[:1])
		r.tokens = r.tokens[1:]
	}
	switch size := r.size(); {
	case size > stringLen+groupLen:
		return r, false
	case r.number == 0 && begins(r.tokens) == bare:
		r.number = bare
		return r, true
	case slash && r.number > 0:
		return r, size > 0
	}
	if r.number == 0 {
		r.number = begins(r.tokens)
	}
	return r, r.grouped()
}

// grouped tells whether a row is glued together, or groups of four nearly all.
func (r row) grouped() bool {
	if len(r.tokens) == 1 {
		return r.size() > 14
	}
	fours := 0
	for _, t := range r.tokens {
		if len(t) == groupLen {
			fours++
		}
	}
	return fours >= 2 && len(r.tokens)-fours <= 2 && fours > len(r.tokens)-fours
}

func digit(b []byte) int {
	if len(b) == 1 && b[0] >= '1' && b[0] <= '0'+rowCount {
		return int(b[0] - '0')
	}
	return 0
}

// begins tells whether a string begins here: bare for MS1, with what is taken for a 1, and enough behind it; perhaps for what MS1 is
// misread as, with more behind it; else 0.
func begins(tokens [][]byte) int {
	text := join(tokens)
	defer clear(text)
	is := func(allowed ...string) bool {
		for i, any := range allowed {
			if strings.IndexByte(any, text[i]) < 0 {
				return false
			}
		}
		return true
	}
	switch {
	case len(text) >= 14 && is("M", "S", "1IL?"):
		return bare
	case len(text) >= 20 && is("MNW?", "S58?", "1IL7?") && !is("?", "?", "?", "?"):
		return perhaps
	}
	return 0
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
