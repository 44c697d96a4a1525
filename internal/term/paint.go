package term

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"sigtool/internal/secret"
)

const outSize = 4096 // bytes that go to the terminal at once, in locked memory

const (
	underline  = "\x1b[4m"
	faint      = "\x1b[2m"
	dressOff   = "\x1b[m"
	eraseRight = "\x1b[K"
	rowMark    = "> "
	moreMark   = "< " // the row begins further left
)

// screenPainter draws the whole screen for a question, and afterwards the row and its marks alone: a serial line is slow.
//
//	Title
//
//	  Above
//
//	Ask
//	> row[rest]
//	   ^^
//	Notes
type screenPainter struct {
	t               *Terminal
	out             *secret.Bytes
	used            int
	columns, height int // of the terminal when the screen was drawn
	at              int // the row's line on the screen, from 1
	err             error
}

func (p *screenPainter) movable() bool { return true }

func (p *screenPainter) end() { p.out.Destroy() }

func (p *screenPainter) begin(q *Question, l *line) error {
	p.columns, p.height = p.t.size()
	notes := wrap(q.Notes, p.columns-3)
	title := wrap(q.Title, p.columns-3)
	room := p.height - len(title) - len(notes) - 6 // two gaps, Ask, the row, its marks, and a line to spare
	if room < 0 {
		title, room = nil, max(0, room+len(title))
	}
	above := lastLines(q.Above, room)
	p.text(homeErase)
	p.at = 1
	p.lines(title)
	p.newline()
	for len(above) > 0 {
		var one []byte
		one, above = cutLine(above)
		p.text("  ") // below one another with the row
		p.clipped(one)
		p.newline()
	}
	if len(q.Above) > 0 {
		p.newline()
	}
	p.lines([]string{q.Ask})
	row := p.at
	p.newline()
	p.newline()
	p.lines(notes)
	p.at = row
	return p.update(q, l)
}

func (p *screenPainter) lines(texts []string) {
	for _, text := range texts {
		p.clipped([]byte(text))
		p.newline()
	}
}

func (p *screenPainter) newline() {
	p.text("\n")
	p.at++
}

// update draws the row, its marks, and the cursor; everything where the terminal's size has changed.
func (p *screenPainter) update(q *Question, l *line) error {
	if columns, height := p.t.size(); columns != p.columns || height != p.height {
		return p.begin(q, l)
	}
	width := p.columns - len(rowMark) - 1
	cursor := utf8.RuneCount(l.row()[:l.at])
	first := max(0, cursor-width+1)
	p.text(fmt.Sprintf("\x1b[%d;1H", p.at))
	p.row(l, first, width)
	p.text(fmt.Sprintf("\x1b[%d;1H%*s", p.at+1, len(rowMark), ""))
	p.marks(l, first, width)
	p.text(fmt.Sprintf("\x1b[%d;%dH", p.at, 1+len(rowMark)+cursor-first))
	p.flush()
	err := p.err
	p.err = nil
	return err
}

func (p *screenPainter) row(l *line, first, width int) {
	p.text([]string{rowMark, moreMark}[min(first, 1)])
	column, dressed := 0, false
	for i := 0; i < l.n; {
		r, size := utf8.DecodeRune(l.row()[i:])
		if column >= first && column < first+width {
			if wrong := l.isWrong(i); wrong != dressed {
				p.dress([]string{dressOff, underline}[btoi(wrong)])
				dressed = wrong
			}
			p.rune(r)
		}
		column++
		i += size
	}
	if dressed {
		p.dress(dressOff)
	}
	if room := first + width - column - 2; l.rest != "" && l.at == l.n && utf8.RuneCountInString(l.rest) <= room {
		p.dress(faint)
		p.text("[" + printable(l.rest) + "]")
		p.dress(dressOff)
	}
	p.text(eraseRight)
}

func (p *screenPainter) marks(l *line, first, width int) {
	column := 0
	for i := 0; i <= l.n && column < first+width; column++ {
		if column >= first {
			p.text([]string{" ", "^"}[btoi(l.isWrong(i))])
		}
		_, size := utf8.DecodeRune(l.row()[i:])
		i += max(1, size)
	}
	p.text(eraseRight)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p *screenPainter) dress(sequence string) {
	if !p.t.bare {
		p.text(sequence)
	}
}

// clipped writes one line, as much of it as fits with an indent.
func (p *screenPainter) clipped(text []byte) {
	for column := 0; len(text) > 0 && column < p.columns-3; column++ {
		r, size := utf8.DecodeRune(text)
		p.rune(r)
		text = text[size:]
	}
}

func (p *screenPainter) rune(r rune) {
	if p.used+utf8.UTFMax > outSize {
		p.flush()
	}
	p.used += utf8.EncodeRune(p.out.Bytes()[p.used:], harmless(r))
}

func (p *screenPainter) text(s string) {
	if p.used+len(s) > outSize {
		p.flush()
	}
	p.used += copy(p.out.Bytes()[p.used:], s)
}

func (p *screenPainter) flush() {
	out := p.out.Bytes()[:p.used]
	if err := p.t.write(out); p.err == nil {
		p.err = err
	}
	clear(out)
	p.used = 0
}

// harmless keeps what was typed or pasted from driving the terminal.
func harmless(r rune) rune {
	if r == utf8.RuneError || !unicode.IsPrint(r) {
		return '?'
	}
	return r
}

func printable(s string) string { return strings.Map(harmless, s) }
