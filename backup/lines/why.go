package lines

import (
	"bytes"
	"fmt"
	"slices"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// why says in a few words what is wrong with line i, from 0, and in which group it probably is. It only points: a line that
// three others make unprovable is never put right by its own check.
func (f *fit) why(all []typed, i int, known bool) (group int, why string) {
	at := slices.IndexFunc(all, func(l typed) bool { return l.number == i+1 })
	switch {
	case at < 0:
		return 0, "missing"
	case f.doubled[i]:
		return 0, "there twice, with different characters whose checks both fit"
	}
	l := all[at]
	if n := len(l.chars); n != lineChars {
		return l.oddGroup(), fmt.Sprintf("%d characters, not %d", n, lineChars)
	}
	if first := bytes.IndexByte(l.chars, unreadable); first >= 0 {
		return first/4 + 1, "unreadable characters, and its check does not fit"
	}
	if !known {
		return 0, "its check does not fit the other lines"
	}
	return f.suspect(all, l)
}

// oddGroup is the first group that has not four characters, if the line was typed in ten groups; else 0.
func (l typed) oddGroup() int {
	if len(l.groups) != lineChars/4 {
		return 0
	}
	return slices.IndexFunc(l.groups, func(n int) bool { return n != 4 }) + 1
}

// suspect looks for the one slip that would explain why the check does not fit: in the number, one wrong character, or two that
// are swapped.
func (f *fit) suspect(all []typed, l typed) (group int, why string) {
	values, ok := l.likely()
	if !ok {
		return 0, "its check does not fit"
	}
	defer secret.Wipe(values)
	id := identity(l.number, f.total, values)
	gap := id ^ f.id
	for n := 1; n <= f.total; n++ {
		if gap == headShare(l.number, 0)^headShare(n, 0) {
			return 0, fmt.Sprintf("its check fits line %d", n)
		}
	}
	for p := range lineChars {
		t := shareTable().shares[headChars+p]
		if slices.Contains(t[:], gap) {
			return p/4 + 1, "its check does not fit; probably one wrong character here"
		}
		if p+1 < lineChars {
			if d := values[p] ^ values[p+1]; gap == t[d]^shareTable().shares[headChars+p+1][d] {
				return p/4 + 1, "its check does not fit; probably two characters swapped here"
			}
		}
	}
	if f.fromElsewhere(all, id) {
		if l.total != 0 {
			id = identity(l.number, l.total, values)
		}
		return 0, "of another sheet, " + backup.FormatID(id)
	}
	return 0, "its check does not fit"
}

// fromElsewhere tells whether two lines at least speak for this other number.
func (f *fit) fromElsewhere(all []typed, id uint64) bool {
	seen := map[int]bool{}
	for _, l := range all {
		if values, ok := l.likely(); ok {
			if identity(l.number, f.total, values) == id {
				seen[l.number] = true
			}
			secret.Wipe(values)
		}
	}
	return len(seen) > 1
}
