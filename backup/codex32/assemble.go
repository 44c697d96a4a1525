package codex32

import (
	"bytes"
	"slices"

	"sigtool/internal/secret"
)

// assembler puts rows together to strings.
type assembler struct {
	one     bool // there is one string only: rows that are there more than once, differently, are so many readings of it
	pieces  []*piece
	current *piece
	lost    [][][]byte // rows without a number
}

func assemble(rows []row, one bool) []*piece {
	a := assembler{one: one}
	for i, r := range rows {
		if r.number == perhaps {
			if r.number = 0; a.current == nil || a.current.full() {
				r.number = bare
			}
		}
		switch r.number {
		case bare:
			a.bare(i, r)
		case 0:
			a.unnumbered(r)
		default:
			a.numbered(i, r)
		}
	}
	a.finish()
	return a.pieces
}

// bare takes a row that begins a string: a whole one, or the first of three rows.
func (a *assembler) bare(i int, r row) {
	if a.current != nil && !a.current.isBare() && len(a.current.parts[0].readings) == 0 && r.size() <= rowLen+groupLen {
		a.current.add(row{number: 1, tokens: r.tokens})
		return
	}
	a.begin(i, part{width: stringLen, readings: [][][]byte{slices.Clip(r.tokens)}})
}

// unnumbered takes a row that goes on with a string in one piece, or may be any of three.
func (a *assembler) unnumbered(r row) {
	if a.current == nil || !a.current.isBare() {
		a.lost = append(a.lost, r.tokens)
	} else if p := &a.current.parts[0]; p.size() < stringLen {
		p.readings[0] = append(p.readings[0], r.tokens...)
	}
}

func (a *assembler) numbered(i int, r row) {
	if a.current != nil && a.current.isBare() && r.number > 1 && a.current.parts[0].size() <= rowLen+groupLen {
		typed := a.current.parts[0].readings // the first row, whose number was lost
		a.current.parts = threeRows()
		a.current.parts[0].readings = typed
	} else if a.current == nil || a.current.isBare() || !a.one && a.current.clashes(r) {
		a.begin(i, threeRows()...)
	}
	a.current.add(r)
}

// begin begins a string at row i, from 0; the first has all rows before it.
func (a *assembler) begin(i int, parts ...part) {
	a.finish()
	a.current = &piece{parts: parts}
	if len(a.pieces) > 0 {
		a.current.from = i
	}
	a.pieces = append(a.pieces, a.current)
}

func (a *assembler) finish() {
	if a.current != nil && !a.current.isBare() {
		a.current.fill(a.lost)
		a.lost = nil
	}
	a.current = nil
}

func threeRows() []part {
	return []part{{width: rowLen}, {width: rowLen}, {width: stringLen - 2*rowLen}}
}

func (p *part) size() int { return row{tokens: p.readings[0]}.size() }

// clashes tells whether a row begins another string.
func (p *piece) clashes(r row) bool {
	have := p.parts[r.number-1].readings
	if len(have) == 0 || same(have[0], r.tokens) {
		return false
	}
	return r.number == 1 || p.full()
}

// full tells whether a string has all its rows.
func (p *piece) full() bool {
	if p.isBare() {
		return p.parts[0].size() > stringLen-groupLen
	}
	return !slices.ContainsFunc(p.parts, func(part part) bool { return len(part.readings) == 0 })
}

func same(a, b [][]byte) bool {
	x, y := join(a), join(b)
	defer secret.Wipe(x)
	defer secret.Wipe(y)
	return bytes.Equal(x, y)
}

func (p *piece) add(r row) {
	part := &p.parts[r.number-1]
	for _, have := range part.readings {
		if same(have, r.tokens) {
			return
		}
	}
	if len(part.readings) < maxReadings {
		part.readings = append(part.readings, r.tokens)
	}
}

// fill gives rows that lost their numbers the places that are free.
func (p *piece) fill(lost [][][]byte) {
	for i := range p.parts {
		if len(p.parts[i].readings) == 0 && len(lost) > 0 {
			p.parts[i].readings, lost = lost[:1], lost[1:]
		}
	}
}
