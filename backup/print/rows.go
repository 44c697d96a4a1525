package print

import (
	"fmt"
	"math"
)

// rows writes the rows of page i, as large as they go, and returns the spaces that are left: beside them, then below them.
func (l *layout) rows(p *page, i int, y float64) (spaces, error) {
	rows := l.sheet.PageRows(i)
	beside := len(rows) > 12
	w := fieldW
	if beside {
		w -= maxCode
	}
	longest, gaps := 0, 0.0
	for n, row := range rows {
		longest = max(longest, len(row))
		if n > 0 && l.sheet.Block > 0 && n%l.sheet.Block == 0 {
			gaps += blockGap
		}
	}
	size, pitch := rowSize(l.largest, longest, len(rows), w, bottom-y-gaps)
	if size == 0 {
		return nil, fmt.Errorf("%d rows of %d characters do not fit on a page", len(rows), longest)
	}
	if left := bottom - y - gaps - float64(len(rows))*pitch; beside && l.room(spaces{{0, 0, w, left - gap}}) == 0 {
		pitch += min(0.25*pitch, left/float64(len(rows)))
	}
	top := y
	for n, row := range rows {
		if n > 0 && l.sheet.Block > 0 && n%l.sheet.Block == 0 {
			y += blockGap
		}
		y += pitch
		p.writeBytes(0, y-0.2*pitch, size, false, append([]byte(nil), row...))
	}
	if beside {
		return l.around(w, top, y+gap), nil
	}
	return spaces{{0, y + gap, fieldW, bottom - y - gap}}, nil
}

// around is the column beside rows of that width, and what is below them, from y on. If as many codes fit, those below are one row over
// the whole width, level with the codes of the column.
func (l *layout) around(w, top, y float64) spaces {
	best := spaces{{w, top, fieldW - w, bottom - top}, {0, y, w, bottom - y}}
	pitch := l.codes[0].mm() + caption
	for _, from := range []float64{y, top + math.Ceil((y-top)/pitch)*pitch} {
		level := spaces{{w, top, fieldW - w, from - top}, {0, from, fieldW, bottom - from}}
		if l.room(level) >= l.room(best) {
			return level
		}
	}
	return best
}

// blockGap is the space after some rows, in mm.
const blockGap = 1.7

// largeRows is the font of rows where there is room, in points.
const largeRows = 14.0

// rowSize is the largest font up to largest, in points, at which so many rows fit, and the distance of two of them in mm; 0 if none is.
func rowSize(largest float64, chars, rows int, w, h float64) (size, pitch float64) {
	for size = largest; size >= 7; size -= 0.1 {
		pitch = size * point * 1.28
		if size > 10.5 && largest == largeRows {
			pitch = size * point * 1.5
		}
		if float64(chars)*advance*size*point <= w && float64(rows)*pitch <= h {
			return size, pitch
		}
	}
	return 0, 0
}
