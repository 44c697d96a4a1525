package shares

import (
	"fmt"
	"slices"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// entry is shares that a person types one after the other: the words in order, one or more to a row, with their numbers or
// without. Before the first word of a share its document's number may be typed, which proves corrections.
type entry struct {
	rows []row
	text []byte
	last []byte // what Back gave
}

// row is what was taken.
type row struct {
	raw   []byte
	words [][]byte // pieces of raw; ? for a word that the paper does not give
	note  bool     // a statement of the head
}

// Entry begins shares that a person types.
func (Codec) Entry() backup.Entry { return &entry{} }

// Ask names the next word; it is "" when the shares are enough.
func (e *entry) Ask() string {
	n := e.typed()
	share, word := n/count+1, n%count+1
	switch {
	case word == 1 && e.enough():
		return ""
	case word == 1:
		return fmt.Sprintf("share %d, word 01 of %d, or several, or first its Document", share, count)
	}
	return fmt.Sprintf("share %d, word %02d of %d, or several", share, word, count)
}

// typed counts the words.
func (e *entry) typed() (n int) {
	for _, r := range e.rows {
		n += len(r.words)
	}
	return n
}

// Take takes the next words. The fourth word of a share tells the set and the number of the share, the last whether it is sound.
func (e *entry) Take(typed []byte, insist bool) error {
	r, slip := e.read(typed)
	if slip == nil && !r.note {
		slip = e.judge(r)
	}
	if slip != nil && !insist {
		secret.Wipe(r.raw)
		return slip
	}
	if e.Ask() == "" {
		secret.Wipe(r.raw)
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
	e.rows = e.rows[:end]
	return e.last
}

// Text is every word with its number, one to a line, and an empty line after each share.
func (e *entry) Text() []byte {
	secret.Wipe(e.text)
	size := 0
	for _, r := range e.rows {
		size += len(r.raw) + 8*len(r.words) + 2 // no growing: a buffer left behind would hold secrets
	}
	e.text = make([]byte, 0, size)
	n := 0
	for _, r := range e.rows {
		if r.note {
			e.text = append(append(e.text, r.raw...), '\n')
		}
		for _, word := range r.words {
			e.text = fmt.Appendf(e.text, "%02d ", n%count+1)
			e.text = append(append(e.text, word...), '\n')
			if n++; n%count == 0 {
				e.text = append(e.text, '\n')
			}
		}
	}
	return e.text
}

// Destroy wipes what was typed.
func (e *entry) Destroy() {
	for _, r := range e.rows {
		secret.Wipe(r.raw)
	}
	secret.Wipe(e.text)
	secret.Wipe(e.last)
	*e = entry{}
}

// chunks are the words by share; the last may have fewer than the others.
func (e *entry) chunks(more ...[]byte) (list [][][]byte) {
	var words [][]byte
	for _, r := range e.rows {
		words = append(words, r.words...)
	}
	for chunk := range slices.Chunk(append(words, more...), count) {
		list = append(list, chunk)
	}
	return list
}

// enough tells whether the shares typed so far are as many as are needed. Of those that the typist insisted on, the first words
// count: Decode tells the rest.
func (e *entry) enough() bool {
	all := begun(e.chunks())
	if len(all) == 0 {
		return false
	}
	groups := make([][]int, maxOf)
	for i, s := range all {
		if s.set == all[0].set && !slices.ContainsFunc(groups[s.group], func(j int) bool { return all[j].member == s.member }) {
			groups[s.group] = append(groups[s.group], i)
		}
	}
	return wanted(all, groups) == ""
}

// begun reads the first words of shares, of those where they can be read.
func begun(chunks [][][]byte) (all []*share) {
	for _, chunk := range chunks {
		if s := headOf(chunk); s != nil {
			all = append(all, s)
		}
	}
	return all
}

// headOf reads the first words of a share; nil where that can't be done.
func headOf(chunk [][]byte) *share {
	if len(chunk) < headWords {
		return nil
	}
	indices, known := lookUpAll(chunk[:headWords])
	defer clear(indices)
	if !known {
		return nil
	}
	return unpackHead(indices)
}

func lookUpAll(words [][]byte) (indices []uint16, known bool) {
	indices = make([]uint16, len(words))
	known = true
	for i, w := range words {
		index, ok := lookUp(w)
		indices[i] = index
		known = known && ok
	}
	return indices, known
}
