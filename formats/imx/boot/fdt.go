package boot

import (
	"encoding/binary"
	"slices"

	"sigtool/formats"
	"sigtool/internal/patch"
)

const (
	fitMagic  = "\xd0\x0d\xfe\xed"
	fdtHead   = 40
	maxTokens = 1 << 16 // nodes and properties that are walked of one tree
	allTokens = 1 << 18 // and of all where a stage is looked for
	maxDepth  = 64
	maxImages = 256
	maxText   = 256 // bytes of a name or a value that are read
)

// fitImage is a node below /images.
type fitImage struct {
	name, kind, os, compression string
	load                        *uint64
	position                    *int64 // of external data, in bytes from the FIT's start
	fixed                       bool   // position is from data-position, which goes before data-offset
	size                        int64  // of external data
}

// fdt is a walk through a device tree (Devicetree Specification v0.4, chapter 5; big-endian), which reads names and small values only: a FIT
// with its data inside is as large as they are.
//
//	0   4  magic d0 0d fe ed
//	4   4  size of all
//	8   4  offset of the structure: tokens 1 (a node begins: name, 0, padding to 4), 2 (ends), 3 (property: size, offset of its name, value,
//	       padding to 4), 4 (nothing), 9 (the end)
//	12  4  offset of the names of properties
//	20  4  version
type fdt struct {
	src          formats.Source
	at           int64 // of the device tree in the file
	size         int64
	next, names  int64 // offsets in the device tree
	path         []string
	images       []fitImage
	has          [2]bool // /images, /configurations
	broken, done bool
}

// fitSize is the size that a device tree says it has, if one begins there and the file holds it.
func fitSize(src formats.Source, at int64) (int64, bool) {
	b := make([]byte, fdtHead)
	if at < 0 || at > src.Size()-fdtHead || patch.ReadFull(src, b, at) != nil || string(b[:4]) != fitMagic {
		return 0, false
	}
	size := int64(binary.BigEndian.Uint32(b[4:]))
	return size, size >= fdtHead && size <= src.Size()-at && size < 1<<30
}

// What stands where a device tree may begin.
type treeKind int

const (
	noFIT treeKind = iota // another device tree, or none
	isFIT
	unreadable // it begins as a device tree, and can't be walked to its end: it was cut, or is made so
)

// readTree walks the device tree at an offset of the file, as far as there are tokens left.
func readTree(src formats.Source, at int64, left *int) (*fdt, treeKind) {
	b := make([]byte, fdtHead)
	if at < 0 || at > src.Size()-fdtHead || patch.ReadFull(src, b, at) != nil || string(b[:4]) != fitMagic {
		return nil, noFIT
	}
	word := func(at int) int64 { return int64(binary.BigEndian.Uint32(b[at:])) }
	t := &fdt{src: src, at: at, size: word(4), next: word(8), names: word(12)}
	if t.size < fdtHead || t.next >= t.size || t.names >= t.size || word(20) < 16 || word(24) > 17 {
		return nil, noFIT // no loader takes it for a device tree either
	}
	if _, whole := fitSize(src, at); !whole {
		return t, unreadable
	}
	for n := 0; n < maxTokens && *left > 0 && !t.broken && !t.done; n++ {
		*left--
		t.token()
	}
	switch {
	case !t.done:
		return t, unreadable
	case t.has[0] && t.has[1]:
		return t, isFIT
	}
	return t, noFIT
}

// word reads a number of the device tree.
func (t *fdt) word(at int64) uint32 {
	b := make([]byte, 4)
	if at < 0 || at > t.size-4 || patch.ReadFull(t.src, b, t.at+at) != nil {
		t.broken = true
		return 0
	}
	return binary.BigEndian.Uint32(b)
}

// text reads up to maxText bytes, to a zero byte.
func (t *fdt) text(at int64) string {
	if at < 0 || at >= t.size {
		t.broken = true
		return ""
	}
	b := make([]byte, min(maxText, t.size-at))
	if patch.ReadFull(t.src, b, t.at+at) != nil {
		t.broken = true
		return ""
	}
	end := slices.Index(b, 0)
	if end < 0 {
		t.broken = true // longer names than U-Boot's are none of ours
		return ""
	}
	return string(b[:end])
}

func (t *fdt) token() {
	kind := t.word(t.next)
	t.next += 4
	switch kind {
	case 1:
		name := t.text(t.next)
		t.next = alignUp(t.next+int64(len(name))+1, 4)
		t.path = append(t.path, name)
		t.node()
	case 2:
		if len(t.path) == 0 {
			t.broken = true
			return
		}
		t.path = t.path[:len(t.path)-1]
	case 3:
		length, name := int64(t.word(t.next)), t.names+int64(t.word(t.next+4))
		if length > t.size-t.next-8 {
			t.broken = true
			return
		}
		if len(t.path) == 3 && t.path[1] == "images" && len(t.images) > 0 {
			t.property(&t.images[len(t.images)-1], t.text(name), t.next+8, length)
		}
		t.next = alignUp(t.next+8+length, 4)
	case 4:
	case 9:
		t.done = len(t.path) == 0
		t.broken = !t.done
	default:
		t.broken = true
	}
}

// node takes note of a node that began.
func (t *fdt) node() {
	switch {
	case len(t.path) > maxDepth || len(t.images) > maxImages:
		t.broken = true
	case len(t.path) == 2 && t.path[1] == "images":
		t.has[0] = true
	case len(t.path) == 2 && t.path[1] == "configurations":
		t.has[1] = true
	case len(t.path) == 3 && t.path[1] == "images":
		t.images = append(t.images, fitImage{name: t.path[2]})
	}
}

// property takes note of what an image says of itself (U-Boot, doc/usage/fit/source_file_format.rst). Addresses may have 8 bytes; of the others
// U-Boot reads the first 4 alone, so more are none of ours.
func (t *fdt) property(m *fitImage, name string, at, length int64) {
	word := func() int64 {
		t.broken = t.broken || length != 4
		return int64(t.word(at))
	}
	switch name {
	case "type":
		m.kind = t.text(at)
	case "os":
		m.os = t.text(at)
	case "compression":
		m.compression = t.text(at)
	case "load":
		load := uint64(t.word(at))
		if length == 8 {
			load = load<<32 | uint64(t.word(at+4))
		}
		t.broken = t.broken || length != 4 && length != 8
		m.load = &load
	case "data-size":
		m.size = word()
	case "data-position":
		position := word()
		m.position, m.fixed = &position, true
	case "data-offset":
		if position := word() + alignUp(t.size, 4); !m.fixed {
			m.position = &position
		}
	}
}
