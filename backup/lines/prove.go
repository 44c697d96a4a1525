package lines

import (
	"slices"

	"sigtool/backup"
	"sigtool/internal/fivebit"
	"sigtool/internal/secret"
)

// fit is what the lines say under one key: for each of them its forty values, if one reading and no other has a check that fits.
type fit struct {
	key
	pages   paging
	values  [][]byte
	doubled []bool // two readings fit and differ
}

func newFit(k key, all []typed) *fit {
	f := &fit{k, pagingOf(k.total), make([][]byte, k.total), make([]bool, k.total)}
	for _, l := range all {
		values := l.resolve(k)
		if values == nil {
			continue
		}
		if at := l.number - 1; f.values[at] == nil {
			f.values[at] = values
		} else {
			f.doubled[at] = f.doubled[at] || !slices.Equal(values, f.values[at])
			secret.Wipe(values)
		}
	}
	return f
}

func (f *fit) wipe() {
	for _, v := range f.values {
		secret.Wipe(v)
	}
}

// lost lists the lines, from 0, that have no reading or two.
func (f *fit) lost() (lost []int) {
	for i, v := range f.values {
		if v == nil || f.doubled[i] {
			lost = append(lost, i)
		}
	}
	return lost
}

// restore proves the frame and reads it; nil if it can't be proven.
func (f *fit) restore(t *reading, search bool) (*backup.Restored, error) {
	lost := f.lost()
	if len(lost) > 2 {
		return nil, nil
	}
	buffer := make([]byte, f.total*lineBytes)
	defer secret.Wipe(buffer)
	lines := make([][]byte, f.total)
	for i := range lines {
		lines[i] = buffer[i*lineBytes : (i+1)*lineBytes]
		if f.values[i] != nil {
			fivebit.AppendOctets(lines[i][:0], f.values[i][:dataChars])
		}
	}
	frame := buffer[:(f.total-2)*lineBytes]
	if !prove(lines, frame, f.id, lost, search) {
		return nil, nil
	}
	rows := seals(frame, f.id)
	r, err := unmarshal(frame)
	if err != nil {
		return nil, err
	}
	f.pages = pagingBy(t.footers, f.total)
	r.Corrections = f.corrections(t.all, rows)
	r.HeaderDiffers = append(t.head.Differs(headOf(r, f.key), r.Meta.Rehearsal), footersDiffer(t.footers, f.pages, rows)...)
	people := t.head.People()
	r.Meta.Holder, r.Meta.Note, r.Meta.Companion = people.Holder, people.Note, people.Companion
	for _, values := range rows {
		secret.Wipe(values)
	}
	return r, nil
}

func headOf(r *backup.Restored, k key) []backup.Field {
	return head(r.Payload, r.Meta, k.id, k.total)
}

// prove rebuilds the lost lines in place, at most two, until the frame has the digest it carries. If it has not, a line is wrong
// whose check fits all the same: one made on purpose, or one in a million that has unreadable characters. So the
// search takes each line, and with none lost each pair of lines, for lost in turn. Only the digest, 128 bits, says what is right.
func prove(lines [][]byte, frame []byte, id uint64, lost []int, search bool) bool {
	p := len(lines) - 2 // leaving out Q as well gives nothing that leaving out one line less does not
	if try(lines, frame, id, lost) {
		return true
	}
	if len(lost) == 2 || !search {
		return false
	}
	for i := range p + 1 {
		if slices.Contains(lost, i) {
			continue
		}
		if try(lines, frame, id, append(lost[:len(lost):len(lost)], i)) {
			return true
		}
	}
	if len(lost) == 1 {
		return false
	}
	for i := range p {
		for j := i + 1; j <= p; j++ {
			if try(lines, frame, id, []int{i, j}) {
				return true
			}
		}
	}
	return false
}

// try rebuilds the lines taken for lost, and puts back what was there if the frame is not proven.
func try(lines [][]byte, frame []byte, id uint64, lost []int) bool {
	var was [2][lineBytes]byte
	for n, i := range lost {
		copy(was[n][:], lines[i])
	}
	defer secret.Wipe(was[0][:])
	defer secret.Wipe(was[1][:])
	rebuild(lines, lost)
	if proven(frame, id) {
		return true
	}
	for n, i := range lost {
		copy(lines[i], was[n][:])
	}
	return false
}
