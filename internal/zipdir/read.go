package zipdir

import (
	"encoding/binary"

	"sigtool/internal/patch"
)

const (
	endSize      = 22
	locatorSize  = 20
	recordSize   = 46
	headerSize   = 30
	maxComment   = 1<<16 - 1
	maxDirectory = 64 << 20 // 1 KiB for each of 65535 records
)

const (
	endMagic        = "PK\x05\x06"
	locatorMagic    = "PK\x06\x07" // of ZIP64
	recordMagic     = "PK\x01\x02"
	headerMagic     = "PK\x03\x04"
	descriptorMagic = "PK\x07\x08"
)

var le = binary.LittleEndian

// Read finds the end record and reads the central directory. It looks at no local header. Errors: ErrFormat.
//
// End of central directory record (APPNOTE.TXT §4.3.16), integers little-endian as everywhere:
//
//	 0  4  "PK" 05 06
//	 4  2  number of this disk: 0
//	 6  2  disk on which the directory starts: 0
//	 8  2  records on this disk
//	10  2  records in all
//	12  4  size of the directory
//	16  4  offset of the directory
//	20  2  size of the comment, which ends where the file ends
func Read(src patch.Source) (*Archive, error) {
	end, at, err := findEnd(src)
	if err != nil {
		return nil, err
	}
	a := &Archive{Directory: int64(le.Uint32(end[16:])), DirSize: int64(le.Uint32(end[12:])), End: at, Size: src.Size()}
	count := int(le.Uint16(end[10:]))
	switch {
	case le.Uint16(end[4:]) != 0 || le.Uint16(end[6:]) != 0 || int(le.Uint16(end[8:])) != count:
		return nil, damaged("it is one of several disks")
	case a.Directory > at:
		return nil, damaged("the directory starts at %d, behind the end record at %d", a.Directory, at)
	case a.DirSize > at-a.Directory:
		return nil, damaged("the directory at %d has %d bytes, and the end record is at %d", a.Directory, a.DirSize, at)
	case a.DirSize > maxDirectory:
		return nil, damaged("a directory of %d bytes", a.DirSize)
	case int64(count) > a.DirSize/recordSize:
		return nil, damaged("a directory of %d bytes can't hold %d records", a.DirSize, count)
	}
	if err := refuseZip64(src, at); err != nil {
		return nil, err
	}
	dir, err := readAt(src, a.Directory, int(a.DirSize))
	if err != nil {
		return nil, err
	}
	if err := a.records(dir, count); err != nil {
		return nil, err
	}
	return a, nil
}

// findEnd returns the end record with its comment, and its offset. A comment may hold what looks like an end record; as in Android's
// readers the shortest comment that ends with the file is the one.
func findEnd(src patch.Source) ([]byte, int64, error) {
	size := src.Size()
	for _, comment := range []int64{0, maxComment} { // nearly no file has a comment: read no more than needed
		want := min(size, endSize+comment)
		if want < endSize {
			break
		}
		tail, err := readAt(src, size-want, int(want))
		if err != nil {
			return nil, 0, err
		}
		for i := len(tail) - endSize; i >= 0; i-- {
			if string(tail[i:i+4]) == endMagic && int(le.Uint16(tail[i+20:])) == len(tail)-endSize-i {
				return tail[i:], size - int64(len(tail)-i), nil
			}
		}
	}
	return nil, 0, damaged("no end of central directory record ends where the file ends")
}

// refuseZip64 looks for the locator that stands before the end record of a ZIP64 file. Android reads no such file.
func refuseZip64(src patch.Source, end int64) error {
	if end < locatorSize {
		return nil
	}
	magic, err := readAt(src, end-locatorSize, len(locatorMagic))
	if err == nil && string(magic) == locatorMagic {
		err = damaged("it is a ZIP64 file, which Android can't read")
	}
	return err
}

// records reads the directory's records (APPNOTE.TXT §4.3.12):
//
//	 0  4  "PK" 01 02        16  4  CRC-32                34  2  disk on which it starts
//	 4  2  version made by   20  4  packed size           36  2  internal attributes
//	 6  2  version needed    24  4  unpacked size         38  4  external attributes
//	 8  2  flags             28  2  length of the name    42  4  offset of the local header
//	10  2  method            30  2  of the extra field    46     name, extra field, comment
//	12  4  time, date        32  2  of the comment
func (a *Archive) records(dir []byte, count int) error {
	a.Entries = make([]Entry, count)
	size := len(dir)
	for i := range a.Entries {
		at := a.Directory + int64(size-len(dir))
		if len(dir) < recordSize || string(dir[:4]) != recordMagic {
			return damaged("no directory record %d of %d at %d", i+1, count, at)
		}
		name := int(le.Uint16(dir[28:]))
		whole := recordSize + name + int(le.Uint16(dir[30:])) + int(le.Uint16(dir[32:]))
		if whole > len(dir) {
			return damaged("the directory record at %d runs over the directory's end", at)
		}
		a.Entries[i] = Entry{
			Name:       string(dir[recordSize : recordSize+name]),
			Flags:      le.Uint16(dir[8:]),
			Method:     le.Uint16(dir[10:]),
			Time:       le.Uint16(dir[12:]),
			Date:       le.Uint16(dir[14:]),
			CRC32:      le.Uint32(dir[16:]),
			Compressed: int64(le.Uint32(dir[20:])),
			Size:       int64(le.Uint32(dir[24:])),
			Header:     int64(le.Uint32(dir[42:])),
			Record:     dir[:whole:whole],
		}
		dir = dir[whole:]
	}
	if len(dir) > 0 {
		return damaged("%d bytes of the directory belong to no record", len(dir))
	}
	return nil
}
