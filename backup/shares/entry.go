package shares

import (
	"fmt"
	"slices"

	"sigtool/backup"
	"sigtool/internal/wordlist"
)

// entry is shares that a person types one after the other: the words in order, one or more to a row, with their numbers or
// without. Before the first word of a share its document's number may be typed, which proves corrections; it is a row aside.
type entry struct{ rows wordlist.Rows }

// Entry begins shares that a person types.
func (Codec) Entry() backup.Entry { return &entry{} }

// Ask names the next word; it is "" when the shares are enough.
func (e *entry) Ask() string {
	n := len(e.rows.Words())
	share, word := n/count+1, n%count+1
	switch {
	case word == 1 && e.enough():
		return ""
	case word == 1:
		return fmt.Sprintf("share %d, word 01 of %d, or several, or first its Document", share, count)
	}
	return fmt.Sprintf("share %d, word %02d of %d, or several", share, word, count)
}

// Take takes the next words. The fourth word of a share tells the set and the number of the share, the last whether it is sound.
func (e *entry) Take(typed []byte, insist bool) error {
	row, slip := e.read(typed)
	if slip == nil && !row.Aside {
		slip = e.judge(row)
	}
	if slip != nil && !insist {
		row.Wipe()
		return slip
	}
	if e.Ask() == "" {
		row.Wipe()
		return nil
	}
	e.rows.Add(row)
	return nil
}

// Back gives the last row back.
func (e *entry) Back() []byte { return e.rows.Back() }

// Text is every word with its number, one to a line, and an empty line after each share.
func (e *entry) Text() []byte {
	return e.rows.Text(count, 1, func(text []byte, note wordlist.Row) []byte { return append(append(text, note.Raw...), '\n') })
}

// Destroy wipes what was typed.
func (e *entry) Destroy() { e.rows.Destroy() }

// chunks are the words by share; the last may have fewer than the others.
func (e *entry) chunks(more ...[]byte) [][][]byte {
	return slices.Collect(slices.Chunk(append(e.rows.Words(), more...), count))
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
	head := unpackHead(indices)
	if head.groupNeed > head.groupOf {
		return nil // a word is wrong
	}
	return head
}
