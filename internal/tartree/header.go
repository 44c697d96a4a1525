package tartree

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"sigtool/internal/issue"
)

const blockSize = 512

// header is what one block of 512 bytes says: POSIX.1-1988's ustar, which POSIX.1-2001's pax keeps, and GNU tar's, which has another
// magic and other things in the place of prefix.
//
//	  0 name 100 | 100 mode 8 | 108 uid 8 | 116 gid 8 | 124 size 12 | 136 mtime 12 | 148 checksum 8 | 156 type 1 | 157 linkname 100
//	257 magic 6 | 263 version 2 | 265 uname 32 | 297 gname 32 | 329 devmajor 8 | 337 devminor 8 | 345 prefix 155 | 500 nothing 12
//	GNU: 482 more blocks of the map of a sparse file follow 1
type header struct {
	kind     byte
	name     string
	link     string
	size     int64
	extended bool // blocks of the map of a sparse file follow
}

// The types of members.
const (
	typeFile      = '0'
	typeHardLink  = '1'
	typeSymlink   = '2'
	typeChar      = '3'
	typeBlock     = '4'
	typeFolder    = '5'
	typeFIFO      = '6'
	typeAlsoFile  = '7' // "contiguous": every reader takes it for a file
	typePax       = 'x' // of the member that follows
	typePaxGlobal = 'g'
	typeGNUName   = 'L'
	typeGNULink   = 'K'
	typeGNUSparse = 'S'
	typeGNULabel  = 'V' // of the archive
)

// parseHeader reads a block that is not all zeros.
func parseHeader(b []byte) (h header, err error) {
	posix, gnu := string(b[257:265]) == "ustar\x0000", string(b[257:265]) == "ustar  \x00"
	if !posix && !gnu {
		return h, issue.New("tar-header", nil, "there is no tar header of POSIX or GNU where one should be")
	}
	sum, err := number(b[148:156])
	if err != nil || sum != checksum(b) {
		return h, issue.New("tar-checksum", nil, "the checksum of a tar header is wrong")
	}
	if h.size, err = number(b[124:136]); err != nil {
		return h, issue.New("tar-header", nil, "the size in a tar header: %v", err)
	}
	h.kind, h.name, h.link = b[156], text(b[:100]), text(b[157:257])
	if prefix := text(b[345:500]); posix && prefix != "" {
		h.name = prefix + "/" + h.name
	}
	if h.kind == 0 || h.kind == typeAlsoFile {
		h.kind = typeFile
	}
	if h.kind == typeFile && strings.HasSuffix(h.name, "/") {
		h.kind = typeFolder // as before POSIX
	}
	h.extended = h.kind == typeGNUSparse && b[482] != 0
	return h, h.check()
}

// check refuses types that are not known, and content where readers don't agree that there is any.
func (h header) check() error {
	switch h.kind {
	case typeFile, typePax, typePaxGlobal, typeGNUName, typeGNULink, typeGNUSparse:
		return nil
	case typeHardLink, typeSymlink, typeChar, typeBlock, typeFolder, typeFIFO, typeGNULabel:
		if h.size == 0 {
			return nil
		}
		return issue.New("tar-header", nil, "%s: %d bytes of content, which a member of this type (%q) has not", h.name, h.size, h.kind)
	}
	return issue.New("tar-header", nil, "%s: a member of a type (%q) that readers take for different things", h.name, h.kind)
}

// text is what stands before the first zero byte.
func text(field []byte) string {
	before, _, _ := bytes.Cut(field, []byte{0})
	return string(before)
}

// number reads a field: octal digits between spaces and zero bytes, or, where the first byte is 0x80, as GNU tar writes what is too large for
// those, big endian.
func number(field []byte) (int64, error) {
	if field[0] == 0x80 && len(field) == 12 {
		if n := binary.BigEndian.Uint64(field[4:]); n <= math.MaxInt64 && field[1]|field[2]|field[3] == 0 {
			return int64(n), nil
		}
		return 0, fmt.Errorf("a number that is too large")
	}
	digits := strings.TrimRight(strings.TrimLeft(string(field), " "), " \x00")
	if digits == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(digits, 8, 63)
	if err != nil {
		return 0, fmt.Errorf("%.12q is no number", digits)
	}
	return int64(n), nil
}

// checksum is the sum of all bytes, with spaces for those of the checksum.
func checksum(b []byte) (sum int64) {
	for i, c := range b {
		if i >= 148 && i < 156 {
			c = ' '
		}
		sum += int64(c)
	}
	return sum
}

// setSize gives a header another size, and its checksum.
func setSize(b []byte, size int64) {
	end := b[135]
	if end != ' ' {
		end = 0
	}
	copy(b[124:136], fmt.Sprintf("%011o", size))
	b[135] = end
	copy(b[148:156], fmt.Sprintf("%06o\x00 ", checksum(b)))
}

// padding is how many bytes there are between content and the next header.
func padding(size int64) int64 { return -size & (blockSize - 1) }
