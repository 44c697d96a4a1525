package keymap

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The kernel's symbols are 16 bits: a kind in the upper eight and a value in the lower (uapi/linux/keyboard.h), or a character beyond Latin-1
// with its upper four bits flipped, which makes it greater than every kind.
const (
	kindLatin  = 0x0000 // a character of Latin-1
	kindSpec   = 0x0200
	kindDead   = 0x0400
	kindShift  = 0x0700 // a modifier: 0 Shift, 1 AltGr, 2 Control, 3 Alt
	kindMeta   = 0x0800 // Escape and a character
	kindLetter = 0x0b00 // as kindLatin, and Caps Lock turns it round
	hole       = kindSpec
	enter      = kindSpec | 1
	unicodeXor = 0xf000
	keypadDot  = 83
)

// Which modifiers are held, as an index of Map.Tables.
const (
	withShift = 1 << iota
	withAltGr
	withControl
	withAlt
)

// tables makes the kernel's tables of a layout: the seven that the kernel has from the start, and one for Shift with AltGr, for capitals.
func (l layout) tables() (all [256][]uint16) {
	for _, held := range []int{0, withShift, withAltGr, withShift | withAltGr, withControl, withShift | withControl, withAlt, withControl | withAlt} {
		table := fixed()
		if l.comma {
			table[keypadDot] = 0x030f
		}
		for code, typed := range l.keys {
			table[code] = symbol(typed, held)
		}
		all[held] = table
	}
	return all
}

// symbol is what a key means while modifiers are held.
func symbol(typed [levels]rune, held int) uint16 {
	third := typed[altgr]
	switch {
	case held == withAltGr && third != nothing:
		return character(third, unicode.IsLetter(third))
	case held == withShift|withAltGr && third != nothing:
		return character(unicode.ToUpper(third), unicode.IsLetter(third))
	case held&withControl != 0:
		if code, ok := control(typed); ok && held&withAlt != 0 {
			return kindMeta | code
		} else if ok {
			return code
		}
	case held == withAlt && typed[plain] < utf8.RuneSelf:
		return kindMeta | uint16(typed[plain])
	}
	letter := unicode.IsLetter(typed[plain]) && unicode.ToUpper(typed[plain]) == typed[shift]
	if held&withShift != 0 {
		return character(typed[shift], letter)
	}
	return character(typed[plain], letter)
}

// control is what a key sends with Control: C0 of the first of its characters that has one (ECMA-48 §8.1: the letters, and @ [ \ ] ^ _).
func control(typed [levels]rune) (code uint16, ok bool) {
	for _, r := range typed {
		if r == ' ' {
			return 0, true
		}
		if r >= '@' && r <= '_' || r >= 'a' && r <= 'z' {
			return uint16(r) & 0x1f, true
		}
	}
	return 0, false
}

// character is the symbol of a character, of an accent that waits for one, or of nothing.
func character(r rune, letter bool) uint16 {
	switch i := strings.IndexRune(accents, r); {
	case r == nothing:
		return hole
	case i >= 0:
		return kindDead | uint16(utf8.RuneCountInString(accents[:i]))
	case r > 0xff:
		return uint16(r) ^ unicodeXor
	case letter:
		return kindLetter | uint16(r)
	default:
		return kindLatin | uint16(r)
	}
}

// fixed is what the keys mean that no layout changes, as the kernel itself has them (drivers/tty/vt/defkeymap.map). Left out, because none helps
// a ceremony: other consoles, Ctrl-Alt-Delete, Scroll Lock, which looks as if the machine hung, and the keys that show registers and memory.
func fixed() []uint16 {
	table := make([]uint16, Keys)
	for code := range table {
		table[code] = hole
	}
	for code, symbols := range map[int][]uint16{
		1:   {0x1b},                                                                                                   // Escape
		14:  {0x7f, '\t'},                                                                                             // Backspace, Tab
		28:  {enter},                                                                                                  // Return
		29:  {kindShift | 2},                                                                                          // Control, on the left
		42:  {kindShift},                                                                                              // Shift, on the left
		54:  {kindShift, 0x030c, kindShift | 3},                                                                       // Shift on the right, keypad *, Alt
		58:  {0x0207, 0x0100, 0x0101, 0x0102, 0x0103, 0x0104, 0x0105, 0x0106, 0x0107, 0x0108, 0x0109, 0x0208},         // Caps Lock, F1 to F10, Num Lock
		71:  {0x0307, 0x0308, 0x0309, 0x030b, 0x0304, 0x0305, 0x0306, 0x030a, 0x0301, 0x0302, 0x0303, 0x0300, 0x0310}, // keypad: 789- 456+ 123 0.
		87:  {0x010a, 0x010b},                                                                                         // F11, F12
		96:  {0x030e, kindShift | 2, 0x030d},                                                                          // keypad Enter, Control on the right, keypad /
		100: {kindShift | 1},                                                                                          // AltGr
		102: {0x0114, 0x0603, 0x0118, 0x0601, 0x0602, 0x0117, 0x0600, 0x0119, 0x0115, 0x0116},                         // Home ↑ Page Up ← → End ↓ Page Down Insert Delete
		119: {0x011d},                                                                                                 // Pause
		121: {0x0310},                                                                                                 // keypad . in Brazil
	} {
		copy(table[code:], symbols)
	}
	return table
}
