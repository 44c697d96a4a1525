package shares

import (
	"bytes"
	"errors"

	"sigtool/backup"
	"sigtool/internal/wordlist"
)

// piece is one share as it stands in the texts, or a head without words.
type piece struct {
	text  int // in which it stands, from 1
	notes []byte
	words []wordlist.Pair // pieces of the text
	seen  [count + 1]bool // numbers that it has
	found int             // how many those are
	bare  bool            // the words have no numbers
}

const (
	maxPieces = 300 // a set has 256 shares at most
	mostly    = 20  // so many words of a share, and number 1 begins the next
)

// reader finds the shares in a text.
type reader struct {
	text   int
	pieces []*piece
}

func (r *reader) now() *piece { return r.pieces[len(r.pieces)-1] }

func (r *reader) begin() { r.pieces = append(r.pieces, &piece{text: r.text}) }

// readPieces finds the shares of a cleaned text, which the words are pieces of.
func readPieces(clean []byte, text int) ([]*piece, error) {
	r := &reader{text: text}
	r.begin()
	numbered := false
	for row := range bytes.Lines(clean) {
		if _, ok := list.Pairs(wordlist.Tokens(uncomment(row))); ok && !backup.Stated(row) {
			numbered = true
			break
		}
	}
	for row := range bytes.Lines(clean) {
		tokens := wordlist.Tokens(uncomment(row))
		pairs, ok := list.Pairs(tokens)
		switch {
		case backup.Stated(row):
			r.addNote(bytes.TrimSpace(row))
		case ok:
			r.addNumbered(pairs)
		case !numbered && likeWords(tokens):
			r.addBare(tokens)
		default:
			r.addNote(uncomment(row))
		}
		if len(r.pieces) > maxPieces || r.now().tooLong() {
			return nil, errors.New("more words than the shares of one set can have")
		}
	}
	return fold(r.pieces), nil
}

func uncomment(row []byte) []byte {
	row, _, _ = bytes.Cut(row, []byte("#"))
	return bytes.TrimSpace(row)
}

func (p *piece) tooLong() bool { return len(p.words) > 4*count || len(p.notes) > backup.MaxTextSize/16 }

func (p *piece) add(t wordlist.Pair) {
	p.words = append(p.words, t)
	if t.Number >= 1 && t.Number <= count && !p.seen[t.Number] {
		p.seen[t.Number] = true
		p.found++
	}
}

func (r *reader) addNumbered(pairs []wordlist.Pair) {
	for i, t := range pairs {
		if t.Number == 1 && r.now().found >= mostly && counts(pairs[i:], len(pairs)) {
			r.begin()
		}
		r.now().add(t)
	}
}

// counts tells whether a row, or what is left of it, goes on as it should behind number 1: any other number can be misread as 1.
func counts(rest []wordlist.Pair, row int) bool {
	if len(rest) == 1 {
		return row == 1
	}
	return rest[1].Number <= columns
}

// addBare takes words without numbers: a share to a row, or on several rows until it has 33 words.
func (r *reader) addBare(tokens []wordlist.Token) {
	if n := len(r.now().words); n > 0 && n+len(tokens) > count && len(tokens) >= minWords {
		r.begin()
	}
	for _, token := range tokens {
		if len(r.now().words) == count {
			r.begin()
		}
		r.now().add(wordlist.Pair{Number: len(r.now().words) + 1, Word: token.Text})
		r.now().bare = true
	}
}

// addNote keeps a row of the head. One that comes after words begins the next share, if it says something of it.
func (r *reader) addNote(row []byte) {
	h := backup.ReadHead(row)
	if len(h.Fields) == 0 && !h.Printed && !h.Rehearsal {
		return
	}
	if len(r.now().words) > 0 && !h.Rehearsal {
		r.begin()
	}
	r.now().notes = append(append(r.now().notes, row...), '\n')
}

// fold puts pieces together that are one: rows that were typed twice look like the start of a share, and a head may stand behind
// its words.
func fold(pieces []*piece) (folded []*piece) {
	for _, p := range pieces {
		if len(folded) == 0 {
			folded = append(folded, p)
			continue
		}
		last := folded[len(folded)-1]
		switch {
		case len(p.words) == 0 && len(last.notes) == 0:
			last.notes = p.notes
		case len(p.notes) == 0 && len(p.words) > 0 && min(p.found, last.found) < count && p.agrees(last):
			for _, t := range p.words {
				last.add(t)
			}
		default:
			folded = append(folded, p)
		}
	}
	return folded
}

// agrees tells whether no number has different words in the two.
func (p *piece) agrees(other *piece) bool {
	for _, a := range p.words {
		for _, b := range other.words {
			if a.Number == b.Number && !sameWord(a.Word, b.Word) {
				return false
			}
		}
	}
	return true
}
