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
	from   int // its first row, of those that were put together
	head   backup.Head
	stated bool     // the head has a document number, and the string is the one that it names
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
		if r, ok := readRow(line); ok && !isStatement(line) && (r.number != 0 || !s.headed || len(s.rows) > 0) {
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

// isStatement tells a statement from a row: as sheets print it, or one of the numbers, whose groups look like those of a row.
func isStatement(line []byte) bool {
	if backup.Stated(line) {
		return true
	}
	h := backup.ReadHead(line)
	_, isNumber := h.DocumentID()
	return isNumber || h.Value(backup.FieldCheck) != ""
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
		if !stated {
			for _, p := range assemble(s.rows, false) {
				p.head = head
				pieces = append(pieces, p)
			}
			continue
		}
		ids = append(ids, id)
		for _, p := range belowNumber(s.rows, id) {
			if p.stated {
				p.head = head
			}
			pieces = append(pieces, p)
		}
	}
	for _, p := range pieces {
		p.ids = ids
	}
	return pieces
}
