package lines

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"sigtool/backup"
)

// page of every line, until sheets have more than one.
const page = 1

// corrections compares what was read with the proven lines, and says what was put right.
func (f *fit) corrections(all []typed, rows [][]byte) (list []backup.Correction) {
	for i, values := range rows {
		is := text(values)
		number, found, good := i+1, false, false
		var wrong []backup.Correction
		for _, l := range all {
			if l.number != number {
				continue
			}
			if f.values[i] != nil && slices.Equal(l.resolve(f.key), values) {
				list = append(list, slips(l, is)...)
				good = true
			} else {
				wrong = append(wrong, f.rebuilt(l, is)...)
			}
			if found = true; l.total != 0 && l.total != f.total {
				list = append(list, correction(number, 0, fmt.Sprint(l.total), fmt.Sprint(f.total), "it was numbered as one of another number of lines"))
			}
		}
		switch {
		case good:
			for _, c := range wrong {
				c.Why = "another reading of this line is wrong and was left out"
				list = append(list, c)
			}
		case found:
			list = append(list, wrong...)
		default:
			list = append(list, correction(number, 0, "", grouped(is), "it was missing; rebuilt from the other lines"))
		}
	}
	for _, l := range all {
		if l.number < 1 || l.number > f.total {
			list = append(list, correction(l.number, 0, grouped(l.chars), "", fmt.Sprintf("the sheet has %d lines; this one was left out", f.total)))
		}
	}
	return list
}

func correction(number, group int, was, is, why string) backup.Correction {
	return backup.Correction{Page: page, Line: number, Group: group, Was: was, Is: is, Why: why}
}

// slips lists the groups of a good line that had characters of no alphabet.
func slips(l typed, is []byte) (list []backup.Correction) {
	for g, pair := range differing(l.chars, is) {
		if pair[0] != "" {
			list = append(list, correction(l.number, g+1, pair[0], pair[1], "it had a character that no line has; the check tells which one it is"))
		}
	}
	return list
}

// rebuilt lists what was wrong in a line that was rebuilt: by group, or as a whole where the groups can't be told.
func (f *fit) rebuilt(l typed, is []byte) (list []backup.Correction) {
	why := "its check did not fit; rebuilt from the other lines"
	if f.fits(l) {
		why = "its check fitted, but not the document's digest; rebuilt from the other lines"
	}
	if len(l.chars) != lineChars {
		return []backup.Correction{correction(l.number, 0, grouped(l.chars), grouped(is), why)}
	}
	for g, pair := range differing(l.chars, is) {
		if pair[0] != "" {
			list = append(list, correction(l.number, g+1, pair[0], pair[1], why))
		}
	}
	return list
}

func (f *fit) fits(l typed) bool { return l.resolve(f.key) != nil }

// differing holds for each group what was read and what it is, where the two differ.
func differing(was, is []byte) (pairs [lineChars / 4][2]string) {
	for g := range pairs {
		if a, b := was[4*g:4*g+4], is[4*g:4*g+4]; !bytes.Equal(a, b) {
			pairs[g] = [2]string{string(a), string(b)}
		}
	}
	return pairs
}

func grouped(chars []byte) string {
	var b strings.Builder
	for i, c := range chars {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// damage refuses a text, and names every line at fault under the likeliest key.
func damage(all []typed, stated []int, ballots []ballot) *backup.Damage {
	d := &backup.Damage{Unit: "line"}
	k, known := chosen(stated, ballots)
	if k.total == 0 {
		d.Faults = []backup.Fault{{Page: page, Why: "none has a check that fits, and the number of lines is not known"}}
		return d
	}
	d.Total = k.total
	f := newFit(k, all)
	defer f.wipe()
	lost := f.lost()
	if !known {
		lost = nil
		for i := range k.total {
			lost = append(lost, i)
		}
	}
	for _, i := range lost {
		group, why := f.why(all, i, known)
		d.Faults = append(d.Faults, backup.Fault{Page: page, Line: i + 1, Group: group, Why: why})
	}
	switch {
	case !known:
		d.Note = "no two lines agree on the sheet that they are of"
		if len(ballots) > 1 {
			d.Note = fmt.Sprintf("the lines seem to be of different sheets, %s and %s", backup.FormatID(ballots[0].id), backup.FormatID(ballots[1].id))
		}
	case len(lost) > 2:
		d.Note = fmt.Sprintf("any 2 of the %d lines can be rebuilt, not %d", k.total, len(lost))
	default:
		d.Faults = append(d.Faults, backup.Fault{Page: page, Why: "lines whose own checks fit do not make the document: more of them were changed than can be rebuilt"})
	}
	return d
}

// chosen is the key to report under. It is not known where no two lines agree, or where two keys have the same votes.
func chosen(stated []int, ballots []ballot) (k key, known bool) {
	if len(ballots) > 0 && ballots[0].votes > 1 {
		tied := len(ballots) > 1 && ballots[1].votes == ballots[0].votes && ballots[1].total == ballots[0].total
		return ballots[0].key, !tied
	}
	if len(stated) > 0 {
		k.total = stated[0]
	}
	return k, false
}
