package term

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"sigtool/internal/secret"
)

// plainPainter is for terminals that can print and step back, and nothing else.
type plainPainter struct {
	t     *Terminal
	title []string      // as it was printed last
	shown *secret.Bytes // the row as it stands on the terminal
	n     int
}

func (p *plainPainter) movable() bool { return false }

func (p *plainPainter) end() { p.shown.Destroy() }

// begin prints the question. What is wrong in its row is marked on a copy of the row, above the one that can be edited.
func (p *plainPainter) begin(q *Question, l *line) error {
	l.at = l.n
	text := "\n"
	if !slices.Equal(q.Title, p.title) {
		p.title = q.Title
		text += joined(q.Title, p.t.Width()) + "\n"
	}
	if err := p.t.print(text); err != nil {
		return err
	}
	if len(l.wrong) > 0 {
		if err := p.marked(l); err != nil {
			return err
		}
	}
	if err := p.t.print(joined(q.Notes, p.t.Width()) + joined([]string{q.Ask}, p.t.Width())); err != nil {
		return err
	}
	return p.again(l)
}

func joined(lines []string, width int) string {
	text := ""
	for _, one := range wrap(lines, width-1) {
		text += printable(one) + "\n"
	}
	return text
}

func (p *plainPainter) marked(l *line) error {
	out := secret.New(2*maxLine + 16)
	defer out.Destroy()
	b := append(out.Bytes()[:0], "  "...)
	b = append(appendPrintable(b, l.row()), "\n  "...)
	for i := 0; i <= l.n; {
		b = append(b, " ^"[btoi(l.isWrong(i))])
		_, size := utf8.DecodeRune(l.row()[i:])
		i += max(1, size)
	}
	return p.t.write(append(b, '\n'))
}

// appendPrintable needs no more bytes than row has.
func appendPrintable(b, row []byte) []byte {
	for len(row) > 0 {
		r, size := utf8.DecodeRune(row)
		b = utf8.AppendRune(b, harmless(r))
		row = row[size:]
	}
	return b
}

// again prints the row on a line of its own.
func (p *plainPainter) again(l *line) error {
	clear(p.shown.Bytes()[:p.n])
	p.n = 0
	if err := p.t.print(rowMark); err != nil {
		return err
	}
	return p.extend(l)
}

// update steps back to where the row has changed and prints it from there; on a new line where it is longer than one.
func (p *plainPainter) update(_ *Question, l *line) error {
	was := p.shown.Bytes()[:p.n]
	if len(rowMark)+utf8.RuneCount(was) >= p.t.Width() && !bytes.HasPrefix(l.row(), was) {
		if err := p.t.print("\n"); err != nil {
			return err
		}
		return p.again(l)
	}
	for !bytes.HasPrefix(l.row(), p.shown.Bytes()[:p.n]) {
		p.n = eraseLast(p.shown.Bytes()[:p.n])
		if err := p.t.print("\b \b"); err != nil {
			return err
		}
	}
	return p.extend(l)
}

// extend prints what the row has more than what is shown.
func (p *plainPainter) extend(l *line) error {
	more := l.row()[p.n:]
	if len(more) == 0 {
		return nil
	}
	out := secret.New(len(more) + utf8.UTFMax)
	defer out.Destroy()
	printed := appendPrintable(out.Bytes()[:0], more)
	p.n += copy(p.shown.Bytes()[p.n:], more)
	return p.t.write(printed)
}
