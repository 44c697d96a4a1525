package lines

import (
	"fmt"
	"strings"

	"sigtool/backup"
)

// damage refuses a text, and names every line at fault under the likeliest key.
func (t *reading) damage(stated []int, ballots []ballot) *backup.Damage {
	d := &backup.Damage{Unit: "line"}
	k, known := chosen(stated, ballots)
	if k.total == 0 {
		d.Faults = []backup.Fault{{Page: 1, Why: "no line has a check that fits, and the number of lines is not known"}}
		return d
	}
	d.Total = k.total
	f := newFit(k, t.all)
	defer f.wipe()
	f.pages = pagingBy(t.footers, k.total)
	lost := f.lost()
	if !known {
		lost = nil
		for i := range k.total {
			lost = append(lost, i)
		}
	}
	d.Faults = f.faults(t.all, lost, known)
	switch {
	case !known:
		d.Note = "no two lines agree on the sheet that they are of"
		if len(ballots) > 1 {
			d.Note = fmt.Sprintf("the lines seem to be of different sheets, %s and %s", backup.FormatID(ballots[0].id), backup.FormatID(ballots[1].id))
		}
		return d
	case len(lost) > 2:
		d.Note = fmt.Sprintf("any 2 of the %d lines can be rebuilt, not %d", k.total, len(lost))
	default:
		d.Faults = append(d.Faults, f.changed(t.footers)...)
	}
	d.Note = joined(d.Note, f.wholePages(t.footers))
	return d
}

func joined(a, b string) string {
	if a != "" && b != "" {
		return a + "; " + b
	}
	return a + b
}

// faults names the lost lines, and once only a page of which there is nothing.
func (f *fit) faults(all []typed, lost []int, known bool) (list []backup.Fault) {
	there := map[int]bool{}
	for _, l := range all {
		if l.number >= 1 && l.number <= f.total {
			there[f.pages.page(l.number)] = true
		}
	}
	named := 0
	for _, i := range lost {
		page := f.pages.page(i + 1)
		if there[page] {
			group, why := f.why(all, i, known)
			list = append(list, backup.Fault{Page: page, Line: i + 1, Group: group, Why: why})
		} else if page != named {
			from, to := f.pages.span(page)
			list = append(list, backup.Fault{Page: page, Why: fmt.Sprintf("lines %d to %d: missing", from, to)})
			named = page
		}
	}
	return list
}

// changed says what is known where lines whose own checks fit do not make the document: the pages that a check does not fit.
func (f *fit) changed(footers []footer) (list []backup.Fault) {
	for _, ft := range footers {
		if whole, ok := f.whole(ft); ok && !whole {
			list = append(list, backup.Fault{Page: ft.page, Why: "its check does not fit its lines, which were changed, or it was typed wrong"})
		}
	}
	if list == nil {
		list = []backup.Fault{{Page: 1, Why: "lines whose own checks fit do not make the document: more of them were changed than can be rebuilt"}}
	}
	return list
}

// wholePages names the pages that nobody need look at again.
func (f *fit) wholePages(footers []footer) string {
	var names []string
	for page := 1; page <= f.pages.count() && f.pages.count() > 1; page++ {
		for _, ft := range footers {
			if whole, _ := f.whole(ft); whole && ft.page == page {
				names = append(names, fmt.Sprint(page))
				break
			}
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return "page " + names[0] + " is whole, by its check"
	}
	last := len(names) - 1
	return "pages " + strings.Join(names[:last], ", ") + " and " + names[last] + " are whole, by their checks"
}

// whole tells whether a page's check fits its lines; it is not ok where one of them is lost or the check was not typed.
func (f *fit) whole(ft footer) (whole, ok bool) {
	if ft.check == "" || !ft.agrees(f.pages) {
		return false, false
	}
	from, to := f.pages.span(ft.page)
	for i := from - 1; i < to; i++ {
		if f.values[i] == nil || f.doubled[i] {
			return false, false
		}
	}
	return sameCheck(ft.check, f.pages.check(ft.page, f.values)), true
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
