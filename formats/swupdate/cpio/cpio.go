// Package cpio reads the archives that SWUpdate packages are, holds them to what SWUpdate takes, and makes single members anew.
package cpio

import (
	"bytes"
	"io"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// An archive is members, one behind the other, each on a multiple of 4 (cpio(5) of GNU and BSD: "newc" and "crc"; SWUpdate:
// core/cpio_utils.c). All numbers are 8 hexadecimal digits.
//
//	+---------------------------+ 0
//	| "070701" or "070702"      |   newc: no sum; crc: sum is that of the data
//	| inode                     | 6
//	| mode                      | 14
//	| uid, gid, links, mtime    | 22, 30, 38, 46
//	| size of the data          | 54
//	| device, 4 numbers         | 62
//	| size of the name          | 94   with the NUL
//	| sum                       | 102  of all bytes, modulo 2^32
//	+---------------------------+ 110
//	| name, NUL, zeros to 4     |
//	+---------------------------+
//	| data, zeros to 4          |
//	+---------------------------+
//
// The last one is called "TRAILER!!!" and has no data; zeros may follow, as cpio writes whole blocks of 512.
const (
	headerSize  = 110
	magicNewc   = "070701"
	magicCRC    = "070702"
	trailerName = "TRAILER!!!"

	// MaxName is the size of the longest name: SWUpdate has 256 bytes for it, and wants one free with the NUL in (MAX_IMAGE_FNAME).
	MaxName = 254
	// MaxMembers bounds an archive. SWUpdate has no bound; nobody ships so many.
	MaxMembers = 4096
	// maxTail bounds the zeros behind the last member: whole blocks of cpio's larger sizes.
	maxTail = 64 << 10
)

// Member is one file in an archive.
type Member struct {
	Name   string
	Header int64  // where its header begins
	Data   int64  // where its data begin
	Size   int64  // of the data, in bytes
	End    int64  // where the next header begins
	CRC    bool   // Sum is the sum of the data; SWUpdate looks at it then only
	Sum    uint32 // as the header has it

	Inode, Mode, UID, GID, Links, MTime uint32
	Device                              [4]uint32 // major and minor number of its device, and of the device that it is
}

// Archive is what stands in a file.
type Archive struct {
	Members []Member // in order, without the trailer
	Trailer Member
	End     int64 // where the trailer ends; zeros only behind it
	Size    int64 // of the file
}

// Sniff tells whether a file begins as an archive does.
func Sniff(head []byte) bool {
	return bytes.HasPrefix(head, []byte(magicNewc)) || bytes.HasPrefix(head, []byte(magicCRC))
}

// Find returns the member of that name.
func (a *Archive) Find(name string) (m Member, found bool) {
	for _, m := range a.Members {
		if m.Name == name {
			return m, true
		}
	}
	return Member{}, false
}

// Read reads an archive's headers, not its data. What SWUpdate would not take, or would take for something else than other readers do, is
// refused: errors are named and of the kind formats.ErrFormat. Names: "bad-header", "bad-name", "path-escapes", "not-a-plain-name",
// "not-a-file", "bad-size", "bad-padding", "duplicate-member", "too-many-members", "no-trailer", "trailing-bytes".
func Read(src io.ReaderAt, size int64) (*Archive, error) {
	a := &Archive{Size: size}
	names := map[string]bool{}
	for off := int64(0); ; {
		m, err := readMember(src, size, off)
		if err != nil {
			return nil, err
		}
		if m.Name == trailerName {
			a.Trailer, a.End = m, m.End
			break
		}
		if err := m.check(); err != nil {
			return nil, err
		}
		if names[m.Name] {
			return nil, bad("duplicate-member", "%q is in the archive twice", m.Name)
		}
		if len(a.Members) == MaxMembers {
			return nil, bad("too-many-members", "the archive has more than %d members", MaxMembers)
		}
		names[m.Name] = true
		a.Members = append(a.Members, m)
		off = m.End
	}
	if err := a.checkLinks(); err != nil {
		return nil, err
	}
	return a, a.checkTail(src)
}

// checkLinks refuses hard links: cpio gives the data with the last name only, and SWUpdate takes the others for empty files.
func (a *Archive) checkLinks() error {
	type file struct{ inode, major, minor uint32 }
	first := map[file]string{}
	for _, m := range a.Members {
		if m.Links < 2 {
			continue
		}
		key := file{m.Inode, m.Device[0], m.Device[1]}
		if name, linked := first[key]; linked {
			return bad("not-a-file", "%q is a hard link to %q", m.Name, name).Advise("copy the file under its second name before cpio packs it")
		}
		first[key] = m.Name
	}
	return nil
}

// checkTail checks what stands behind the trailer.
func (a *Archive) checkTail(src io.ReaderAt) error {
	if a.Trailer.Size != 0 {
		return bad("bad-size", "the last member has %d bytes of data", a.Trailer.Size)
	}
	if a.Size-a.End > maxTail {
		return bad("trailing-bytes", "%d bytes follow the archive's last member", a.Size-a.End)
	}
	tail := make([]byte, a.Size-a.End)
	if err := patch.ReadFull(src, tail, a.End); err != nil {
		return err
	}
	if !zeros(tail) {
		return bad("trailing-bytes", "bytes other than zero follow the archive's last member, and no signature covers them")
	}
	return nil
}

func zeros(b []byte) bool { return len(bytes.Trim(b, "\x00")) == 0 }

// align is the next multiple of 4.
func align(n int64) int64 { return (n + 3) &^ 3 }

func bad(id, format string, args ...any) *issue.Error {
	return issue.New(id, formats.ErrFormat, format, args...)
}
