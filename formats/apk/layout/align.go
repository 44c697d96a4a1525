package layout

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

const (
	minAlign = 4
	maxAlign = 1 << 15 // the field has 16 bits for it
	pageSize = 4096    // what native libraries are aligned to where nothing says otherwise
)

// alignment is the id of the extra field that keeps data aligned:
//
//	0  2  id: 0xd935
//	2  2  size of the rest: 2 or more
//	4  2  what the data is aligned to, in bytes
//	6     zeros, as many as it takes
//
// Older tools fill the extra field with zeros, which look like empty fields with the id 0 and may end in the midst of one.
const alignment = 0xd935

// maxPadding is how many bytes extra fields that align, which are held in memory, may have together: 4096 libraries need less.
const maxPadding = 64 << 20

var le = binary.LittleEndian

// align gives an entry that stays another extra field if its data has to be moved to be aligned.
func (p *plan) align(e *zipdir.Entry, l *zipdir.Local) error {
	if e.Method != zipdir.Stored {
		return nil
	}
	to := p.alignTo(e, l)
	if to <= 1 || (l.Data+p.shift)%to == 0 {
		return nil
	}
	at := e.Header + 30 + int64(len(e.Name)) // the extra field
	extra := aligned(l.Extra, at+p.shift, to)
	if len(extra) > math.MaxUint16 {
		return damaged("%.300q has no room for an extra field that aligns it", e.Name)
	}
	insert := slices.Concat(le.AppendUint16(nil, uint16(len(extra))), []byte(e.Name), extra)
	remove := int64(2 + len(e.Name) + len(l.Extra))
	if p.padded += len(insert); p.padded > maxPadding {
		return damaged("aligning what is stored in it takes more than %d MiB", maxPadding>>20)
	}
	p.edits = append(p.edits, patch.Edit{Offset: e.Header + 28, Remove: remove, Insert: insert})
	p.shift += int64(len(insert)) - remove
	return nil
}

// alignTo returns what a stored entry's data has to be aligned to; 0 or 1: to nothing.
func (p *plan) alignTo(e *zipdir.Entry, l *zipdir.Local) int64 {
	said, known := saidAlignment(l.Extra)
	library := strings.HasSuffix(e.Name, ".so")
	if p.change.Align == 0 { // what was aligned stays aligned
		switch {
		case known:
		case library:
			said = pageSize
		default:
			said = minAlign
		}
		if said <= 1 || p.shift%said == 0 || l.Data%said != 0 {
			return 0
		}
		return said
	}
	want := int64(minAlign)
	if library {
		want = p.change.Align
	}
	if known && said > want && said%want == 0 {
		return said
	}
	return want
}

// saidAlignment returns what an alignment field in the extra field says, and whether there is one.
func saidAlignment(extra []byte) (int64, bool) {
	for len(extra) >= 4 {
		size := int(le.Uint16(extra[2:]))
		if size > len(extra)-4 {
			break
		}
		if le.Uint16(extra) == alignment {
			if size < 2 {
				break
			}
			return int64(le.Uint16(extra[4:])), true
		}
		extra = extra[4+size:]
	}
	return 0, false
}

// aligned makes the extra field that stands at this offset and ends where data may start: the old one without padding of any kind, and an
// alignment field. Bytes that are no field are left out, as apksigner leaves them out.
func aligned(extra []byte, at, to int64) []byte {
	var out []byte
	for len(extra) >= 4 {
		id, size := le.Uint16(extra), int(le.Uint16(extra[2:]))
		if size > len(extra)-4 {
			break
		}
		if id != alignment && (id != 0 || size != 0) {
			out = append(out, extra[:4+size]...)
		}
		extra = extra[4+size:]
	}
	data := at + int64(len(out)) + 6
	zeros := (to - data%to) % to
	out = le.AppendUint16(out, alignment)
	out = le.AppendUint16(out, uint16(2+zeros))
	out = le.AppendUint16(out, uint16(to))
	return append(out, make([]byte, zeros)...)
}
