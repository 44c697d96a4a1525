package zipdir

import "sigtool/internal/patch"

const (
	hasDescriptor = 1 << 3 // flag: CRC-32 and sizes follow the data
	utf8Name      = 1 << 11
	spare         = 32 // most extra fields come with the first read
)

// Local reads the entry's local header and compares it with its record, as Android does. The entry lies wholly before the directory.
// Errors: ErrFormat.
//
// Local header (APPNOTE.TXT §4.3.7):
//
//	0  4  "PK" 03 04       10  4  time, date      26  2  length of the name
//	4  2  version needed   14  4  CRC-32          28  2  of the extra field
//	6  2  flags            18  4  packed size     30     name, extra field, data
//	8  2  method           22  4  unpacked size
//
// Behind the data, if flag 3 is set, comes the data descriptor: "PK" 07 08, which may be missing, CRC-32, packed size, unpacked size.
func (a *Archive) Local(src patch.Source, e *Entry) (*Local, error) {
	known := int64(headerSize + len(e.Name))
	if known > a.Directory-e.Header {
		return nil, damaged("%.300q: its local header at %d runs into the directory at %d", e.Name, e.Header, a.Directory)
	}
	head, err := readAt(src, e.Header, int(min(known+spare, a.Directory-e.Header)))
	if err != nil {
		return nil, err
	}
	if err := e.compare(head); err != nil {
		return nil, err
	}
	size := known + int64(le.Uint16(head[28:]))
	l := &Local{Data: e.Header + size}
	if e.Packed() > a.Directory-l.Data {
		return nil, damaged("%.300q: its data at %d runs into the directory at %d", e.Name, l.Data, a.Directory)
	}
	if size > int64(len(head)) {
		if head, err = readAt(src, e.Header, int(size)); err != nil {
			return nil, err
		}
	}
	l.Extra = head[known:size:size]
	l.End = l.Data + e.Packed()
	if e.Flags&hasDescriptor != 0 {
		err = a.descriptor(src, e, l)
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

// compare says where the local header differs from the directory's record in what readers go by.
func (e *Entry) compare(head []byte) error {
	flags := le.Uint16(head[6:])
	switch {
	case string(head[:4]) != headerMagic:
		return damaged("%.300q: no local header at %d", e.Name, e.Header)
	case (flags^e.Flags)&hasDescriptor != 0:
		return damaged("%.300q: its local header and the directory differ on whether a data descriptor follows", e.Name)
	case int(le.Uint16(head[26:])) != len(e.Name) || string(head[headerSize:headerSize+len(e.Name)]) != e.Name:
		return damaged("%.300q: its local header has another name", e.Name)
	case flags&hasDescriptor != 0: // then sizes and CRC-32 of the header mean nothing
		return nil
	case le.Uint32(head[14:]) != e.CRC32 || int64(le.Uint32(head[18:])) != e.Compressed || int64(le.Uint32(head[22:])) != e.Size:
		return damaged("%.300q: its local header and the directory differ on CRC-32 or size", e.Name)
	}
	return nil
}

// descriptor moves l.End behind the data descriptor. Its four bytes of magic may be missing, and nothing tells but the bytes: a CRC-32
// that looks like them is taken for them, as Android takes it.
func (a *Archive) descriptor(src patch.Source, e *Entry, l *Local) error {
	size := int64(12)
	if size <= a.Directory-l.End {
		magic, err := readAt(src, l.End, len(descriptorMagic))
		if err != nil {
			return err
		}
		if string(magic) == descriptorMagic {
			size += int64(len(descriptorMagic))
		}
	}
	if size > a.Directory-l.End {
		return damaged("%.300q: its data descriptor at %d runs into the directory at %d", e.Name, l.End, a.Directory)
	}
	l.End += size
	return nil
}
