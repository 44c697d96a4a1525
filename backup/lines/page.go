package lines

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// Pages are a way to print and no part of the code: lines restore without any word of them. They serve to say where a fault is.

// maxPerPage is how many lines a page has room for.
const maxPerPage = 30

// paging says how the lines of a sheet are spread over pages.
type paging struct{ total, perPage int }

// pagingOf is how Encode spreads so many lines: as few pages as hold them, all but the last of the same length.
func pagingOf(total int) paging {
	pages := (total + maxPerPage - 1) / maxPerPage
	return paging{total, (total + pages - 1) / pages}
}

// rows is Sheet.PerPage: 0 where one page has them all.
func (p paging) rows() int {
	if p.count() == 1 {
		return 0
	}
	return p.perPage
}

func (p paging) count() int { return (p.total + p.perPage - 1) / p.perPage }

// page is where a line stands. A number that the sheet does not have is put where it would be, or on the nearest page.
func (p paging) page(line int) int {
	return 1 + (min(max(line, 1), p.total)-1)/p.perPage
}

// span are the numbers of the first and the last line of a page.
func (p paging) span(page int) (from, to int) {
	return (page-1)*p.perPage + 1, min(p.total, page*p.perPage)
}

// footer is what a text says below a page: page 2 of 5, lines 28 to 54, check QPZR-Y9X8. What it leaves out is 0 or empty.
type footer struct {
	page, of, from, to int
	check              string
}

// maxFooters is how many different ones are kept: a sheet has 9 at most.
const maxFooters = 64

// readFooters finds the footers of a cleaned text.
func readFooters(clean []byte) []footer {
	var all []footer
	for line := range bytes.Lines(clean) {
		if f, ok := readFooter(line); ok && !slices.Contains(all, f) && len(all) < maxFooters {
			all = append(all, f)
		}
	}
	return all
}

const footerBegins = "PAGE "

// readFooter reads words and numbers, and ignores what stands between and behind them. Only of a line that begins as a footer it
// makes strings, which can't be wiped.
func readFooter(line []byte) (f footer, ok bool) {
	line = bytes.TrimLeft(line, " >|*-")
	if len(line) < len(footerBegins) || !bytes.EqualFold(line[:len(footerBegins)], []byte(footerBegins)) {
		return footer{}, false
	}
	words := strings.FieldsFunc(strings.ToUpper(string(line)), func(c rune) bool { return strings.ContainsRune(" ,;:.>|*\n", c) })
	at := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	number := func(i int) int {
		n, err := strconv.Atoi(at(i))
		if err != nil || n < 0 || n > maxTotal {
			return 0
		}
		return n
	}
	if at(2) != "OF" || number(1) == 0 || number(3) == 0 {
		return footer{}, false
	}
	f.page, f.of = number(1), number(3)
	for i := 4; i < len(words); i++ {
		switch at(i) {
		case "LINES":
			f.from, f.to = number(i+1), number(i+3)
		case "CHECK":
			if f.check = at(i + 1); len(f.check) == 4 {
				f.check += at(i + 2)
			}
		}
	}
	return f, true
}

// pagingBy is how a text's footers say that the lines are spread, as most of them do and as far as it makes sense; else as Encode does.
func pagingBy(footers []footer, total int) paging {
	best, votes := pagingOf(total), map[paging]int{}
	for _, f := range footers {
		p := paging{total, f.to}
		if f.page > 1 {
			p.perPage = (f.from - 1) / (f.page - 1)
		}
		if f.from == 0 && f.of == 1 {
			p.perPage = total
		}
		if p.perPage > 0 && f.agrees(p) {
			votes[p]++
		}
	}
	for p, n := range votes {
		if n > votes[best] || n == votes[best] && best != pagingOf(total) && p.perPage < best.perPage {
			best = p
		}
	}
	return best
}

// agrees tells whether a footer fits pages like these.
func (f footer) agrees(p paging) bool {
	if f.of != p.count() || f.page > f.of {
		return false
	}
	from, to := p.span(f.page)
	return f.from == 0 && f.to == 0 || f.from == from && f.to == to
}

// check is the check of a page: as printed, from the values of all lines.
func (p paging) check(page int, values [][]byte) string {
	from, to := p.span(page)
	var rows [][]byte
	for n := from; n <= to; n++ {
		rows = append(rows, row(n, p.total, values[n-1]))
	}
	defer func() {
		for _, r := range rows {
			secret.Wipe(r)
		}
	}()
	return backup.FormatID(backup.PageCheck(rows))
}

// sameCheck compares a check as it was typed.
func sameCheck(typed, check string) bool {
	id, ok := backup.ParseID(typed)
	return ok && backup.FormatID(id) == check
}

// footersDiffer lists in sentences what the footers say other than the proven lines.
func footersDiffer(footers []footer, p paging, values [][]byte) (list []string) {
	for _, f := range footers {
		if !f.agrees(p) {
			list = append(list, fmt.Sprintf("the line below a page says %s, but the %d lines take %d pages of %d",
				f, p.total, p.count(), p.perPage))
			continue
		}
		if f.check == "" {
			continue
		}
		if check := p.check(f.page, values); !sameCheck(f.check, check) {
			list = append(list, fmt.Sprintf("below page %d stands the check %s, but its lines have the check %s", f.page, f.check, check))
		}
	}
	return list
}

func (f footer) String() string {
	s := fmt.Sprintf("page %d of %d", f.page, f.of)
	if f.from > 0 || f.to > 0 {
		s += fmt.Sprintf(", lines %d to %d", f.from, f.to)
	}
	return s
}
