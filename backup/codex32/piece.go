package codex32

import (
	"bytes"

	"sigtool/backup"
	"sigtool/internal/secret"
)

const (
	maxPieces   = 64 // strings in one reading
	maxReadings = 3  // of one row
)

// piece is one string as it was read, with the head above it.
type piece struct {
	page   int // which one it is of all that were read, from 1
	head   backup.Head
	stated bool     // the head has a document number
	ids    []uint64 // the document numbers of the text, of which one has to be the string's if stated
	parts  []part   // three rows, or one part that is all of the string
}

// part is a stretch of a string as often as it was typed.
type part struct {
	width    int
	readings [][][]byte // tokens
}

func (p *piece) isBare() bool { return len(p.parts) == 1 }

func (p *piece) destroy() {
	for _, part := range p.parts {
		for _, tokens := range part.readings {
			wipeTokens(tokens)
		}
	}
}

func wipeTokens(tokens [][]byte) {
	for _, t := range tokens {
		secret.Wipe(t)
	}
}

// section is a stretch of a text: a head, where there is one, and what follows up to the next.
type section struct {
	from, to int
	headed   bool
	rows     []row
}

// sections cuts a clean text where a head begins below rows.
func sections(clean []byte) []section {
	list := []section{{}}
	at := 0
	for line := range bytes.Lines(clean) {
		s := &list[len(list)-1]
		// Below a head a row without a number is one only behind others: a fingerprint is groups of four as well.
		if r, ok := readRow(line); ok && !backup.Stated(line) && (r.number != 0 || !s.headed || len(s.rows) > 0) {
			s.rows = append(s.rows, r)
		} else {
			wipeTokens(r.tokens)
			h := backup.ReadHead(line)
			if h.Printed || len(h.Fields) > 0 {
				if len(s.rows) > 0 {
					list = append(list, section{from: at})
					s = &list[len(list)-1]
				}
				s.headed = true
			}
		}
		at += len(line)
		s.to = at
	}
	return list
}

// readPieces finds the strings of a clean text. A head below the only rows of a text belongs to them.
func readPieces(clean []byte) (pieces []*piece) {
	all := sections(clean)
	if n := len(all); n == 2 && !all[0].headed && len(all[1].rows) == 0 {
		all = []section{{from: 0, to: all[1].to, headed: true, rows: all[0].rows}}
	}
	var ids []uint64
	for _, s := range all {
		head := backup.ReadHead(clean[s.from:s.to])
		id, stated := head.DocumentID()
		if stated {
			ids = append(ids, id)
		}
		for _, p := range assemble(s.rows, stated) {
			p.head, p.stated = head, stated
			pieces = append(pieces, p)
		}
	}
	for _, p := range pieces {
		p.ids = ids
	}
	return pieces
}

// assemble puts rows together to strings. Below a head with a document number there is one string only, and rows that are there
// more than once, differently, are so many readings of it.
func assemble(rows []row, one bool) (pieces []*piece) {
	var current *piece
	var lost [][][]byte // rows without a number
	finish := func() {
		if current != nil && !current.isBare() {
			current.fill(lost)
			lost = nil
		}
		current = nil
	}
	begin := func(parts ...part) {
		finish()
		current = &piece{parts: parts}
		pieces = append(pieces, current)
	}
	for _, r := range rows {
		switch {
		case r.number == bare && current != nil && !current.isBare() && len(current.parts[0].readings) == 0 && r.size() <= rowLen+groupLen:
			current.add(row{number: 1, tokens: r.tokens})
		case r.number == bare:
			begin(part{width: stringLen, readings: [][][]byte{r.tokens}})
		case r.number == 0 && current != nil && current.isBare():
			if p := &current.parts[0]; p.size() < stringLen {
				p.readings[0] = append(p.readings[0], r.tokens...)
			}
		case r.number == 0:
			lost = append(lost, r.tokens)
		default:
			if current != nil && current.isBare() && r.number > 1 && current.parts[0].size() <= rowLen+groupLen {
				typed := current.parts[0].readings // the first row, whose number was lost
				current.parts = threeRows()
				current.parts[0].readings = typed
			} else if current == nil || current.isBare() || !one && current.clashes(r) {
				begin(threeRows()...)
			}
			current.add(r)
		}
	}
	finish()
	return pieces
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
	full := true
	for _, part := range p.parts {
		full = full && len(part.readings) > 0
	}
	return full || r.number == 1
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
