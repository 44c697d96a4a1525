package uki

import (
	"bytes"
	"fmt"

	"sigtool/internal/issue"
)

// pageSize is what the addresses of added sections are multiples of. The stub of systemd 252 aligns its own to 512 bytes, at which firmware could
// neither protect pages from each other nor the kernel run where it is.
const pageSize = 4096

// readOnlyData are the flags of an added section: initialized data (40) that may be read (40000000).
const readOnlyData = 0x40000040

// Build appends sections to an EFI stub. Same bytes in, same bytes out: the date and the checksum in the header are zero.
//
//	headers    those of the stub: more sections, a new size in memory, of initialized data
//	           the stub's section headers, then 40 bytes for each added section, in what was room for them
//	data       the stub's sections
//	           each added section, filled up with zeros to the alignment of the file
func Build(stub []byte, sections []Section) ([]byte, error) {
	normal, f, err := normalize(stub)
	if err != nil {
		return nil, err
	}
	if err := mayAdd(f, sections); err != nil {
		return nil, err
	}
	size := uint64(len(normal))
	for _, s := range sections {
		size += roundUp(uint64(len(s.Data)), uint64(f.fileAlign))
	}
	image := make([]byte, len(normal), size)
	copy(image, normal)
	initialized := uint64(u32(image, f.at+initializedAt))
	for i, s := range sections {
		raw := roundUp(uint64(len(s.Data)), uint64(f.fileAlign))
		address := roundUp(f.memory, max(pageSize, uint64(f.align)))
		f.memory, initialized = address+uint64(len(s.Data)), initialized+raw
		if f.memory > maxSize || initialized > maxSize || size > maxSize {
			return nil, issue.New("uki-size", nil, "with section %s the image is larger than %d bytes", s.Name, maxSize).
				Advise("what is added to a stub has to be smaller; a kernel and its first file system have some 20,000,000 bytes")
		}
		header := image[f.table+(len(f.sections)+i)*entrySize:]
		copy(header, s.Name)
		putU32(header, 8, uint32(len(s.Data)))
		putU32(header, 12, uint32(address))
		putU32(header, 16, uint32(raw))
		putU32(header, 20, uint32(len(image)))
		putU32(header, 36, readOnlyData)
		image = append(image, s.Data...)
		image = append(image, make([]byte, raw-uint64(len(s.Data)))...)
	}
	putU16(image, f.at+countAt, uint16(len(f.sections)+len(sections)))
	putU32(image, f.at+initializedAt, uint32(initialized))
	putU32(image, f.at+imageSizeAt, uint32(roundUp(f.memory, uint64(f.align))))
	return image, nil
}

// mayAdd checks the names of sections, and that the stub has room for their headers.
func mayAdd(f *file, sections []Section) error {
	seen := map[string]bool{}
	for _, s := range sections {
		if !isResource(s.Name) || seen[s.Name] || len(s.Data) == 0 {
			return issue.New("uki-sections", nil, "section %q is none that a stub reads, or is there twice, or is empty", s.Name).
				Advise("each of .osrel, .cmdline, .uname, .linux and .initrd at most once, and none of them empty")
		}
		seen[s.Name] = true
	}
	if room := (f.headers - f.table) / entrySize; len(f.sections)+len(sections) > min(room, maxSections) {
		return f.kind.refuse("room", "its headers have room for %d sections, and %d are needed", room, len(f.sections)+len(sections))
	}
	return nil
}

// Normal is a stub as it stands in an image: its date and checksum are zero, its size in memory is what follows from its sections (binutils
// count more), and symbols for a debugger, which the stub of systemd 252 has behind its sections, are cut off.
func Normal(stub []byte) ([]byte, error) {
	normal, _, err := normalize(stub)
	return normal, err
}

// normalize returns the stub as it stands in an image, a copy, and what its headers say.
func normalize(stub []byte) ([]byte, *file, error) {
	f, err := parse(stub, aStub)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range f.sections {
		if isResource(s.name) {
			return nil, nil, issue.New("stub-used", nil, "it has a section %s already: it is an image, and no stub", s.name).Advise(aStub.hint)
		}
	}
	if u32(stub, f.at+signatureAt) != 0 || u32(stub, f.at+signatureAt+4) != 0 {
		return nil, nil, issue.New("stub-signed", nil, "it is signed, which what is made of it would not be").
			Advise("take the stub that is not signed (linuxx64.efi.stub, not .signed), and sign the image that is built with it")
	}
	if err := f.onlySymbolsBehind(); err != nil {
		return nil, nil, err
	}
	normal := bytes.Clone(stub[:f.end])
	for _, at := range []int{dateAt, symbolsAt, symbolCountAt, checksumAt} {
		putU32(normal, f.at+at, 0)
	}
	putU32(normal, f.at+imageSizeAt, uint32(roundUp(f.memory, uint64(f.align))))
	return normal, f, nil
}

// onlySymbolsBehind checks that nothing is behind the sections' data but a symbol table and its strings.
func (f *file) onlySymbolsBehind() error {
	rest := f.data[f.end:]
	if len(rest) == 0 {
		return nil
	}
	size := int64(u32(f.data, f.at+symbolCountAt)) * symbolSize
	if int64(u32(f.data, f.at+symbolsAt)) == int64(f.end) && size+4 <= int64(len(rest)) {
		size += int64(u32(rest, int(size)))
		if size == int64(len(rest)) {
			return nil
		}
	}
	return f.kind.refuse("hidden", "%s behind its last section, which nothing tells of", bytesOf(len(rest)))
}

// bytesOf is a number of bytes, for people.
func bytesOf(n int) string {
	if n == 1 {
		return "there is a byte"
	}
	return fmt.Sprintf("there are %d bytes", n)
}
