// Package zipdir reads the directory of a ZIP file without believing it, and keeps each record byte for byte as it stands.
package zipdir

import (
	"errors"
	"io"

	"sigtool/internal/patch"
)

// Archive is where the parts of a ZIP file are. Offsets and sizes are in bytes from the start of the file.
type Archive struct {
	Entries   []Entry // in the order of the central directory
	Directory int64   // where the central directory starts
	End       int64   // where the end of central directory record starts; the directory ends there or before it
	DirSize   int64   // bytes of the central directory, as the end record says
	Size      int64   // of the file
}

// Entry is one file in the archive, as the central directory has it.
type Entry struct {
	Name       string // as it stands, of any bytes
	Flags      uint16
	Method     uint16 // 0 stored, 8 deflated
	Time, Date uint16 // MS-DOS
	CRC32      uint32
	Compressed int64
	Size       int64
	Header     int64  // offset of the local header
	Record     []byte // the whole record, with name, extra field and comment
}

// Local is what an entry's local header says, and where its data is.
type Local struct {
	HeaderSize int64 // local header with name and extra field; the data follows
	Data       int64 // offset of the data
	Extra      []byte
	End        int64 // where the entry ends: behind its data, or behind its data descriptor
}

// ErrFormat is wrapped by every error about what the file holds.
var ErrFormat = errors.New("damaged zip file")

// Read finds the end record and reads the central directory. Errors: ErrFormat.
func Read(src patch.Source) (*Archive, error) { return nil, errors.ErrUnsupported }

// Local reads the entry's local header and compares it with its record. Errors: ErrFormat.
func (a *Archive) Local(src patch.Source, e *Entry) (*Local, error) {
	return nil, errors.ErrUnsupported
}

// Open reads the entry's content, unpacked. Its Read fails with ErrFormat where size or CRC-32 are not what the record says.
func (a *Archive) Open(src patch.Source, e *Entry) (io.ReadCloser, error) {
	return nil, errors.ErrUnsupported
}
