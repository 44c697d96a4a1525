package words

import (
	"fmt"

	"sigtool/backup"
	"sigtool/internal/wordlist"
)

// entry is a sheet that a person types: the 24 words in order, one or more to a row, with their numbers or without, then the check line,
// which is the row aside: without words if the sheet has none.
type entry struct{ rows wordlist.Rows }

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
func (e *entry) next() int { return len(e.rows.Words()) + 1 }

func (e *entry) done() bool { return e.rows.Last().Aside }

// Take takes the next words, or the check line, which shows whether the words before it are right.
func (e *entry) Take(typed []byte, insist bool) error {
	row, slip := e.read(typed)
	if slip != nil && !insist {
		row.Wipe()
		return slip
	}
	if e.done() {
		row.Wipe()
		return nil
	}
	e.rows.Add(row)
	return nil
}

// Back gives the last row back.
func (e *entry) Back() []byte { return e.rows.Back() }

// Text is every word with its number, one to a line, and the check line.
func (e *entry) Text() []byte {
	return e.rows.Text(maxTyped, len(checkName)+1, func(text []byte, check wordlist.Row) []byte {
		if len(check.Words) == 0 {
			return text
		}
		text = append(text, checkName...)
		for _, word := range check.Words {
			text = append(append(text, ' '), word...)
		}
		return append(text, '\n')
	})
}

// maxTyped is more words than a sheet has: what a typist insists on beyond 24 goes on counting.
const maxTyped = 4 * count

// Destroy wipes what was typed.
func (e *entry) Destroy() { e.rows.Destroy() }
