package codex32

import (
	"fmt"
	"slices"

	"sigtool/internal/secret"
)

// Text is the rows with their numbers.
func (e *entry) Text() []byte {
	secret.Wipe(e.text)
	whole, rest := e.done()
	e.text = nil
	for _, rows := range append(whole, rest) {
		part := textOf(rows)
		grown := slices.Concat(e.text, part)
		secret.Wipe(part)
		secret.Wipe(e.text)
		e.text = grown
	}
	return e.text
}

// textOf writes the rows of one string, its head first.
func textOf(rows []typedRow) []byte {
	size := 0
	for _, r := range rows {
		size += len(r.text) + 8
	}
	b := make([]byte, 0, size)
	for _, r := range rows {
		if r.kind == aField {
			b = append(append(b, r.text...), '\n')
		}
	}
	number := 0
	for _, r := range rows {
		switch r.kind {
		case aString:
			b = append(append(b, r.text...), '\n')
		case aRow:
			number++
			_, start := stripNumber(r.text)
			b = fmt.Appendf(b, "%d/%d  ", number, rowCount)
			b = append(append(b, r.text[start:]...), '\n')
		}
	}
	return b
}
