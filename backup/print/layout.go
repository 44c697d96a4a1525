package print

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"sigtool/backup"
)

// The parts of a page that are always there, in mm.
const (
	stripH  = 13.0 // boxes to sign
	footerH = 5.0
	bottom  = fieldH - footerH - stripH - 3 // where the contents end
	gap     = 2.5
	caption = 3.6 // below a code

	guideBeside = 7.5 // the font of instructions on a page with rows, at most
)

// layout is the pages of one sheet in the making.
type layout struct {
	sheet   *backup.Sheet
	label   string
	codes   []*matrix
	largest float64 // font of the rows, in points
	placed  int     // codes that are on a page
	pages   []*page
}

// pagesOf lays the sheets out.
func pagesOf(sheets []*backup.Sheet) (all []*page, err error) {
	if len(sheets) == 0 {
		return nil, errors.New("there is no sheet to print")
	}
	for _, s := range sheets {
		l := layout{sheet: s, label: headOf(s).Value(backup.FieldLabel)}
		if l.codes, err = matrices(s); err == nil {
			err = l.layOut()
		}
		all = append(all, l.pages...)
		if err != nil {
			wipe(all)
			return nil, err
		}
	}
	return all, nil
}

func headOf(s *backup.Sheet) backup.Head { return backup.Head{Fields: s.Head} }

// layOut makes the pages, with rows as large as they go, or a little smaller if then all is on one page, or else codes stand below the rows.
func (l *layout) layOut() error {
	best := 0.0
	for _, size := range []float64{largeRows, 12.5, 11.5} {
		if err := l.lay(size); err != nil || len(l.pages) == 1 || l.sheet.PageCount() > 1 {
			return err
		}
		if best == 0 && slices.ContainsFunc(l.pages[0].marks, func(m mark) bool { return m.kind == coded }) {
			best = size
		}
	}
	return l.lay(cmp.Or(best, largeRows))
}

// lay makes the pages with rows of at most that size, then what found no room, then what stands on each page.
func (l *layout) lay(largest float64) error {
	for _, p := range l.pages {
		p.wipeText()
	}
	l.largest, l.placed, l.pages = largest, 0, nil
	rowPages := l.sheet.PageCount()
	guided := false
	for i := range rowPages {
		p := l.begin()
		y := l.head(p, i == 0)
		free, err := l.rows(p, i, y)
		if err != nil {
			return err
		}
		if below := &free[len(free)-1]; i == rowPages-1 && below.w == fieldW {
			y, guided = l.guideInto(p, below.y, guideBeside, len(l.codes)-l.placed)
			below.h, below.y = below.h-(y-below.y), y
		}
		l.codesInto(p, free)
	}
	for !guided || l.placed < len(l.codes) {
		p := l.begin()
		y := l.head(p, false)
		if !guided {
			y, guided = l.guideInto(p, y, guideLarge, min(len(l.codes)-l.placed, 6))
		}
		if before := l.placed; before < len(l.codes) {
			if l.codesInto(p, spaces{{0, y, fieldW, bottom - y}}); l.placed == before {
				return errors.New("a code or the instructions do not fit on a page")
			}
		} else if !guided {
			return errors.New("the instructions do not fit on a page")
		}
	}
	for i, p := range l.pages {
		l.foot(p, i, rowPages)
	}
	return nil
}

func (l *layout) begin() *page {
	p := &page{}
	l.pages = append(l.pages, p)
	return p
}

// space is a free part of a page.
type space struct{ x, y, w, h float64 }

type spaces []space

// codesInto puts as many codes as fit into the spaces, from left to right and down.
func (l *layout) codesInto(p *page, free spaces) {
	for _, s := range free {
		if l.placed == len(l.codes) {
			return
		}
		side := l.codes[0].mm()
		across, down := l.grid(s)
		between := min(12, (s.w-float64(across)*side)/float64(max(1, across-1)))
		for n := range across * down {
			if l.placed == len(l.codes) {
				return
			}
			x, y := s.x+float64(n%across)*(side+between), s.y+float64(n/across)*(side+caption)
			l.code(p, x, y)
		}
	}
}

func (l *layout) code(p *page, x, y float64) {
	c := l.codes[l.placed]
	l.placed++
	p.marks = append(p.marks, mark{kind: coded, x: x, y: y, w: c.mm(), h: c.mm(), code: c})
	p.centred(x+c.mm()/2, y+c.mm()+2.4, 6.5, false, fmt.Sprintf("code %d of %d · %s", l.placed, len(l.codes), l.sheet.DocumentID))
}
