package ahab

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// container is the head of a boot container as it stands in a file. Numbers are little-endian.
//
//	0    1       version: 0, or 2
//	1    2       length of all that is drawn here, in bytes
//	3    1       tag 0x87; 0x82 of NXP's own for the V2X processor
//	4    4       flags: bits 0-1 whose keys (see set), 4-5 index of the SRK that signed, 8-11 SRKs to be revoked; the rest is kept as it is
//	8    2       software version
//	10   1       fuse version, below which a device that counts higher refuses it
//	11   1       n, number of images
//	12   2       offset of the signature block: 16 + 128 n
//	14   2       0
//	16   128 n   the images, see image
//	…            the signature block, see package sigblk
//
// The next container stands at the next step of 1 KiB (16 KiB for version 2) behind it, before the first image.
type container struct {
	at       int64 // in the file
	version  byte
	tag      byte
	length   int
	flags    uint32
	software uint16
	fuse     byte
	block    int // offset of the signature block
	images   []image
	raw      []byte // all of it, where the file has it
	err      error  // what is wrong with it, where it can't be what it says
}

const (
	headSize  = 16
	imageSize = 128
	maxImages = 32 // CST 4: AHAB_MAX_NR_IMAGES

	tagContainer = 0x87
	tagV2X       = 0x82
	tagBlock     = 0x90
)

// set says whose keys sign a container.
type set uint32

const (
	setNone set = 0
	setNXP  set = 1
	setOEM  set = 2
)

const (
	flagsSet         = 0x3
	flagsIndexShift  = 4
	flagsRevokeShift = 8
	flagsKept        = 0xffff_0000 // what signing leaves as it is, as CST 4 does
	flagAllSigned    = 1 << 15     // version 2: every signature is to be checked, whatever the fuses say
)

func (c *container) set() set     { return set(c.flags & flagsSet) }
func (c *container) index() int   { return int(c.flags >> flagsIndexShift & 3) }
func (c *container) revoked() int { return int(c.flags >> flagsRevokeShift & 0xf) }

// signedFlags are the flags of a container that an SRK of the OEM's signs.
func (c *container) signedFlags(index, revoke int) uint32 {
	kept := uint32(flagsKept)
	if c.version == 2 {
		kept |= flagAllSigned
	}
	return c.flags&kept | uint32(setOEM) | uint32(index)<<flagsIndexShift | uint32(revoke)<<flagsRevokeShift
}

// signs is what a head that might be a container's has of one. Each is a chance in at least 128 for other bytes; tables and code may well
// have one or two.
type signs struct{ tag, version, zero, count, block, length bool }

// look reads what stands at an offset as a container's first bytes.
func look(src formats.Source, at int64) (h [headSize]byte, s signs) {
	if at+headSize+imageSize > src.Size() || patch.ReadFull(src, h[:], at) != nil {
		return h, s
	}
	n, block, length := int(h[11]), int(binary.LittleEndian.Uint16(h[12:])), int(binary.LittleEndian.Uint16(h[1:]))
	s.tag = h[3] == tagContainer || h[3] == tagV2X
	s.version = h[0] == 0 || h[0] == 2
	s.zero = h[14] == 0 && h[15] == 0
	s.count = 0 < n && n <= maxImages && block == headSize+imageSize*n
	if !s.count && !(s.tag && s.version) {
		return h, s // the rest can't tell any more
	}
	for _, offset := range []int{block, headSize + imageSize*n} {
		var b [4]byte
		if patch.ReadFull(src, b[:], at+int64(offset)) == nil && b[3] == tagBlock {
			s.block = s.block || offset == block
			s.length = s.length || length == offset+int(binary.LittleEndian.Uint16(b[1:]))
		}
	}
	return h, s
}

// is tells whether it is a container's head, whatever its lengths and offsets say.
func (s signs) is() bool { return s.tag && s.version && s.zero && s.count && s.block }

// was tells whether it looks like a container's head in which one field is wrong, so that no device would find the container any more.
func (s signs) was() bool {
	have := 0
	for _, sign := range []bool{s.tag, s.version, s.zero, s.count, s.length} {
		if sign {
			have++
		}
	}
	return !s.is() && have >= 4
}

// readContainer reads the container whose head stands there. What does not hold together is its err.
func readContainer(src formats.Source, at int64, h [headSize]byte) *container {
	c := &container{
		at: at, version: h[0], tag: h[3], length: int(binary.LittleEndian.Uint16(h[1:])), flags: binary.LittleEndian.Uint32(h[4:]),
		software: binary.LittleEndian.Uint16(h[8:]), fuse: h[10], block: int(binary.LittleEndian.Uint16(h[12:])),
	}
	entries := make([]byte, imageSize*int(h[11]))
	if c.err = read(src, entries, at+headSize); c.err != nil {
		return c
	}
	for ; len(entries) > 0; entries = entries[imageSize:] {
		c.images = append(c.images, readImage(c.version, entries[:imageSize]))
	}
	if c.length < c.block+sigblk.HeaderSize {
		c.err = issue.New("container-length", formats.ErrMismatch, "it says that it has %d bytes, and its signature block begins at byte %d", c.length, c.block)
		return c
	}
	c.raw = make([]byte, c.length)
	if c.err = read(src, c.raw, at); c.err != nil {
		return c
	}
	c.err = c.checkImages(src.Size())
	return c
}

// read fills b with what stands there, which is of the container. Errors: formats.ErrMismatch, for a file that ends too early; the disk's.
func read(src formats.Source, b []byte, at int64) error {
	if at+int64(len(b)) > src.Size() {
		return issue.New("cut-off", formats.ErrMismatch, "the file ends at byte %d, within the container", src.Size()).Advise("fetch or make it again")
	}
	return patch.ReadFull(src, b, at)
}

// checkImages tells whether the images stand in the file and behind the container.
func (c *container) checkImages(size int64) error {
	for i, m := range c.images {
		switch {
		case m.size == 0:
		case m.offset < int64(c.length):
			return issue.New("image-overlap", formats.ErrMismatch, "image %d begins at offset 0x%x, within the container, which has 0x%x bytes", i+1, m.offset, c.length)
		case c.at+m.offset+m.size > size:
			return issue.New("image-outside", formats.ErrMismatch, "image %d ends at byte %d, and the file at byte %d", i+1, c.at+m.offset+m.size, size).
				Advise("fetch or make it again")
		}
	}
	return nil
}

// signatureBlock reads the signature block, behind which nothing may stand within the container's length: signing clears that. Errors:
// formats.ErrFormat.
func (c *container) signatureBlock() (*sigblk.Block, error) {
	b, err := sigblk.Parse(c.raw[c.block:], c.version)
	if err != nil {
		return nil, err
	}
	end := c.block + len(b.Raw)
	if rest := bytes.TrimLeft(c.raw[end:], "\x00"); len(rest) > 0 {
		return nil, issue.New("container-length", formats.ErrFormat, "it says that it has 0x%x bytes, its signature block ends at 0x%x, and something else stands at 0x%x", c.length, end, c.length-len(rest))
	}
	return b, nil
}

// end is where the container and all its images end in the file, as they say.
func (c *container) end() int64 {
	end := c.at + int64(c.length)
	for _, m := range c.images {
		if m.size > 0 {
			end = max(end, c.at+m.offset+m.size)
		}
	}
	return end
}

// String names the container in messages.
func (c *container) String() string { return fmt.Sprintf("the container at 0x%x", c.at) }
