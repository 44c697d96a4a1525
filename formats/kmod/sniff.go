package kmod

import "sigtool/formats"

// maxHead is how much of a compressed file is read to know it.
const maxHead = 60 << 10

// Sniff knows a module by its ELF sections, and anything by a signature appended to it: damage must not hide what a file was.
// Of a compressed file only the head is unpacked, where any relocatable ELF file looks like a module; and where the
// first block of a zstd file is too large to be read here, it gets the benefit of the doubt. Sign and Verify see the rest.
func (Format) Sniff(src formats.Source) bool {
	size := src.Size()
	if t, err := readTrailer(src, size); t != nil || err != nil {
		return true
	}
	c := findCodec(src, size)
	if c == nil {
		return isModule(src, size)
	}
	packed := make([]byte, min(size, maxHead))
	if !readFull(src, packed, 0) {
		return false
	}
	head, cut := c.head(packed)
	if cut {
		return size > int64(len(packed))
	}
	_, ok := parseHeader(head)
	return ok
}
