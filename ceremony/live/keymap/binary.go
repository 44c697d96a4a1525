package keymap

import (
	"encoding/binary"

	"sigtool/internal/issue"
)

// A binary keymap, as loadkeys -b and busybox dumpkmap write it:
//
//	  0   7  "bkeymap"
//	  7 256  one byte for each set of modifiers: 1 if there is a table for it, 0 if not
//	263 256  a table: 128 symbols of 16 bits, least significant byte first, one for each key code
//	    ...  the next one, in the order of the bytes above
//
// Nothing follows.
const (
	magic     = "bkeymap"
	flagsEnd  = len(magic) + 256
	tableSize = 2 * Keys
)

// highest is the greatest value of each kind of symbol that Linux 6.1 takes (uapi/linux/keyboard.h: NR_PAD, NR_DEAD …): a map with another one would
// be refused on the live system, where it is too late.
var highest = [...]uint16{255, 255, 19, 19, 26, 255, 3, 8, 255, 25, 8, 255, 8, 255, 10}

// Parse reads a binary keymap. It refuses one with which nobody could hold a ceremony: on which a letter, a digit or Return is missing.
func Parse(data []byte) (*Map, error) {
	if len(data) < flagsEnd || string(data[:len(magic)]) != magic {
		return nil, refuse("it does not begin as one").Advise("loadkeys -b NAME >FILE makes one of a keymap of the console")
	}
	m := new(Map)
	rest := data[flagsEnd:]
	for held, flag := range data[len(magic):flagsEnd] {
		switch {
		case flag > 1:
			return nil, refuse("the flag of table %d is %d", held, flag)
		case flag == 0:
			continue
		case len(rest) < tableSize:
			return nil, refuse("it ends before table %d does", held)
		}
		table, err := parseTable(rest[:tableSize], held)
		if err != nil {
			return nil, err
		}
		m.Tables[held], rest = table, rest[tableSize:]
	}
	if len(rest) > 0 {
		return nil, refuse("%d bytes follow its last table", len(rest))
	}
	if err := m.usable(); err != nil {
		return nil, err
	}
	return m, nil
}

// parseTable reads one table.
func parseTable(data []byte, held int) ([]uint16, error) {
	table := make([]uint16, Keys)
	for code := range table {
		symbol := binary.LittleEndian.Uint16(data[2*code:])
		if !valid(symbol) {
			return nil, refuse("table %d has symbol 0x%04x on key %d, which Linux does not know", held, symbol, code)
		}
		table[code] = symbol
	}
	return table, nil
}

// valid says whether the kernel takes a symbol.
func valid(symbol uint16) bool {
	if kind := int(symbol >> 8); kind < len(highest) {
		return symbol&0xff <= highest[kind]
	}
	return symbol^unicodeXor < unicodeXor
}

// usable says what a ceremony needs and a map can't type.
func (m *Map) usable() error {
	typed := m.typed()
	for _, need := range "abcdefghijklmnopqrstuvwxyz0123456789" {
		if !typed[need] {
			return refuse("no key of it types %q", need).Advise("a layout with another script is of no use here: take one with Latin letters")
		}
	}
	if !typed['\r'] {
		return refuse("it has no Return")
	}
	return nil
}

// typed are the characters that some key types alone, with Shift or with AltGr.
func (m *Map) typed() map[rune]bool {
	typed := map[rune]bool{}
	for _, table := range m.Tables[:withShift|withAltGr] {
		for _, symbol := range table {
			switch symbol &^ 0xff {
			case kindLatin, kindLetter:
				typed[rune(symbol&0xff)] = true
			}
			if symbol == enter {
				typed['\r'] = true
			}
		}
	}
	return typed
}

// refuse is the error of a file that is no keymap that a live system can take.
func refuse(format string, args ...any) *issue.Error {
	return issue.New("not-a-keymap", nil, "no binary keymap: "+format, args...)
}

// Binary writes one.
func (m *Map) Binary() []byte {
	data := make([]byte, flagsEnd, flagsEnd+8*tableSize)
	copy(data, magic)
	for held, table := range m.Tables {
		if table == nil {
			continue
		}
		data[len(magic)+held] = 1
		for _, symbol := range table {
			data = binary.LittleEndian.AppendUint16(data, symbol)
		}
	}
	return data
}
