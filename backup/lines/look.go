package lines

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// spots are where in a row its characters stand, and the groups they are in.
type spots struct {
	chars  []backup.Place
	groups []spotGroup
	odd    []backup.Place // what no line has
}

type spotGroup struct {
	backup.Place
	count int
}

// harmless is what people put between characters.
const harmless = " -.:,;|/()>*[]\t"

// spotsOf walks a row from its first character as readChars does.
func spotsOf(row []byte, at int) (s spots) {
	inGroup := false
	for at < len(row) {
		c, n := utf8.DecodeRune(row[at:])
		place := backup.Place{From: at, To: at + n}
		at += n
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == unreadable || c == '_'
		if !letter && (c >= utf8.RuneSelf || !strings.ContainsRune(harmless, c)) {
			s.odd = append(s.odd, place)
		}
		if !letter && c < utf8.RuneSelf {
			inGroup = false
			continue
		}
		s.chars = append(s.chars, place)
		if !inGroup {
			s.groups = append(s.groups, spotGroup{Place: place})
			inGroup = true
		}
		last := &s.groups[len(s.groups)-1]
		last.To, last.count = place.To, last.count+1
	}
	return s
}

// groupPlace is where the characters of a group stand, from 1, however they were grouped; the whole row for group 0.
func groupPlace(row []byte, at, group int) backup.Place {
	s := spotsOf(row, at)
	if group < 1 || 4*group > len(s.chars) {
		return whole(row)
	}
	return backup.Place{From: s.chars[4*group-4].From, To: s.chars[4*group-1].To}
}

// oddPlace is the first group that is not of four characters, or of a multiple; the whole row if all are.
func oddPlace(row []byte, at int) backup.Place {
	for _, g := range spotsOf(row, at).groups {
		if g.count%4 != 0 {
			return g.Place
		}
	}
	return whole(row)
}

// Look marks the number where the sheet has no such line, what no line has in it, groups of a wrong length as soon as the next one
// has begun, what is too much, and, when all characters are there, the group that the check points at. It never completes.
func (e *entry) Look(typedRow []byte) (wrong []backup.Place, rest string) {
	text, _, _ := bytes.Cut(typedRow, []byte("#"))
	if len(bytes.TrimSpace(text)) == 0 || isStatement(text) {
		return nil, ""
	}
	l := e.pick(text)
	defer secret.Wipe(l.chars)
	s := spotsOf(text, l.at)
	if l.at > 0 && len(s.chars) > 0 && e.noSuch(l) {
		wrong = append(wrong, backup.Place{To: l.at})
	}
	wrong = append(wrong, s.odd...)
	for i, g := range s.groups {
		if i+1 < len(s.groups) && g.count%4 != 0 {
			wrong = append(wrong, g.Place)
		}
	}
	switch n := len(s.chars); {
	case n > lineChars:
		wrong = append(wrong, backup.Place{From: s.chars[lineChars].From, To: s.chars[n-1].To})
	case n == lineChars && len(wrong) == 0:
		if slip := e.doubt(text, l); slip != nil && slip.At != whole(text) && slip.At.To > slip.At.From {
			wrong = append(wrong, slip.At)
		}
	}
	return wrong, ""
}

// noSuch tells whether the number or the number of lines can't be right.
func (e *entry) noSuch(l typed) bool {
	total := e.total()
	if l.total != 0 && (l.total < minTotal || l.total > maxTotal || total != 0 && l.total != total) {
		return true
	}
	total = max(total, l.total)
	return l.number < 1 || total > 0 && l.number > total
}
