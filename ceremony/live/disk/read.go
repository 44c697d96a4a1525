package disk

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"sigtool/internal/issue"
)

// Disk is what stands in an image.
type Disk struct {
	Files []File // of the EFI system partition, folder by folder in their order there
	Size  int64  // of the image in bytes: what is behind it is none of it
	Used  bool   // the partition for outputs is not as it was made
	Exact bool   // all but that partition is byte for byte what Build makes of Files
	layout
}

// BuiltFrom tells whether Build, given these files, makes the same of all that is outside the files: the partition table with the GUIDs that
// follow from the files, both boot sectors, sizes and labels. An Exact disk is built from its Files. Of one whose files were changed since, to
// sign for Secure Boot, this tells whether it was made from what they were before.
func (d *Disk) BuiltFrom(files []File) bool {
	files, root, err := tree(files)
	if err != nil {
		return false
	}
	l, err := layoutOf(files, root)
	return err == nil && l == d.layout
}

// Read takes an image apart, of size bytes or with something behind it, as on a stick. Of the image's own numbers it believes two, the GUID of
// the disk and where the first partition ends; it makes the rest from them and compares. Only the files of the EFI system partition may be
// others than those it was built with, for somebody may have signed them; then Exact is false. They are found as a firmware finds them, and
// whatever could have it find other ones is an error. Errors: ErrImage, or what src says.
func Read(src io.ReaderAt, size int64) (*Disk, error) {
	head, err := part(src, size, 0, espStart)
	if err != nil {
		return nil, err
	}
	d := &Disk{}
	if d.layout, err = recognize(head); err != nil {
		return nil, err
	}
	d.Size = int64(d.total()) * sector
	if d.Size > size {
		return nil, issue.New("truncated", ErrImage, "it ends after %d of %d bytes", size, d.Size).Advise("copy or write it again")
	}
	tail, err := part(src, size, d.total()-tailSectors, tailSectors)
	if err != nil {
		return nil, err
	}
	if err := d.compare(head, tail); err != nil {
		return nil, err
	}
	if err := d.readOutputs(src, size); err != nil {
		return nil, err
	}
	return d, d.readFiles(src, size)
}

// part reads sectors, and no more than the source has: size is checked first, so that no memory is taken for what is not there.
func part(src io.ReaderAt, size int64, first, count int) ([]byte, error) {
	if size < int64(first+count)*sector {
		return nil, issue.New("truncated", ErrImage, "it is only %d bytes long", size).Advise("name the image that sigtool live build made, or the whole stick")
	}
	data := make([]byte, count*sector)
	if n, err := src.ReadAt(data, int64(first)*sector); n < len(data) {
		return nil, fmt.Errorf("reading at byte %d: %w", int64(first)*sector+int64(n), err)
	}
	return data, nil
}

// recognize takes from the partition table what the layout follows from.
func recognize(head []byte) (l layout, err error) {
	header, first := head[sector:], head[2*sector:]
	if string(header[:8]) != "EFI PART" {
		return l, issue.New("not-an-image", ErrImage, "it has no GUID partition table").Advise("name the image, or the whole stick and not a partition of it")
	}
	copy(l.id[:], header[56:])
	end := binary.LittleEndian.Uint64(first[40:])
	if end < espStart || end-espStart >= maxEFI || (end+1)%align != 0 {
		return l, issue.New("partition-table", ErrImage, "its first partition ends in sector %d", end)
	}
	l.esp = int(end) + 1 - espStart
	if l.efi().clusters() < minFAT16 {
		return l, issue.New("partition-table", ErrImage, "its first partition is too small")
	}
	return l, nil
}

// compare checks all that stands before the first partition and behind the last.
func (d *Disk) compare(head, tail []byte) error {
	wantHead, wantTail := d.table()
	last := d.total() * sector
	for _, p := range []struct {
		name       string
		have, want []byte
		at         int // byte of the image
	}{
		{"the place for boot code", head[:446], wantHead[:446], 0},
		{"the protective MBR", head[446:sector], wantHead[446:sector], 446},
		{"the GPT header", head[sector : 2*sector], wantHead[sector : 2*sector], sector},
		{"the partition table", head[2*sector : headSectors*sector], wantHead[2*sector : headSectors*sector], 2 * sector},
		{"the gap before the first partition", head[headSectors*sector:], wantHead[headSectors*sector:], headSectors * sector},
		{"the second partition table", tail, wantTail, last - len(tail)},
	} {
		if i := differ(p.have, p.want); i >= 0 {
			return issue.New("partition-table", ErrImage, "%s is not as it was made, from byte %d on", p.name, p.at+i).
				Advise("a program may have repaired or changed the partition table: write the image to the stick again")
		}
	}
	return nil
}

// differ returns where two slices of one length differ first, or -1.
func differ(a, b []byte) int {
	if bytes.Equal(a, b) {
		return -1
	}
	for i := range a {
		if a[i] != b[i] {
			return i
		}
	}
	return -1
}

func (d *Disk) readOutputs(src io.ReaderAt, size int64) error {
	have, err := part(src, size, espStart+d.esp, d.data())
	if err != nil {
		return err
	}
	empty := make([]byte, len(have))
	d.outputs().write(empty, &node{})
	if d.Used = !bytes.Equal(have, empty); !d.Used {
		return nil
	}
	return d.outputs().harmless(have)
}

// readFiles reads the EFI system partition, and makes it anew from what it finds there.
func (d *Disk) readFiles(src io.ReaderAt, size int64) error {
	have, err := part(src, size, espStart, d.esp)
	if err != nil {
		return err
	}
	if d.Files, err = d.efi().read(have); err != nil {
		return err
	}
	d.Exact = d.exact(d.Files, have)
	return nil
}

// exact tells whether an EFI system partition is byte for byte what Build makes of these files.
func (d *Disk) exact(files []File, have []byte) bool {
	if !d.BuiltFrom(files) { // nor is an empty folder anything that Build makes
		return false
	}
	_, root, _ := tree(files)
	again := make([]byte, len(have))
	d.efi().write(again, root)
	return bytes.Equal(have, again)
}
