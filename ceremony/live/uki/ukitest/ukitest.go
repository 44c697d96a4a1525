// Package ukitest makes EFI stubs and kernels of a few hundred bytes for tests: the headers are real, and there is nothing to run.
package ukitest

import "encoding/binary"

// Room is how many sections Stub has room for, beside its own.
const Room = 14

// Where Stub has its parts: PE\0\0, the section headers, the data, its end.
const (
	PE       = 0x40
	Table    = PE + 24 + 240
	DataAt   = 0x400
	StubSize = DataAt + 3*0x200
)

// Stub is an EFI application for x86-64 with three sections, .text, .bss (nothing in the file) and .sbat, and a date and a checksum.
func Stub() []byte {
	b := make([]byte, StubSize)
	copy(b, "MZ")
	put32(b, 0x3c, PE)
	pe := b[PE:]
	copy(pe, "PE\x00\x00\x64\x86\x03")
	put32(pe, 8, 1_700_000_000)
	put16(pe, 20, 240)
	put16(pe, 22, 0x22e)
	put16(pe, 24, 0x20b)
	put32(pe, 28, 0x400)
	put32(pe, 32, 0x200)
	put32(pe, 40, 0x1000)
	put32(pe, 56, 0x1000)
	put32(pe, 60, 0x200)
	put32(pe, 80, 0x4000)
	put32(pe, 84, DataAt)
	put32(pe, 88, 0xabcdef)
	put16(pe, 92, 10)
	put32(pe, 132, 16)
	section(b[Table:], ".text", 0x3f0, 0x1000, 0x400, DataAt, 0x60000020)
	section(b[Table+40:], ".bss", 0x10, 0x2000, 0, 0, 0xc0000080)
	section(b[Table+80:], ".sbat", 6, 0x3000, 0x200, DataAt+0x400, 0x40000040)
	for i := range 0x3f0 {
		b[DataAt+i] = byte(i*7 + 1)
	}
	copy(b[DataAt+0x400:], "sbat,1")
	return b
}

func section(b []byte, name string, size, address, raw, offset, flags uint32) {
	copy(b, name)
	for i, n := range []uint32{size, address, raw, offset} {
		put32(b, 8+4*i, n)
	}
	put32(b, 36, flags)
}

// Kernel is the head of a vmlinuz for x86-64 of a release ("6.1.0-56-amd64"), and a little behind it.
func Kernel(release string) []byte {
	const sectors, at = 3, 0x5f0
	b := make([]byte, 512*(1+sectors)+64)
	copy(b, "MZ")
	put32(b, 0x3c, PE)
	pe := b[PE:]
	copy(pe, "PE\x00\x00\x64\x86\x01")
	put16(pe, 20, 160)
	put16(pe, 24, 0x20b)
	put16(pe, 92, 10)
	put32(pe, 132, 6)
	b[0x1f1] = sectors
	put32(b, 0x1f4, 4)
	put16(b, 0x1fe, 0xaa55)
	copy(b[0x200:], "\xeb\x6aHdrS")
	put16(b, 0x206, 0x20f)
	put16(b, 0x20e, at-0x200)
	b[0x211] = 1
	put16(b, 0x236, 0x7f)
	copy(b[at:], release+" (who@where) #1 SMP\x00")
	return b
}

func put16(b []byte, at int, n uint16) { binary.LittleEndian.PutUint16(b[at:], n) }
func put32(b []byte, at int, n uint32) { binary.LittleEndian.PutUint32(b[at:], n) }
