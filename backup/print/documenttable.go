package print

import (
	doc "sigtool/internal/document"
)

// table draws rows, and the head again on each page. A table of boxes is ruled on all sides; any other has lines below its rows.
func (k *desk) table(t *doc.Table) {
	widths := columnsOf(t)
	var top *tableRow
	if len(t.Head) > 0 {
		r := k.row(t, t.Head, widths, true)
		top = &r
	}
	k.y += 0.8
	began := false
	for _, cells := range t.Rows {
		for _, r := range k.row(t, cells, widths, false).split() {
			h := r.height
			if top != nil && !began {
				h += top.height
			}
			if k.need(h) || !began {
				if top != nil {
					k.draw(*top, widths)
				} else if !t.Boxes {
					k.page().rule(k.y, thin)
				}
			}
			k.draw(r, widths)
			began = true
		}
	}
	if !began && top != nil {
		k.need(top.height)
		k.draw(*top, widths)
	}
	k.y += 2.5
}

// columnsOf shares the width of the field.
func columnsOf(t *doc.Table) []float64 {
	n := t.Columns()
	part := func(i int) float64 {
		if i < len(t.Widths) && t.Widths[i] > 0 {
			return float64(t.Widths[i])
		}
		if n == 2 && i == 0 && len(t.Head) == 0 {
			return 1.0 / 3 // names are shorter than values
		}
		return 1
	}
	sum := 0.0
	for i := range n {
		sum += part(i)
	}
	widths := make([]float64, n)
	for i := range n {
		widths[i] = fieldW * part(i) / sum
	}
	return widths
}

// tableRow is a row with its text broken into lines.
type tableRow struct {
	cells  [][]string
	height float64
	boxes  bool
	top    bool // the head
	names  bool // the first cell is a name
}

func (k *desk) row(t *doc.Table, cells []string, widths []float64, top bool) tableRow {
	r := tableRow{boxes: t.Boxes, top: top, names: len(t.Head) == 0 && len(widths) == 2}
	most, empty := 1, false
	for i, w := range widths {
		var lines []string
		for _, line := range doc.Lines(doc.Cell(cells, i)) {
			lines = append(lines, wrap(line, columns(w-2*docPad, docSmall+0.5))...)
		}
		r.cells = append(r.cells, lines)
		most, empty = max(most, len(lines)), empty || len(lines) == 0
	}
	r.measure(most)
	if t.Boxes && !top && empty {
		r.height = max(r.height, docBox)
		if t.Tall {
			r.height = max(r.height, docTall)
		}
	}
	return r
}

const rowPitch = 3.9

func (r *tableRow) measure(lines int) { r.height = float64(lines)*rowPitch + 2*docPad }

// split makes several rows of one that is too long for a page.
func (r tableRow) split() (rows []tableRow) {
	for {
		part, rest, more, most := r, r, false, 1
		part.cells, rest.cells = nil, nil
		for _, lines := range r.cells {
			n := min(len(lines), docLines)
			part.cells, rest.cells = append(part.cells, lines[:n]), append(rest.cells, lines[n:])
			more, most = more || len(lines) > n, max(most, n)
		}
		if !more && len(rows) == 0 {
			return []tableRow{r}
		}
		part.measure(most)
		rows = append(rows, part)
		if !more {
			return rows
		}
		r = rest
	}
}

func (k *desk) draw(r tableRow, widths []float64) {
	p, x := k.page(), 0.0
	for i, w := range widths {
		if r.boxes {
			p.marks = append(p.marks, mark{kind: framed, x: x, y: k.y, w: min(w+thin, fieldW-x), h: r.height + thin}) // neighbours share a line
		}
		for j, line := range r.cells[i] {
			in := x
			if r.boxes || i > 0 {
				in += docPad
			}
			p.write(in, k.y+docPad+float64(j+1)*rowPitch-1, docSmall+0.5, r.top || r.names && i == 0, line)
		}
		x += w
	}
	k.y += r.height
	switch {
	case r.top && !r.boxes:
		p.rule(k.y-0.3, 0.4)
	case !r.boxes:
		p.rule(k.y, 0.1)
	}
}
