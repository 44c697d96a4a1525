package keymap

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed layouts.txt
var source string

// The levels of a layout: what a key types alone, with Shift, and with AltGr.
const (
	plain = iota
	shift
	altgr
	levels
)

// nothing stands in layouts.txt where a key types nothing.
const nothing = '◦'

// layout is what each key types; a key that is not in it types nothing.
type layout struct {
	keys  map[int][levels]rune
	comma bool // on the keypad
}

// rows are the key codes of a keyboard's rows, as layouts.txt has them (linux/input-event-codes.h; 86 is the key that American keyboards do not
// have, 43 is beside Return on the others and above it there).
var rows = [][]int{
	{41, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13},
	{16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27},
	{30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 43},
	{86, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53},
	{89, 124},
}

// space is the key code of the space bar, which types the same everywhere.
const space = 57

// layouts reads layouts.txt, once it is asked for. A mistake there ends in a panic, and in the tests before that.
var layouts = sync.OnceValue(func() map[string]layout {
	all := map[string]layout{}
	for block := range strings.SplitSeq(source, "\n\n") {
		lines := strings.Split(strings.TrimSpace(block), "\n")
		if strings.HasPrefix(lines[0], "# ") {
			continue
		}
		names, comma := strings.CutSuffix(lines[0], " ,")
		l := layout{map[int][levels]rune{space: {' ', ' ', ' '}}, comma}
		for i, line := range lines[1:] {
			l.row(rows[i], strings.Fields(line))
		}
		for name := range strings.FieldsSeq(names) {
			all[name] = l
		}
	}
	return all
})

// row takes a line of layouts.txt: without a third column, AltGr changes nothing in this row.
func (l *layout) row(codes []int, columns []string) {
	var typed [levels][]rune
	for level := range typed {
		typed[level] = []rune(strings.Repeat(string(nothing), len(codes)))
	}
	for level, column := range columns {
		if utf8.RuneCountInString(column) != len(codes) {
			panic("layouts.txt: " + column + " is no row of keys")
		}
		typed[level] = []rune(column)
	}
	for i, code := range codes {
		l.keys[code] = [levels]rune{typed[plain][i], typed[shift][i], typed[altgr][i]}
	}
}

// accents are the dead keys that this package knows, in the order of the kernel's numbers (uapi/linux/keyboard.h: K_DGRAVE = 0 …), and what
// each becomes where there are none. The kernel's own table knows what they make of letters, and that a dead key and a space are the accent.
const accents, loose = "ˋ´ˆ˜¨¸", "`'^~¨¸"

// dead says whether a layout has dead keys.
func (l layout) dead() bool {
	for _, typed := range l.keys {
		if strings.ContainsAny(string(typed[:]), accents) {
			return true
		}
	}
	return false
}

// withoutDead is the layout with every accent as a character.
func (l layout) withoutDead() layout {
	free := layout{map[int][levels]rune{}, l.comma}
	for code, typed := range l.keys {
		for level, r := range typed {
			if i := strings.IndexRune(accents, r); i >= 0 {
				typed[level] = []rune(loose)[utf8.RuneCountInString(accents[:i])]
			}
		}
		free.keys[code] = typed
	}
	return free
}
