package axml

import "unicode/utf16"

// pool is the strings of a document (ResStringPool_header); offsets of sections count from the start of the chunk:
//
//	8   u32  number of strings
//	12  u32  number of styles
//	16  u32  flags; 0x100: UTF-8, otherwise UTF-16
//	20  u32  where the strings are
//	24  u32  where the styles are, which follow the strings
//	28       an u32 for each string: where it is in the section of strings
type pool struct {
	count   uint32
	utf8    bool
	offsets []byte
	strings []byte
}

const flagUTF8 = 0x100

func newPool(c chunk) (*pool, error) {
	h := c.header
	if len(h) < 28 {
		return nil, damaged("the string pool's header has %d bytes, less than 28", len(h))
	}
	p := &pool{count: le.Uint32(h[8:]), utf8: le.Uint32(h[16:])&flagUTF8 != 0, offsets: c.contents}
	if p.count == 0 {
		return p, nil
	}
	from, to := int64(le.Uint32(h[20:]))-int64(len(h)), int64(len(c.contents))
	if styles := le.Uint32(h[12:]); styles > 0 {
		to = int64(le.Uint32(h[24:])) - int64(len(h))
	}
	if from < 0 || to < from || to > int64(len(c.contents)) {
		return nil, damaged("the strings are outside their pool")
	}
	p.strings = c.contents[from:to]
	return p, nil
}

// raw finds the encoded bytes of a string, without copying them: elements may name the same long string over and over. A string begins with its
// length and ends with a zero, which Android insists on:
//
//	UTF-16: u16 length in units; with the highest bit set, the upper half of one of two
//	UTF-8:  length in UTF-16 units, not looked at, then length in bytes; each u8, or with the highest bit set, the upper half of two
func (p *pool) raw(index uint32) ([]byte, error) {
	if index >= p.count || int64(index)*4+4 > int64(len(p.offsets)) {
		return nil, damaged("string %d of %d", index, p.count)
	}
	at := int64(le.Uint32(p.offsets[index*4:]))
	if at >= int64(len(p.strings)) {
		return nil, damaged("string %d is outside its pool", index)
	}
	b := p.strings[at:]
	unit, length := 2, 0
	if p.utf8 {
		unit = 1
		b, _ = length8(b)
		b, length = length8(b)
	} else {
		b, length = length16(b)
	}
	size := int64(length) * int64(unit)
	if b == nil || size+int64(unit) > int64(len(b)) || b[size] != 0 || b[size+int64(unit)-1] != 0 {
		return nil, damaged("string %d has no end", index)
	}
	return b[:size], nil
}

// length8 cuts a length off b; nil when there is none.
func length8(b []byte) (rest []byte, length int) {
	switch {
	case len(b) >= 1 && b[0]&0x80 == 0:
		return b[1:], int(b[0])
	case len(b) >= 2:
		return b[2:], int(b[0]&0x7f)<<8 | int(b[1])
	}
	return nil, 0
}

func length16(b []byte) (rest []byte, length int) {
	switch {
	case len(b) >= 2 && b[1]&0x80 == 0:
		return b[2:], int(le.Uint16(b))
	case len(b) >= 4:
		return b[4:], int(le.Uint16(b)&0x7fff)<<16 | int(le.Uint16(b[2:]))
	}
	return nil, 0
}

// text decodes a string.
func (p *pool) text(index uint32) (string, error) {
	b, err := p.raw(index)
	return p.decode(b), err
}

// name decodes a string that is to be compared, which all are shorter than the 64 bytes it is cut at: work for a hostile file stays bounded.
func (p *pool) name(index uint32) (string, error) {
	b, err := p.raw(index)
	return p.decode(b[:min(len(b), 64)]), err
}

func (p *pool) decode(b []byte) string {
	if p.utf8 {
		return string(b)
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = le.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}
