package kmod

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"
)

// Limits of what is read to know a module: with the head and the tail, at most 64 KiB.
const (
	maxSections = 36 << 10 // bytes of the section headers
	maxNames    = 20 << 10 // bytes of their names
)

// header is what matters of an ELF header (System V gABI, chapter 4):
//
//	offset 32-bit  64-bit   field
//	0      4       4        magic 7f 45 4c 46
//	4      1       1        class: 1 is 32-bit, 2 is 64-bit
//	5      1       1        byte order: 1 is little, 2 is big endian
//	16     2       2        type: 1 is relocatable (ET_REL)
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
type header struct {
	order                      binary.ByteOrder
	wide                       bool // 64-bit
	sections                   uint64
	entry, count, namesSection int
}

const headerSize = 64

// parseHeader reads the first bytes of a file; false means that it is not a relocatable ELF file.
func parseHeader(b []byte) (h header, ok bool) {
	if len(b) < headerSize || !bytes.HasPrefix(b, []byte("\x7fELF")) {
		return h, false
	}
	switch b[5] {
	case 1:
		h.order = binary.LittleEndian
	case 2:
		h.order = binary.BigEndian
	default:
		return h, false
	}
	if h.order.Uint16(b[16:]) != 1 {
		return h, false
	}
	u16 := func(at int) int { return int(h.order.Uint16(b[at:])) }
	switch b[4] {
	case 1:
		h.sections, h.entry, h.count, h.namesSection = uint64(h.order.Uint32(b[32:])), u16(46), u16(48), u16(50)
		return h, h.entry == 40
	case 2:
		h.wide = true
		h.sections, h.entry, h.count, h.namesSection = h.order.Uint64(b[40:]), u16(58), u16(60), u16(62)
		return h, h.entry == 64
	}
	return h, false
}

// section returns where a section's name and bytes are.
func (h header) section(b []byte) (name uint32, offset, size uint64) {
	if h.wide {
		return h.order.Uint32(b), h.order.Uint64(b[24:]), h.order.Uint64(b[32:])
	}
	return h.order.Uint32(b), uint64(h.order.Uint32(b[16:])), uint64(h.order.Uint32(b[20:]))
}

// isModule tells whether the first size bytes of src are a kernel module: a relocatable ELF file, whole to the end of its
// section headers, with a section that only modules have.
func isModule(src io.ReaderAt, size int64) bool {
	_, ok := findSection(src, size, ".modinfo", ".gnu.linkonce.this_module")
	return ok
}

// span is bytes of a file.
type span struct{ offset, size uint64 }

// findSection returns where the first section with one of these names is, in the first size bytes of src: a relocatable ELF file that is whole to the end of
// its section headers. The span is as the header has it.
func findSection(src io.ReaderAt, size int64, wanted ...string) (found span, ok bool) {
	head := make([]byte, headerSize)
	if size < headerSize || !readFull(src, head, 0) {
		return found, false
	}
	h, ok := parseHeader(head)
	tableSize := uint64(h.entry) * uint64(h.count)
	if !ok || h.namesSection >= h.count || h.sections > uint64(size) || tableSize > uint64(size)-h.sections {
		return found, false
	}
	table := make([]byte, min(tableSize, maxSections/uint64(h.entry)*uint64(h.entry)))
	namesHeader := make([]byte, h.entry)
	if !readFull(src, table, int64(h.sections)) || !readFull(src, namesHeader, int64(h.sections)+int64(h.namesSection*h.entry)) {
		return found, false
	}
	_, offset, length := h.section(namesHeader)
	if offset > uint64(size) || length > uint64(size)-offset {
		return found, false
	}
	names := make([]byte, min(length, maxNames))
	if !readFull(src, names, int64(offset)) {
		return found, false
	}
	for ; len(table) > 0; table = table[h.entry:] {
		at, offset, length := h.section(table)
		if uint64(at) >= uint64(len(names)) {
			continue
		}
		name, _, _ := bytes.Cut(names[at:], []byte{0})
		if slices.Contains(wanted, string(name)) {
			return span{offset, length}, true
		}
	}
	return found, false
}

func readFull(src io.ReaderAt, p []byte, at int64) bool {
	n, _ := src.ReadAt(p, at)
	return n == len(p)
}
