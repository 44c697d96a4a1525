// Package layout says what an APK looks like without its signing block, and with what is taken out and put in, and touches no other byte.
package layout

import (
	"errors"

	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// Change is what is to become of an APK before the signing block goes in.
type Change struct {
	Block      Range             // the signing block there is, which goes; empty if there is none
	Drop       func(string) bool // entries to leave out
	Add        []File            // entries to append, deflated, in this order
	Align      int64             // 0 keeps what is aligned aligned and moves nothing else; else entries are aligned to 4 bytes and native libraries to so many
	PadEntries bool              // zeros behind the last entry up to a multiple of 4096
}

// Range is the bytes from Offset, Size of them.
type Range struct{ Offset, Size int64 }

// File is an entry to be made.
type File struct {
	Name string
	Data []byte
}

// Layout is the APK to be, without its signing block: entries and padding up to Directory, the central directory up to End, and the end record, in which
// the directory's offset is Directory: just what content digests cover.
type Layout struct {
	Edits     []patch.Edit // what to do to the source
	View      *patch.View  // the source with Edits
	Directory int64
	End       int64
}

// Plan works out the layout. Errors: zipdir.ErrFormat.
func Plan(src patch.Source, a *zipdir.Archive, c Change) (*Layout, error) {
	return nil, errors.ErrUnsupported
}

// WithBlock returns the edits that make the source the APK with this signing block before its directory.
func (l *Layout) WithBlock(block []byte) []patch.Edit { return nil }
