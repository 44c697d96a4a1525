package uki

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
)

// An EFI program, little-endian (Microsoft, "PE Format"; UEFI 2.10, section 2.1.1). Offsets of the second part are from PE\0\0 on:
//
//	  0   2  "MZ"
//	 3c   4  offset of PE\0\0
//	.................
//	  0   4  PE\0\0
//	  4   2  machine: 8664 is x86-64                    (COFF header)
//	  6   2  number of sections
//	  8   4  date
//	 12   4  offset of the symbols, 16 4 their number: 18 bytes each, and behind them the strings: a size of 4 bytes, which counts itself
//	 20   2  size of the optional header
//	 24   2  20b: PE32+                                 (optional header)
//	 32   4  size of initialized data, over all sections
//	 56   4  alignment of sections in memory, 60 4 in the file
//	 80   4  size in memory, 84 4 of the headers in the file
//	 88   4  checksum
//	 92   2  subsystem: 10 is an EFI application
//	132   4  number of data directories
//	136      data directories, 8 bytes each: address, size; the fifth is the signature's, and has an offset in the file for an address
//	         section headers, 40 bytes each, then zeros up to the size of the headers, then the sections' data
const (
	peOffset      = 0x3c
	machineAt     = 4
	countAt       = 6
	dateAt        = 8
	symbolsAt     = 12
	symbolCountAt = 16
	optionalAt    = 20
	magicAt       = 24
	initializedAt = 32
	alignmentAt   = 56
	fileAlignAt   = 60
	imageSizeAt   = 80
	headersAt     = 84
	checksumAt    = 88
	subsystemAt   = 92
	dirCountAt    = 132
	dirsAt        = 136
	signatureAt   = dirsAt + 4*8

	dirs        = 16
	entrySize   = 40      // of a section header
	maxSections = 96      // what Windows takes; firmware sets no bound
	maxSize     = 1 << 30 // bytes of an image, in the file or in memory: far below what 32 bits hold
	symbolSize  = 18
)

// machines are the names of those that a stub or a kernel may be for instead.
var machines = map[uint16]string{0x14c: "x86, 32 bits", 0x1c0: "ARM, 32 bits", 0x1c2: "ARM, 32 bits", 0x1c4: "ARM, 32 bits", 0xaa64: "arm64",
	0x5032: "RISC-V, 32 bits", 0x5064: "RISC-V, 64 bits", 0x6232: "LoongArch, 32 bits", 0x6264: "LoongArch, 64 bits"}

var subsystems = map[uint16]string{2: "a program of Windows", 3: "a program of Windows", 11: "a driver of EFI's boot time", 12: "a driver of EFI's run time",
	13: "an EFI ROM"}

// locate finds PE\0\0, of an EFI application for x86-64; all of the fixed headers behind it are there.
func locate(data []byte, k kind) (at int, err error) {
	if len(data) < peOffset+4 || string(data[:2]) != "MZ" {
		return 0, k.refuse("format", "it is no EFI program: it does not begin with MZ")
	}
	offset := u32(data, peOffset)
	if offset < peOffset+4 || int64(offset) > int64(len(data))-dirsAt || string(data[offset:][:4]) != "PE\x00\x00" {
		return 0, k.refuse("format", "it is no EFI program: there is no PE header where its first one points")
	}
	at = int(offset)
	if machine := u16(data, at+machineAt); machine != 0x8664 {
		name, known := machines[machine]
		if !known {
			name = fmt.Sprintf("machine %#x", machine)
		}
		return 0, k.refuse("machine", "it is for %s, and must be for x86-64", name)
	}
	if magic := u16(data, at+magicAt); magic != 0x20b {
		return 0, k.refuse("format", "its header is of format %#x, and must be of PE32+ (0x20b)", magic)
	}
	if subsystem := u16(data, at+subsystemAt); subsystem != 10 {
		name, known := subsystems[subsystem]
		if !known {
			name = fmt.Sprintf("of subsystem %d", subsystem)
		}
		return 0, k.refuse("subsystem", "it is %s, and must be an EFI application", name)
	}
	return at, nil
}

// file is an EFI program whose sections were checked: they stand in the order of their addresses and of their offsets, none reaches into another,
// and between them there are zeros only.
type file struct {
	kind      kind
	data      []byte
	at        int    // offset of PE\0\0
	table     int    // of the section headers
	headers   int    // bytes: where data may begin
	align     uint32 // of addresses
	fileAlign uint32 // of offsets
	sections  []entry
	end       int    // of the last section's data in the file
	memory    uint64 // address behind the last section
}

