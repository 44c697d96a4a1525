package words

import (
	"fmt"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// entry is a sheet that a person types: the 24 words in order, one or more to a row, with their numbers or without, then the check line.
type entry struct {
	rows []row
	text []byte
	last []byte // what Back gave
}

// row is what was taken.
type row struct {
	raw   []byte
	low   []byte   // in small letters
	words [][]byte // pieces of low; ? for a word that the paper does not give
	check bool     // the check line; without words if the sheet has none
}

// Entry begins a sheet that a person types.
func (Codec) Entry() backup.Entry { return &entry{} }

// Ask names the next word, then the check line.
func (e *entry) Ask() string {
	switch next := e.next(); {
	case e.done():
		return ""
	case next > count:
		return "the check line: four words; empty if the sheet has none"
	default:
		return fmt.Sprintf("word %02d of %d, or several", next, count)
	}
}

// next is the number of the next word; more than 24 if the check line is next.
func (e *entry) next() int {
	n := 1
	for _, r := range e.rows {
		if !r.check {
			n += len(r.words)
		}
	}
	return n
}

func (e *entry) done() bool { return len(e.rows) > 0 && e.rows[len(e.rows)-1].check }

// Take takes the next words, or the check line, which shows whether the words before it are right.
func (e *entry) Take(typed []byte, insist bool) error {
	r, slip := e.read(typed)
	if slip != nil && !insist {
		r.wipe()
		return slip
	}
	if e.done() {
		r.wipe()
		return nil
	}
	e.rows = append(e.rows, r)
	return nil
}

// Back gives the last row back.
func (e *entry) Back() []byte {
	if len(e.rows) == 0 {
		return nil
	}
	secret.Wipe(e.last)
	end := len(e.rows) - 1
	e.last = e.rows[end].raw
	secret.Wipe(e.rows[end].low)
	e.rows = e.rows[:end]
	return e.last
}

// Text is every word with its number, one to a line, and the check line.
func (e *entry) Text() []byte {
	secret.Wipe(e.text)
	size := 0
	for _, r := range e.rows {
		size += len(checkName) + 8*len(r.words) + len(r.low) + 1 // no growing: a buffer left behind would hold secrets
	}
	e.text = make([]byte, 0, size)
	n := 0
	for _, r := range e.rows {
		if r.check && len(r.words) > 0 {
			e.text = append(e.text, checkName...)
		}
		for _, word := range r.words {
			if n++; !r.check {
				e.text = fmt.Appendf(e.text, "%02d", n)
			}
			e.text = append(append(e.text, ' '), word...)
			if !r.check {
				e.text = append(e.text, '\n')
			}
		}
		if r.check && len(r.words) > 0 {
			e.text = append(e.text, '\n')
		}
	}
	return e.text
}

// Destroy wipes what was typed.
func (e *entry) Destroy() {
	for _, r := range e.rows {
		r.wipe()
	}
	secret.Wipe(e.text)
	secret.Wipe(e.last)
	*e = entry{}
}

func (r row) wipe() {
	secret.Wipe(r.raw)
	secret.Wipe(r.low)
}
