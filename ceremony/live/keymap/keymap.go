// Package keymap says what the keys of a keyboard mean on the Linux console: the same fingers type the same characters as at home, where a
// person's passphrases come from.
package keymap

import (
	"slices"
	"strings"
)

// Keys is how many key codes a table has: a console's keyboard has no others, and no more stand in a binary keymap.
const Keys = 128

// Map is a table for each set of modifiers that are held (its index: 1 shift, 2 AltGr, 4 control, 8 alt), nil where there is none; each has
// the kernel's symbol for every key code.
type Map struct {
	Name   string
	Tables [256][]uint16
}

// nodeadkeys is the end of a layout's name that makes its dead keys ordinary ones, as many who write programs have it.
const nodeadkeys = "-nodeadkeys"

// Names are the layouts that sigtool knows, sorted.
func Names() []string {
	var names []string
	for name, l := range layouts() {
		names = append(names, name)
		if l.dead() {
			names = append(names, name+nodeadkeys)
		}
	}
	slices.Sort(names)
	return names
}

// Named is one of them.
func Named(name string) (*Map, bool) {
	base, without := strings.CutSuffix(name, nodeadkeys)
	l, known := layouts()[base]
	if !known || without && !l.dead() {
		return nil, false
	}
	if without {
		l = l.withoutDead()
	}
	return &Map{Name: name, Tables: l.tables()}, true
}
