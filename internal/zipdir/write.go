package zipdir

import (
	"hash/crc32"
	"math"
	"slices"

	"sigtool/internal/deflate"
)

// version20 is the least version of a reader that can unpack deflated entries: 2.0.
const version20 = 20

// Make makes an entry with this content, deflated, to stand at header: the local header with the data behind it, and the directory's
// record. Both are as apksigner writes them, to the byte; see Local and Read for where the fields are. Time and date are those of MS-DOS.
// Errors: ErrFormat where it does not fit into a ZIP file.
func Make(name string, content []byte, time, date uint16, header int64) (local, record []byte, err error) {
	if len(name) > math.MaxUint16 || int64(len(content)) > math.MaxUint32 || header < 0 || header > math.MaxUint32 {
		return nil, nil, damaged("%.300q: it has no room", name)
	}
	packed := deflate.Level9(content)
	if int64(len(packed)) > math.MaxUint32 {
		return nil, nil, damaged("%.300q: it can't be packed", name)
	}
	common := le.AppendUint16(nil, version20) // the 26 bytes that header and record share
	common = le.AppendUint16(common, utf8Name)
	common = le.AppendUint16(common, Deflated)
	common = le.AppendUint16(common, time)
	common = le.AppendUint16(common, date)
	common = le.AppendUint32(common, crc32.ChecksumIEEE(content))
	common = le.AppendUint32(common, uint32(len(packed)))
	common = le.AppendUint32(common, uint32(len(content)))
	common = le.AppendUint16(common, uint16(len(name)))
	common = le.AppendUint16(common, 0) // no extra field

	local = slices.Concat([]byte(headerMagic), common, []byte(name), packed)
	record = slices.Concat([]byte(recordMagic), le.AppendUint16(nil, version20), common)
	record = append(record, make([]byte, 10)...) // no comment, disk 0, no attributes
	record = le.AppendUint32(record, uint32(header))
	return local, append(record, name...), nil
}

// AppendMoved appends the entry's record to dir, with its local header at this offset, which must be below 4 GiB.
func (e *Entry) AppendMoved(dir []byte, header int64) []byte {
	at := len(dir) + 42
	dir = append(dir, e.Record...)
	le.PutUint32(dir[at:], uint32(header))
	return dir
}

// Where in the end record the fields are that EndFields makes, and how many bytes they have.
const (
	EndFieldsAt   = 8
	EndFieldsSize = 12
)

// EndFields makes the 12 bytes at EndFieldsAt of the end record: how many records there are, and where the directory is. Errors: ErrFormat
// where it is more than a ZIP file without ZIP64 can say.
func EndFields(records int, size, offset int64) ([]byte, error) {
	if records > math.MaxUint16 || size > math.MaxUint32 || offset > math.MaxUint32 {
		return nil, damaged("it would be too large: %d entries, a directory of %d bytes at %d", records, size, offset)
	}
	fields := le.AppendUint16(nil, uint16(records))
	fields = le.AppendUint16(fields, uint16(records))
	fields = le.AppendUint32(fields, uint32(size))
	return le.AppendUint32(fields, uint32(offset)), nil
}
