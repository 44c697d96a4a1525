package term

import "unicode/utf8"

// Keys that are no character. Those that a control character stands for as well are that character.
const (
	keyNone rune = -1 - iota
	keyLeft
	keyRight
	keyHome
	keyEnd
	keyDelete
)

// keyOf names the sequences that xterm, rxvt, VT terminals and the Linux console send for the keys that edit a row.
func keyOf(sequence string) rune {
	switch sequence {
	case "[D", "OD":
		return keyLeft
	case "[C", "OC":
		return keyRight
	case "[A", "OA":
		return ctrlP
	case "[H", "OH", "[1~", "[7~":
		return keyHome
	case "[F", "OF", "[4~", "[8~":
		return keyEnd
	case "[3~":
		return keyDelete
	}
	return keyNone
}

// keyReader makes keys of the bytes that a terminal sends.
type keyReader struct {
	t       *Terminal
	pasting bool // between the marks around pasted text
	unread  byte // a byte that broke off a UTF-8 character; 0 for none
}

func (r *keyReader) byte() (byte, error) {
	if c := r.unread; c != 0 {
		r.unread = 0
		return c, nil
	}
	return r.t.readByte()
}

// read returns a character or a key. In pasted text all that is no character is left out but line ends.
func (r *keyReader) read() (rune, error) {
	c, err := r.byte()
	switch {
	case err != nil:
		return keyNone, err
	case c == escape:
		return r.readEscape()
	case c >= utf8.RuneSelf:
		return r.readRune(c)
	case r.pasting && c == '\t':
		return ' ', nil
	case r.pasting && c < ' ' && c != '\r' && c != '\n' && c != ctrlC:
		return keyNone, nil
	}
	return rune(c), nil
}

func (r *keyReader) readEscape() (rune, error) {
	sequence, err := r.t.readSequence()
	switch {
	case err != nil:
		return keyNone, err
	case sequence == pasteBegins, sequence == pasteEnds:
		r.pasting = sequence == pasteBegins
		return keyNone, nil
	case r.pasting:
		return keyNone, nil
	}
	return keyOf(sequence), nil
}

// readRune reads the rest of a UTF-8 character. What is none is left out.
func (r *keyReader) readRune(first byte) (rune, error) {
	b := append(make([]byte, 0, utf8.UTFMax), first)
	for !utf8.FullRune(b) {
		c, err := r.byte()
		if err != nil {
			return keyNone, err
		}
		b = append(b, c)
	}
	char, size := utf8.DecodeRune(b)
	if char == utf8.RuneError && size == 1 {
		if len(b) > 1 {
			r.unread = b[len(b)-1]
		}
		return keyNone, nil
	}
	return char, nil
}
