package lines

import (
	"errors"
	"fmt"
	"slices"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// Decode reads a sheet as it was printed or as a person typed it, in any order, and restores it if at most two lines are missing or
// wrong in any way. Everything it put right is in Corrections. Three bad lines, or lines that no repair makes agree with the
// document's digest, are a *backup.Damage.
func (Codec) Decode(text []byte) (*backup.Restored, error) {
	clean, err := backup.Clean(text)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(clean)
	all, err := readLines(clean)
	if err != nil {
		return nil, err
	}
	defer wipe(all)
	if len(all) == 0 {
		return nil, errors.New("no numbered line of a sheet was found")
	}
	head := backup.ReadHead(clean)
	stated := statedTotals(all, head)
	likeliest := elect(all, stated, head)
	if r, err := restore(all, head, likeliest); r != nil || err != nil {
		return r, err
	}
	if len(likeliest) == 0 || likeliest[0].votes < 3 { // the number of lines was typed wrong, or left out
		likeliest = elect(all, everyTotal(), head)
		if r, err := restore(all, head, likeliest); r != nil || err != nil {
			return r, err
		}
	}
	return nil, damage(all, stated, likeliest)
}

// statedTotals are the numbers of lines that the text states, the most frequent first.
func statedTotals(all []typed, head backup.Head) []int {
	count := map[int]int{}
	for _, l := range all {
		count[l.total]++
	}
	var n int
	if _, err := fmt.Sscanf(head.Value(backup.FieldLines), "%d", &n); err == nil {
		count[n]++
	}
	var totals []int
	for total := range count {
		if total >= minTotal && total <= maxTotal {
			totals = append(totals, total)
		}
	}
	slices.SortFunc(totals, func(a, b int) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return a - b
	})
	return totals
}

func everyTotal() (totals []int) {
	for total := minTotal; total <= maxTotal; total++ {
		totals = append(totals, total)
	}
	return totals
}

// maxKeys is how many of the elected keys are tried.
const maxKeys = 8

// restore returns what one of the ballots restores; nil if none does, and an error if two do.
func restore(all []typed, head backup.Head, ballots []ballot) (found *backup.Restored, err error) {
	for _, b := range ballots[:min(len(ballots), maxKeys)] {
		f := newFit(b.key, all)
		r, err := f.restore(all, head)
		f.wipe()
		switch {
		case err != nil:
			return nil, err
		case r == nil:
		case found != nil:
			names := found.DocumentID + " and " + r.DocumentID
			found.Destroy()
			r.Destroy()
			return nil, fmt.Errorf("the text holds two sheets, %s: give one at a time", names)
		default:
			found = r
		}
	}
	return found, nil
}

// fit is what the lines say under one key: for each of them its forty values, if one reading and no other has a check that fits.
type fit struct {
	key
	values  [][]byte
	doubled []bool // two readings fit and differ
}

func newFit(k key, all []typed) *fit {
	f := &fit{k, make([][]byte, k.total), make([]bool, k.total)}
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
func (f *fit) restore(all []typed, head backup.Head) (*backup.Restored, error) {
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
			toBytes(f.values[i], lines[i])
		}
	}
	frame := buffer[:(f.total-2)*lineBytes]
	if !prove(lines, frame, f.id, lost) {
		return nil, nil
	}
	rows := seals(frame, f.id)
	r, err := unmarshal(frame)
	if err != nil {
		return nil, err
	}
	r.Corrections = f.corrections(all, rows)
	r.HeaderDiffers = head.Differs(headOf(r, f.key), r.Meta.Rehearsal)
	people := head.People()
	r.Meta.Holder, r.Meta.Note = people.Holder, people.Note
	for _, values := range rows {
		secret.Wipe(values)
	}
	return r, nil
}

func headOf(r *backup.Restored, k key) []backup.Field {
	return head(r.Payload, r.Meta, k.id, k.total)
}
