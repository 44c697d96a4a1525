package optee

import (
	"bytes"
	"encoding/binary"

	"sigtool/formats"
)

// Limits of what is read to find the section: with the headers, less than 64 KiB. A trusted application has some thirty sections.
const (
	maxSections = 32 << 10 // bytes of the section headers
	maxNames    = 20 << 10 // bytes of their names
	elfHeader   = 64
	taHead      = ".ta_head"
)

// elfFile is what matters of a shared object's ELF header (System V gABI, chapter 4):
//
//	offset 32-bit  64-bit   field
//	0      4       4        magic 7f 45 4c 46
//	4      1       1        class: 1 is 32-bit, 2 is 64-bit
//	5      1       1        byte order: 1 is little-endian; OP-TEE knows no other
//	16     2       2        type: 3 is a shared object (ET_DYN), as every trusted application is
//	       32: 4   40: 8    offset of the section headers
//	       46: 2   58: 2    size of one, 40 or 64
//	       48: 2   60: 2    how many
//	       50: 2   62: 2    which one holds the names
//
// and of a section header:
//
//	0      4       4        offset of its name among the names
//	       16: 4   24: 8    offset of its bytes in the file
//	       20: 4   32: 8    how many
type elfFile struct {
	src                 formats.Source
	wide                bool
	table               uint64
	entry, count, names int
}

// readELF reads the header of a shared object; false means that it is none.
func readELF(src formats.Source) (e elfFile, ok bool) {
	b := make([]byte, elfHeader)
	if read(src, b, 0) != nil || !bytes.HasPrefix(b, []byte("\x7fELF")) || b[5] != 1 {
		return e, false
	}
	u16 := func(at int) int { return int(binary.LittleEndian.Uint16(b[at:])) }
	if u16(16) != 3 {
		return e, false
	}
	e.src = src
	switch b[4] {
	case 1:
		e.table, e.entry, e.count, e.names = uint64(binary.LittleEndian.Uint32(b[32:])), 40, u16(48), u16(50)
		return e, e.count == 0 || u16(46) == e.entry
	case 2:
		e.wide = true
		e.table, e.entry, e.count, e.names = binary.LittleEndian.Uint64(b[40:]), 64, u16(60), u16(62)
		return e, e.count == 0 || u16(58) == e.entry
	}
	return e, false
}

// whole tells whether the file reaches to the end of its section headers, which linkers put last.
func (e elfFile) whole() bool {
	size := uint64(e.src.Size())
	return e.table <= size && uint64(e.entry*e.count) <= size-e.table
}

// section returns where a section's name and bytes are.
func (e elfFile) section(b []byte) (name uint32, offset, size uint64) {
	u32 := func(at int) uint64 { return uint64(binary.LittleEndian.Uint32(b[at:])) }
	if e.wide {
		return uint32(u32(0)), binary.LittleEndian.Uint64(b[24:]), binary.LittleEndian.Uint64(b[32:])
	}
	return uint32(u32(0)), u32(16), u32(20)
}

// uuid is what the file says of itself: its section .ta_head begins with a TEE_UUID as it stands in memory. False without one.
func (e elfFile) uuid() (u UUID, ok bool) {
	if !e.whole() || e.names >= e.count {
		return u, false
	}
	table := make([]byte, min(e.entry*e.count, maxSections/e.entry*e.entry))
	namesHeader := make([]byte, e.entry)
	if read(e.src, table, int64(e.table)) != nil || read(e.src, namesHeader, int64(e.table)+int64(e.names*e.entry)) != nil {
		return u, false
	}
	_, offset, length := e.section(namesHeader)
	size := uint64(e.src.Size())
	if offset > size || length > size-offset {
		return u, false
	}
	names := make([]byte, min(length, maxNames))
	if read(e.src, names, int64(offset)) != nil {
		return u, false
	}
	for ; len(table) > 0; table = table[e.entry:] {
		at, offset, length := e.section(table)
		if uint64(at) >= uint64(len(names)) || length < uuidSize || offset > size || length > size-offset {
			continue
		}
		if name, _, _ := bytes.Cut(names[at:], []byte{0}); string(name) == taHead {
			err := read(e.src, u[:], int64(offset))
			return u.mixed(), err == nil
		}
	}
	return u, false
}

// Sniff knows what is signed by its first bytes, and a trusted application that is not by its section .ta_head. Kernel modules are no shared
// objects.
func (Format) Sniff(src formats.Source) bool {
	if looksSigned(src) {
		return true
	}
	e, ok := readELF(src)
	if !ok {
		return false
	}
	_, ok = e.uuid()
	return ok
}
