package lines

import (
	"bytes"
	"fmt"
	"slices"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// read makes a row to take of what was typed. The slip says why it can't be right.
func (e *entry) read(raw []byte) (r entered, slip *backup.Slip) {
	clean, err := backup.Clean(raw)
	if err != nil {
		return entered{}, &backup.Slip{At: whole(raw), Why: err.Error()}
	}
	for len(clean) > 0 && (clean[len(clean)-1] == ' ' || clean[len(clean)-1] == '\n') {
		clean = clean[:len(clean)-1]
	}
	r.raw = clean
	text, _, _ := bytes.Cut(clean, []byte("#"))
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		r.line.number, _ = e.wanted()
		return r, &backup.Slip{At: whole(raw), Why: "nothing was typed"}
	case isStatement(text):
		slip = e.doubtStatement(text)
	default:
		r.line = e.pick(text)
		slip = e.doubt(text, r.line)
	}
	if slip != nil && !bytes.HasPrefix(raw, clean) { // places are those of the cleaned row
		slip.At = whole(raw)
	}
	return r, slip
}

func whole(row []byte) backup.Place { return backup.Place{To: len(row)} }

// isStatement tells whether a row is of the head or stands below a page. Ten groups of four are a line, whatever they spell.
func isStatement(row []byte) bool {
	var l typed
	l.readChars(row)
	defer secret.Wipe(l.chars)
	if len(l.groups) == lineChars/4 && !slices.ContainsFunc(l.groups, func(n int) bool { return n != 4 }) {
		return false
	}
	_, footer := readFooter(row)
	head := backup.ReadHead(row)
	return footer || head.Printed || head.Rehearsal || len(head.Fields) > 0
}

// doubtStatement tells what is wrong with a document's number or a page's check, as far as the rows show it.
func (e *entry) doubtStatement(row []byte) *backup.Slip {
	head := backup.ReadHead(row)
	if _, ok := head.DocumentID(); !ok && head.Value(backup.FieldDocument) != "" {
		return &backup.Slip{At: whole(row), Why: "a document's number is eight characters of " + alphabet}
	}
	f, ok := readFooter(row)
	total := e.total()
	keys := e.keys(total, 0)
	if !ok || len(keys) != 1 {
		return nil
	}
	fit := newFit(keys[0].key, e.reading(0).all)
	defer fit.wipe()
	fit.pages = pagingBy(append(e.reading(0).footers, f), total)
	if !f.agrees(fit.pages) {
		return &backup.Slip{At: whole(row), Why: fmt.Sprintf("%d lines take %d pages of %d", total, fit.pages.count(), fit.pages.perPage)}
	}
	if sound, known := fit.whole(f); known && !sound {
		return &backup.Slip{At: whole(row), Why: "the check does not fit the lines of the page, which fit each other: it was typed wrong"}
	}
	return nil
}

// pick reads a row that begins with its number, or is the wanted line without one. What could be both is what its check fits.
func (e *entry) pick(row []byte) typed {
	n, _ := e.wanted()
	bare := typed{number: n}
	bare.readChars(row)
	numbered, slash, ok := parseLine(row)
	keys := e.keys(e.total(), numbered.number)
	switch {
	case !ok:
		return bare
	case slash, numbered.parted && len(bare.chars) != lineChars, fits(numbered, keys):
	case fits(bare, keys), !numbered.parted && numbered.number != n:
		secret.Wipe(numbered.chars)
		return bare
	}
	secret.Wipe(bare.chars)
	return numbered
}

// doubt tells why a line can't be right, nil if nothing speaks against it.
func (e *entry) doubt(row []byte, l typed) *backup.Slip {
	number := backup.Place{To: l.at}
	total := e.total()
	switch {
	case l.total == 0 && total == 0:
		return &backup.Slip{At: number, Why: fmt.Sprintf("begin with the line's number and the number of lines, like %02d/19", max(l.number, 1))}
	case l.total != 0 && (l.total < minTotal || l.total > maxTotal):
		return &backup.Slip{At: number, Why: fmt.Sprintf("a sheet has %d to %d lines", minTotal, maxTotal)}
	case l.total != 0 && total != 0 && l.total != total:
		return &backup.Slip{At: number, Why: fmt.Sprintf("by what was typed before, the sheet has %d lines, not %d", total, l.total)}
	}
	total = max(total, l.total)
	switch {
	case l.number < 1 || l.number > total:
		return &backup.Slip{At: number, Why: fmt.Sprintf("the lines of the sheet are 1 to %d", total)}
	case len(l.chars) != lineChars:
		return &backup.Slip{At: oddPlace(row, l.at), Why: fmt.Sprintf("%d characters, not %d", len(l.chars), lineChars)}
	}
	if open := unreadables(l.chars); len(open) > maxOpen {
		return &backup.Slip{At: groupPlace(row, l.at, open[0]/4+1), Why: fmt.Sprintf("more than %d characters that can't be read", maxOpen)}
	}
	return e.judge(row, l, total)
}

func unreadables(chars []byte) (places []int) {
	for i, c := range chars {
		if c == unreadable {
			places = append(places, i)
		}
	}
	return places
}

// judge holds the check of a line to the document's number, which the other lines and the head give.
func (e *entry) judge(row []byte, l typed, total int) *backup.Slip {
	keys := e.keys(total, l.number)
	if len(keys) == 0 || fits(l, keys) {
		return nil
	}
	f := &fit{key: keys[0].key}
	group, why := f.suspect(e.reading(l.number).all, l)
	if keys[0].votes == 1 { // one against one: the other may be wrong as well
		why = e.other(total, l.number) + " and this line do not agree: one of them is wrong"
		if n := otherTotal(l, keys[0].key); n > 0 {
			return &backup.Slip{At: backup.Place{To: l.at}, Why: fmt.Sprintf("its check fits a sheet of %d lines, not %d", n, total)}
		}
		if group > 0 {
			why += ", probably in this group"
		}
	}
	return &backup.Slip{At: groupPlace(row, l.at, group), Why: why}
}

// otherTotal is the number of lines with which the check of a line would fit; 0 if there is none.
func otherTotal(l typed, k key) int {
	for n := max(minTotal, l.number); n <= maxTotal; n++ {
		if fits(l, []ballot{{key: key{n, k.id}}}) {
			return n
		}
	}
	return 0
}

// other names what a line that is the second is compared with.
func (e *entry) other(total, number int) string {
	for _, r := range e.rows {
		if n := r.line.number; n > 0 && n != number && len(r.line.chars) > 0 {
			return name(n, total)
		}
	}
	return "the document's number"
}
