package tui

import "unicode/utf8"

// within says what a byte continues.
type within int

const (
	nothing   within = iota
	escaped          // ESC
	control          // ESC [ and what follows (ECMA-48 section 5.4)
	function         // ESC [ [, a function key of the Linux console: one more byte
	shifted          // ESC O, a key of the application keypad: one more byte
	character        // the first bytes of a UTF-8 character
)

// decoder makes keys of the bytes that a terminal sends, one at a time. It waits for no clock: a lone ESC is forgotten when the next key
// comes, and does nothing by itself.
type decoder struct {
	in      within
	held    [16]byte // of a sequence or a character; what is longer is no key
	n       int
	pasting bool
}

// next takes a byte and returns the key that it completes, or keyNone.
func (d *decoder) next(c byte) rune {
	switch d.in {
	case escaped:
		return d.afterEscape(c)
	case function, shifted:
		return d.afterSecond(c)
	case control:
		return d.inControl(c)
	case character:
		if !utf8.RuneStart(c) {
			return d.inCharacter(c)
		}
		d.forget() // it was broken off
	}
	switch {
	case c == escape:
		d.in = escaped
		return keyNone
	case c >= utf8.RuneSelf:
		return d.inCharacter(c)
	case d.pasting:
		return pasted(c)
	case c == '\n':
		return enter
	}
	return rune(c)
}

// pasted leaves out what is no character but line ends.
func pasted(c byte) rune {
	switch {
	case c == '\r', c == '\n':
		return enter
	case c == tab:
		return ' '
	case c < ' ', c == del:
		return keyNone
	}
	return rune(c)
}

func (d *decoder) afterEscape(c byte) rune {
	d.in = nothing
	switch c {
	case '[':
		d.in = control
	case 'O':
		d.in = shifted
	case escape:
		d.in = escaped
	default: // Alt and a key are the key
		return d.next(c)
	}
	return keyNone
}

// afterSecond takes the one byte behind ESC O or ESC [ [.
func (d *decoder) afterSecond(c byte) rune {
	was := d.in
	d.in = nothing
	switch {
	case c == escape:
		d.in = escaped
	case was == shifted && !d.pasting:
		return keyOf([]byte{c})
	}
	return keyNone
}

func (d *decoder) inControl(c byte) rune {
	switch {
	case c == escape:
		d.forget()
		d.in = escaped
		return keyNone
	case c == '[' && d.n == 0:
		d.in = function
		return keyNone
	case d.n < len(d.held):
		d.held[d.n] = c
		d.n++
	}
	if c < 0x40 || c > 0x7e {
		return keyNone
	}
	k := keyNone
	if d.held[d.n-1] == c { // nothing was left out
		k = keyOf(d.held[:d.n])
	}
	d.forget()
	switch {
	case k == keyPasteBegins, k == keyPasteEnds:
		d.pasting = k == keyPasteBegins
	case d.pasting:
		return keyNone
	}
	return k
}

func (d *decoder) inCharacter(c byte) rune {
	d.in = character
	d.held[d.n] = c
	d.n++
	if !utf8.FullRune(d.held[:d.n]) {
		return keyNone
	}
	r, size := utf8.DecodeRune(d.held[:d.n])
	whole := size == d.n
	d.forget()
	if !whole || r == utf8.RuneError {
		return keyNone
	}
	return r
}

// forget wipes what was held.
func (d *decoder) forget() {
	clear(d.held[:])
	d.in, d.n = nothing, 0
}
