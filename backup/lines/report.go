package lines

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"sigtool/backup"
)

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
				list = append(list, f.slips(l, is)...)
				good = true
			} else {
				wrong = append(wrong, f.rebuilt(l, is)...)
			}
			if found = true; l.total != 0 && l.total != f.total {
				list = append(list, f.correction(number, 0, fmt.Sprint(l.total), fmt.Sprint(f.total), "it was numbered as one of another number of lines"))
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
			list = append(list, f.correction(number, 0, "", grouped(is), "it was missing; rebuilt from the other lines"))
		}
	}
	for _, l := range all {
		if l.number < 1 || l.number > f.total {
			list = append(list, f.correction(l.number, 0, grouped(l.chars), "", fmt.Sprintf("the sheet has %d lines; this one was left out", f.total)))
		}
	}
	return list
}

func (f *fit) correction(number, group int, was, is, why string) backup.Correction {
	return backup.Correction{Page: f.pages.page(number), Line: number, Group: group, Was: was, Is: is, Why: why}
}

// slips lists the groups of a good line that had characters of no alphabet.
func (f *fit) slips(l typed, is []byte) (list []backup.Correction) {
	for g, pair := range differing(l.chars, is) {
		if pair[0] != "" {
			list = append(list, f.correction(l.number, g+1, pair[0], pair[1], "it had a character that no line has; the check tells which one it is"))
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
		return []backup.Correction{f.correction(l.number, 0, grouped(l.chars), grouped(is), why)}
	}
	for g, pair := range differing(l.chars, is) {
		if pair[0] != "" {
			list = append(list, f.correction(l.number, g+1, pair[0], pair[1], why))
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
