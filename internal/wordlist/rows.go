package wordlist

import (
	"fmt"

	"sigtool/internal/secret"
)

// Row is a row that was taken from a person who types.
type Row struct {
	Raw   []byte   // as typed
	Words [][]byte // pieces of it
	Aside bool     // its words are not of those with numbers
}

// NewRow copies what was typed.
func NewRow(typed []byte) Row { return Row{Raw: append([]byte{}, typed...)} }

// Set takes the words of the row; a row with none stands for a word that the paper does not give.
func (r *Row) Set(words []Token) {
	for _, w := range words {
		r.Words = append(r.Words, w.Text)
	}
	if len(words) == 0 {
		r.Words = [][]byte{{'?'}}
	}
}

// Wipe wipes a row that is not kept.
func (r *Row) Wipe() { secret.Wipe(r.Raw) }

// Rows are the rows that were taken. They own them, and wipe what is no longer needed.
type Rows struct {
	all  []Row
	text []byte // what Text gave
	last []byte // what Back gave
}

// Add keeps a row.
func (r *Rows) Add(row Row) { r.all = append(r.all, row) }

// Words are all that have numbers, in order.
func (r *Rows) Words() (words [][]byte) {
	for _, row := range r.all {
		if !row.Aside {
			words = append(words, row.Words...)
		}
	}
	return words
}

// Last is the last row; the zero Row if there is none.
func (r *Rows) Last() Row {
	if len(r.all) == 0 {
		return Row{}
	}
	return r.all[len(r.all)-1]
}

// Back gives the last row as it was typed and forgets it; nil if there is none. What it gives belongs to the rows until the next call.
func (r *Rows) Back() []byte {
	secret.Wipe(r.last)
	r.last = r.Last().Raw
	r.all = r.all[:max(0, len(r.all)-1)]
	return r.last
}

// Text is every word with its number, one to a line; after so many they count from 1 again, behind an empty line. aside writes a row
// that stands aside: its words and spare more bytes at most.
func (r *Rows) Text(of, spare int, aside func(text []byte, row Row) []byte) []byte {
	secret.Wipe(r.text)
	size := 0
	for _, row := range r.all {
		size += len(row.Raw) + 8*len(row.Words) + spare // no growing: a buffer left behind would hold secrets
	}
	r.text = make([]byte, 0, size)
	n := 0
	for _, row := range r.all {
		if row.Aside {
			r.text = aside(r.text, row)
			continue
		}
		for _, word := range row.Words {
			r.text = fmt.Appendf(r.text, "%02d ", n%of+1)
			r.text = append(append(r.text, word...), '\n')
			if n++; n%of == 0 {
				r.text = append(r.text, '\n')
			}
		}
	}
	return r.text
}

// Destroy wipes everything.
func (r *Rows) Destroy() {
	for _, row := range r.all {
		row.Wipe()
	}
	secret.Wipe(r.text)
	secret.Wipe(r.last)
	*r = Rows{}
}
