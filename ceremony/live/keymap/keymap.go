// Package keymap says what the keys of a keyboard mean on the Linux console.
package keymap

import "errors"

// Map is a table for each set of modifiers that are held (its index: 1 shift, 2 AltGr, 4 control, 8 alt), nil where there is none; each has
// the kernel's symbol for every key code.
type Map struct {
	Name   string
	Tables [256][]uint16
}

// Names are the layouts that sigtool knows, sorted.
func Names() []string { return nil }

// Named is one of them.
func Named(name string) (*Map, bool) { return nil, false }

// Parse reads a binary keymap, as loadkeys -b and busybox dumpkmap write it.
func Parse(data []byte) (*Map, error) { return nil, errors.New("not built yet") }

// Binary writes one.
func (m *Map) Binary() []byte { return nil }
