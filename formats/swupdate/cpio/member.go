package cpio

import (
	"io"
	"strings"

	"sigtool/internal/patch"
)

// readMember reads the member whose header begins at off, and checks that it is whole.
func readMember(src io.ReaderAt, size, off int64) (Member, error) {
	m := Member{Header: off}
	if size-off < headerSize {
		return m, bad("no-trailer", "the archive ends at byte %d, before its last member %q", size, trailerName)
	}
	var head [headerSize]byte
	if err := patch.ReadFull(src, head[:], off); err != nil {
		return m, err
	}
	nameSize, err := m.readHeader(head[:])
	if err != nil {
		return m, err
	}
	m.Data = off + align(headerSize+nameSize)
	m.End = m.Data + align(m.Size)
	if m.Data > size {
		return m, bad("bad-size", "the name at byte %d goes beyond the end of the archive", off)
	}
	if err := m.readName(src, nameSize); err != nil {
		return m, err
	}
	if m.Data+m.Size > size {
		return m, bad("bad-size", "%q has %d bytes from byte %d on, the archive ends at %d", m.Name, m.Size, m.Data, size)
	}
	if m.End > size {
		return m, bad("no-trailer", "the archive ends within %q", m.Name)
	}
	pad := make([]byte, m.End-m.Data-m.Size)
	if err := patch.ReadFull(src, pad, m.Data+m.Size); err != nil {
		return m, err
	}
	if !zeros(pad) {
		return m, bad("bad-padding", "bytes other than zero fill up the data of %q", m.Name)
	}
	return m, nil
}

// readHeader reads the numbers of a header.
func (m *Member) readHeader(head []byte) (nameSize int64, err error) {
	switch string(head[:6]) {
	case magicNewc:
	case magicCRC:
		m.CRC = true
	default:
		return 0, bad("bad-header", "no header of the kinds newc (070701) and crc (070702) at byte %d", m.Header)
	}
	var fields [13]uint32
	for i := range fields {
		field := head[6+8*i : 14+8*i]
		if !parseHex(field, &fields[i]) {
			return 0, bad("bad-header", "%q at byte %d is not a number of 8 hexadecimal digits", field, m.Header+6+8*int64(i))
		}
	}
	m.Inode, m.Mode, m.UID, m.GID, m.Links, m.MTime = fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]
	m.Size, m.Sum = int64(fields[6]), fields[12]
	copy(m.Device[:], fields[7:11])
	if fields[11] < 2 || fields[11] > MaxName+1 {
		return 0, bad("bad-name", "a name of %d bytes at byte %d: SWUpdate takes 1 to %d", int64(fields[11])-1, m.Header, MaxName)
	}
	return int64(fields[11]), nil
}

// readName reads the name and what fills it up.
func (m *Member) readName(src io.ReaderAt, size int64) error {
	b := make([]byte, m.Data-m.Header-headerSize)
	if err := patch.ReadFull(src, b, m.Header+headerSize); err != nil {
		return err
	}
	m.Name = string(b[:size-1])
	if b[size-1] != 0 || strings.Contains(m.Name, "\x00") {
		return bad("bad-name", "the name at byte %d does not end where its size says", m.Header+headerSize)
	}
	if !zeros(b[size:]) {
		return bad("bad-padding", "bytes other than zero fill up the name %q", m.Name)
	}
	return nil
}

// The kinds of files in a mode.
const (
	modeKind = 0o170000
	modeFile = 0o100000
)

var kinds = map[uint32]string{0o040000: "a directory", 0o120000: "a symbolic link", 0o020000: "a device", 0o060000: "a device", 0o010000: "a pipe",
	0o140000: "a socket"}

// check tells what no package may hold.
func (m *Member) check() error {
	switch {
	case strings.HasPrefix(m.Name, "/"):
		return bad("path-escapes", "the member %q has an absolute name", m.Name).Advise(pack)
	case m.Name == ".." || strings.HasPrefix(m.Name, "../") || strings.HasSuffix(m.Name, "/..") || strings.Contains(m.Name, "/../"):
		return bad("path-escapes", "the member %q leads out of its folder", m.Name).Advise(pack)
	case m.Name == "." || strings.Contains(m.Name, "/"):
		return bad("not-a-plain-name", "the member %q is not named by a plain file name", m.Name).Advise(pack)
	}
	if kind := m.Mode & modeKind; kind != modeFile && kind != 0 {
		what := kinds[kind]
		if what == "" {
			what = "of an unknown kind"
		}
		return bad("not-a-file", "the member %q is %s", m.Name, what).Advise(pack)
	}
	return nil
}

const pack = "pack plain files from within their folder, as by cpio -o -H crc"

// parseHex reads hexadecimal digits, and nothing else.
func parseHex(b []byte, value *uint32) bool {
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return false
		}
		*value = *value<<4 | uint32(c)
	}
	return true
}
