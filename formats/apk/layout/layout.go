// Package layout says what an APK looks like without its signing block, and with what is taken out and put in, and touches no other byte.
//
// It lays entries out as apksigner does, so that the same change makes the same bytes. Entries stay in the order of their local headers;
// what stands between them stays too, even where an entry behind it goes.
package layout

import (
	"fmt"
	"slices"

	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// Change is what is to become of an APK before the signing block goes in.
type Change struct {
	Block      Range             // the signing block there is, which goes; empty if there is none
	Drop       func(string) bool // entries to leave out; nil: none
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

	entries   []patch.Edit // those of Edits that concern what is before the source's directory
	directory []patch.Edit // the one that makes the new directory, if it is not the old one
	blockAt   int64        // where in the source the block goes in
	endAt     int64        // where in the source the fields of the end record are
	endNow    []byte       // what these fields are there
	records   int
}

// maxBlock is how much room for a signing block is left below the 4 GiB that a ZIP file can have.
const maxBlock = 64 << 20

// Plan works out the layout. It reads each local header once and keeps none. Errors: zipdir.ErrFormat.
func Plan(src patch.Source, a *zipdir.Archive, c Change) (*Layout, error) {
	p, err := newPlan(src, a, c)
	if err != nil {
		return nil, err
	}
	for _, i := range a.InOrder() {
		if err := p.entry(i); err != nil {
			return nil, err
		}
	}
	l := &Layout{blockAt: a.Directory, endAt: a.End + zipdir.EndFieldsAt, endNow: make([]byte, zipdir.EndFieldsSize)}
	if err := patch.ReadFull(src, l.endNow, l.endAt); err != nil {
		return nil, err
	}
	if l.Directory, err = p.tail(); err != nil {
		return nil, err
	}
	size := int64(0)
	l.directory, size = p.directory()
	l.entries, l.records, l.End = p.edits, p.records(), l.Directory+size
	if l.End > 1<<32-maxBlock {
		return nil, damaged("it would be too large for a ZIP file: its directory would end at %d", l.End)
	}
	if l.Edits, err = l.edits(nil); err != nil {
		return nil, err
	}
	l.View, err = patch.NewView(src, l.Edits)
	return l, err
}

// WithBlock returns the edits that make the source the APK with this signing block before its directory. The block has at most 64 MiB.
func (l *Layout) WithBlock(block []byte) []patch.Edit {
	edits, err := l.edits(block)
	if err != nil {
		panic(err) // the block is larger than any signer makes
	}
	return edits
}

// edits puts the parts together. Where two are at one offset, they stand in the order in which their bytes shall stand.
func (l *Layout) edits(block []byte) ([]patch.Edit, error) {
	edits := slices.Clip(slices.Clone(l.entries))
	if len(block) > 0 {
		edits = append(edits, patch.Edit{Offset: l.blockAt, Insert: block})
	}
	edits = append(edits, l.directory...)
	end, err := zipdir.EndFields(l.records, l.End-l.Directory, l.Directory+int64(len(block)))
	if err == nil && !slices.Equal(end, l.endNow) {
		edits = append(edits, patch.Edit{Offset: l.endAt, Remove: int64(len(end)), Insert: end})
	}
	return edits, err
}

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", zipdir.ErrFormat, fmt.Sprintf(format, args...))
}