// entry is a section header, 40 bytes: its name of 8 bytes, filled up with zeros; size in memory; address; size in the file; offset in the file;
// then 12 bytes for relocations and line numbers, which only object files have, and 4 of flags.
type entry struct {
	name         string // up to the first zero, as the stub reads it
	size         uint32 // in memory; what the file has above that is filling
	address      uint32
	raw, offset  uint32 // in the file
	afterSection int    // offset in the file behind it, or behind the one before, if it has no data
}

// parse reads the headers.
func parse(data []byte, k kind) (*file, error) {
	at, err := locate(data, k)
	if err != nil {
		return nil, err
	}
	f := &file{kind: k, data: data, at: at, align: u32(data, at+alignmentAt), fileAlign: u32(data, at+fileAlignAt)}
	if n := u32(data, at+dirCountAt); n != dirs || u16(data, at+optionalAt) != dirsAt-magicAt+8*dirs {
		return nil, k.refuse("format", "its header has %d data directories, or another size than follows from that, and must have %d", n, dirs)
	}
	f.table = at + dirsAt + 8*dirs
	count, headers := int(u16(data, at+countAt)), u32(data, at+headersAt)
	if headers > uint32(min(len(data), maxSize)) || f.table+count*entrySize > int(headers) || count == 0 || count > maxSections {
		return nil, k.refuse("cut-off", "its headers say that they are %d bytes, with %d sections, and the file has %d", headers, count, len(data))
	}
	f.headers = int(headers)
	if !isAlignment(f.align) || !isAlignment(f.fileAlign) || f.align < f.fileAlign {
		return nil, k.refuse("format", "its sections are aligned to %d bytes, and to %d in the file, which no EFI program is", f.align, f.fileAlign)
	}
	if !isZero(data[f.table+count*entrySize : f.headers]) {
		return nil, k.refuse("hidden", "there is something behind its section headers, which nothing tells of")
	}
	f.end, f.memory = f.headers, uint64(f.headers)
	for i := range count {
		if err := f.add(data[f.table+i*entrySize:][:entrySize]); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// add checks the next section against those before it.
func (f *file) add(header []byte) error {
	name, _, _ := bytes.Cut(header[:8], []byte{0})
	e := entry{name: string(name), size: u32(header, 8), address: u32(header, 12), raw: u32(header, 16), offset: u32(header, 20)}
	extent := e.size
	if extent == 0 {
		extent = e.raw // some linkers leave the size in memory out
	}
	if uint64(e.address) < f.memory || uint64(e.address)+uint64(extent) > maxSize {
		return f.kind.refuse("sections", "section %q overlaps with what is before it in memory, or is far out", e.name)
	}
	f.memory = uint64(e.address) + uint64(extent)
	if e.raw > 0 {
		switch end := int64(e.offset) + int64(e.raw); {
		case end > int64(len(f.data)):
			return f.kind.refuse("cut-off", "it is cut off: section %q ends at byte %d, and the file at byte %d", e.name, end, len(f.data))
		case int(e.offset) < f.end:
			return f.kind.refuse("sections", "section %q overlaps with what is before it in the file", e.name)
		case e.offset%f.fileAlign != 0 || e.raw%f.fileAlign != 0:
			return f.kind.refuse("sections", "section %q is not aligned to %d bytes in the file, and its header says so", e.name, f.fileAlign)
		case !isZero(f.data[f.end:e.offset]):
			return f.kind.refuse("hidden", "there is something in front of section %q, which nothing tells of", e.name)
		default:
			f.end = int(end)
		}
	}
	e.afterSection = f.end
	f.sections = append(f.sections, e)
	return nil
}

// isAlignment tells whether a number is a power of two within what the format has for alignments of data in a file.
func isAlignment(n uint32) bool { return n >= 512 && n <= 1<<16 && n&(n-1) == 0 }

// isZero tells whether bytes are all zero.
func isZero(b []byte) bool { return !slices.ContainsFunc(b, func(c byte) bool { return c != 0 }) }

// roundUp is the next multiple of an alignment, which is a power of two.
func roundUp(n, align uint64) uint64 { return (n + align - 1) &^ (align - 1) }

func u16(b []byte, at int) uint16       { return binary.LittleEndian.Uint16(b[at:]) }
func u32(b []byte, at int) uint32       { return binary.LittleEndian.Uint32(b[at:]) }
func putU16(b []byte, at int, n uint16) { binary.LittleEndian.PutUint16(b[at:], n) }
func putU32(b []byte, at int, n uint32) { binary.LittleEndian.PutUint32(b[at:], n) }
