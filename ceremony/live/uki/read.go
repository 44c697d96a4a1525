package uki

import (
	"bytes"
	"slices"
)

// maxSignatures is what a table of signatures may have, in bytes: one with a chain of certificates and a time stamp has less than 10,000.
const maxSignatures = 64 << 10

// Read takes a unified kernel image apart, and builds it again of what it found: an image that Build would not make is refused. The exception is
// a signature of Secure Boot, which stands at the end:
//
//	headers and sections, as Build makes them, but for the checksum (88) and the data directory of the signature (168)
//	the table of signatures, at a multiple of 8 bytes
func Read(data []byte) (*Image, error) {
	f, err := parse(data, aUKI)
	if err != nil {
		return nil, err
	}
	signature, err := f.signature()
	if err != nil {
		return nil, err
	}
	plain := data[:f.end]
	if signature != nil {
		plain = bytes.Clone(plain)
		putU32(plain, f.at+checksumAt, 0)
		putU32(plain, f.at+signatureAt, 0)
		putU32(plain, f.at+signatureAt+4, 0)
	}
	first := slices.IndexFunc(f.sections, func(e entry) bool { return isResource(e.name) })
	if first < 1 {
		return nil, f.kind.refuse("sections", "it has no section for a kernel or anything else that Build adds, or has no stub in front of them")
	}
	image := &Image{Signature: signature}
	for _, e := range f.sections[first:] {
		if e.size == 0 || e.size > e.raw {
			return nil, f.kind.refuse("sections", "section %q has another size in memory than in the file", e.name)
		}
		image.Sections = append(image.Sections, Section{e.name, plain[e.offset:][:e.size:e.size]})
	}
	if image.Stub, err = f.stubOf(first); err != nil {
		return nil, f.kind.refuse("parts", "what it begins with is no stub: %w", err)
	}
	again, err := Build(image.Stub, image.Sections)
	if err != nil {
		return nil, f.kind.refuse("parts", "it is not made of what an image is made of: %w", err)
	}
	if !bytes.Equal(again, plain) {
		return nil, f.kind.refuse("differs", "at byte %d it differs from what its parts make", firstDifference(again, plain))
	}
	return image, nil
}

// stubOf is the stub that an image was made of: its headers, and the first sections.
func (f *file) stubOf(sections int) ([]byte, error) {
	stub := bytes.Clone(f.data[:f.sections[sections-1].afterSection])
	clear(stub[f.table+sections*entrySize : f.headers])
	putU16(stub, f.at+countAt, uint16(sections))
	initialized := u32(stub, f.at+initializedAt)
	for _, e := range f.sections[sections:] {
		initialized -= e.raw // one that is too small for that comes out as one too large for Build
	}
	putU32(stub, f.at+initializedAt, initialized)
	putU32(stub, f.at+signatureAt, 0)
	putU32(stub, f.at+signatureAt+4, 0)
	return Normal(stub)
}

// firstDifference is where two texts begin to differ, from 0 on.
func firstDifference(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// signature is the table of signatures, or nil: each 8 bytes (size of all 4, 0200 2, type 2) and what the type says, filled up with zeros to a
// multiple of 8 (PE Format, "The Attribute Certificate Table"). Type 2 is PKCS#7, the only one that Secure Boot knows.
func (f *file) signature() ([]byte, error) {
	offset, size := u32(f.data, f.at+signatureAt), u32(f.data, f.at+signatureAt+4)
	table := f.data[f.end:]
	if offset == 0 && size == 0 {
		if len(table) > 0 {
			return nil, f.kind.refuse("hidden", "%s behind its last section, which nothing tells of", bytesOf(len(table)))
		}
		return nil, nil
	}
	if int64(offset) != int64(f.end) || int64(size) != int64(len(table)) || size == 0 {
		return nil, f.kind.refuse("signature", "its signature is said to be at byte %d, of %d bytes, and its sections end at byte %d of %d", offset, size, f.end, len(f.data))
	}
	if size > maxSignatures {
		return nil, f.kind.refuse("signature", "%d bytes at its end are said to be signatures, and those have %d at most", size, maxSignatures)
	}
	for rest := table; len(rest) > 0; {
		if len(rest) < 8 {
			return nil, f.kind.refuse("signature", "its table of signatures is cut off")
		}
		length := int64(u32(rest, 0))
		next := int64(roundUp(uint64(length), 8))
		if length <= 8 || next > int64(len(rest)) || u16(rest, 4) != 0x200 || u16(rest, 6) != 2 {
			return nil, f.kind.refuse("signature", "its table of signatures has an entry of another kind than Secure Boot knows, or one that is cut off")
		}
		if !isZero(rest[length:next]) {
			return nil, f.kind.refuse("hidden", "there is something behind its signature, which nothing tells of")
		}
		rest = rest[next:]
	}
	return table, nil
}
