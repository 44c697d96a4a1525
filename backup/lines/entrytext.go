package lines

import (
	"fmt"

	"sigtool/internal/secret"
)

// Text writes every line with its number and the number of lines, and each group as it was typed.
func (e *entry) Text() []byte {
	secret.Wipe(e.text)
	total, size := e.total(), 0
	for _, r := range e.rows {
		size += len(r.raw) + 2*len(r.line.chars) + 16
	}
	e.text = make([]byte, 0, size)
	for _, r := range e.rows {
		switch l := r.line; {
		case l.number == 0:
			e.text = append(e.text, r.raw...)
		case len(l.chars) == 0:
			continue
		default:
			if l.total == 0 {
				l.total = total
			}
			e.text = l.appendTo(e.text)
		}
		e.text = append(e.text, '\n')
	}
	return e.text
}

func (l typed) appendTo(b []byte) []byte {
	b = fmt.Appendf(b, "%02d", l.number)
	if l.total > 0 {
		b = fmt.Appendf(b, "/%02d ", l.total)
	}
	rest := l.chars
	for _, n := range l.groups {
		n = min(n, len(rest))
		b = append(append(b, ' '), rest[:n]...)
		rest = rest[n:]
	}
	return b
}

func (r entered) wipe() {
	secret.Wipe(r.raw)
	secret.Wipe(r.line.chars)
}

// Destroy wipes the rows and the text.
func (e *entry) Destroy() {
	for _, r := range e.rows {
		r.wipe()
	}
	secret.Wipe(e.text)
	secret.Wipe(e.last)
	*e = entry{}
}
