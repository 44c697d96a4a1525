// Package zipdir reads the directory of a ZIP file without believing it, and keeps each record byte for byte as it stands.
//
// It takes what Android's own readers take: one disk, no ZIP64, entries that are stored or deflated. What stands between entries, before the
// first of them and between the directory and the end record is left to the caller.
package zipdir

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"sigtool/internal/patch"
)

// Archive is where the parts of a ZIP file are. Offsets and sizes are in bytes from the start of the file.
type Archive struct {
	Entries   []Entry // in the order of the central directory
	Directory int64   // where the central directory starts
	End       int64   // where the end of central directory record starts; the directory ends there or before it
	DirSize   int64   // bytes of the central directory, as the end record says
	Size      int64   // of the file
	Android   bool    // read as Android does: whatever is not stored is deflated, and CRC-32 is not looked at; for verifiers, whose digests decide
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

// Methods of compression.
const (
	Stored   uint16 = 0
	Deflated uint16 = 8
)

// Local is what an entry's local header says, and where its data is.
type Local struct {
	Data  int64 // offset of the data
	Extra []byte
	End   int64 // where the entry ends: behind its data, or behind its data descriptor
}

// ErrFormat is wrapped by every error about what the file holds.
var ErrFormat = errors.New("damaged zip file")

// Find returns the first entry of that name, or nil. It looks at one after the other.
func (a *Archive) Find(name string) *Entry {
	for i := range a.Entries {
		if a.Entries[i].Name == name {
			return &a.Entries[i]
		}
	}
	return nil
}

// Duplicate returns the first name that an earlier entry has already, and whether there is one. Readers differ on which of the two they take.
func (a *Archive) Duplicate() (string, bool) {
	seen := make(map[string]struct{}, len(a.Entries))
	for i := range a.Entries {
		name := a.Entries[i].Name
		if _, twice := seen[name]; twice {
			return name, true
		}
		seen[name] = struct{}{}
	}
	return "", false
}

// InOrder are the indices of the entries in the order in which they lie in the file.
func (a *Archive) InOrder() []int {
	order := make([]int, len(a.Entries))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(a.Entries[i].Header, a.Entries[j].Header) })
	return order
}

// Packed is how many bytes of data the entry has in the file. Of a stored one Android believes the unpacked size.
func (e *Entry) Packed() int64 {
	if e.Method == Stored {
		return e.Size
	}
	return e.Compressed
}

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrFormat, fmt.Sprintf(format, args...))
}

// readAt reads n bytes, which the caller has made sure are in the file.
func readAt(src patch.Source, off int64, n int) ([]byte, error) {
	buf := make([]byte, n)
	if err := patch.ReadFull(src, buf, off); err != nil {
		return nil, err
	}
	return buf, nil
}
