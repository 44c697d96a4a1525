package backup

import (
	"bytes"
	"encoding/binary"
	"errors"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxTextSize bounds the text that a codec reads, in bytes: the longest sheet has 20 kB.
const MaxTextSize = 1 << 20

// Clean returns a copy of a text as simple as codecs want it: UTF-8 without byte order mark, lines that end in LF, and no other
// space than the plain one. UTF-16 is read where a byte order mark says so. The caller wipes the copy.
func Clean(text []byte) ([]byte, error) {
	if len(text) > MaxTextSize {
		return nil, errors.New("too long for the text of a sheet")
	}
	clean := make([]byte, 0, 2*len(text)+utf8.UTFMax) // more than any rune below can need, so that append never leaves a copy behind
	next := utf8.DecodeRune
	switch {
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}):
		next = utf16Rune(binary.LittleEndian)
	case bytes.HasPrefix(text, []byte{0xfe, 0xff}):
		next = utf16Rune(binary.BigEndian)
	}
	last := rune(0)
	for len(text) > 0 {
		r, n := next(text)
		text = text[n:]
		switch {
		case r == '\uFEFF', r == '\n' && last == '\r':
		case r == '\r', r == '\n', r == '\f', r == '\v', r == '\u0085', r == '\u2028', r == '\u2029':
			clean = append(clean, '\n')
		case r == '\t', unicode.IsSpace(r), r == '\u200b':
			clean = append(clean, ' ')
		case r == utf8.RuneError:
			clean = append(clean, '?') // not a character of any alphabet; codecs take it for one that can't be read
		default:
			clean = utf8.AppendRune(clean, r)
		}
		last = r
	}
	return clean, nil
}

func utf16Rune(order binary.ByteOrder) func([]byte) (rune, int) {
	return func(b []byte) (rune, int) {
		if len(b) < 2 {
			return utf8.RuneError, len(b)
		}
		r := rune(order.Uint16(b))
		if !utf16.IsSurrogate(r) {
			return r, 2
		}
		if len(b) < 4 {
			return utf8.RuneError, len(b)
		}
		return utf16.DecodeRune(r, rune(order.Uint16(b[2:]))), 4
	}
}
