package tui

import (
	"strings"
	"unicode/utf8"

	"sigtool/ceremony"
)

// askPanel is a question and its answer as far as it was typed.
func (m *model) askPanel(width int) panel {
	p := panel{top: m.top(width), body: m.text(width), bottom: m.refused(width)}
	if m.prompt.Kind == ceremony.Notice {
		p.bottom = append(p.bottom, row{"Press Enter to go on.", bold})
		p.help = []string{"Enter: go on   Ctrl-C: give the ceremony up"}
		return p
	}
	ask := m.prompt.Ask + ":"
	if m.prompt.Kind == ceremony.TypeBack && m.prompt.Look != nil {
		ask = m.prompt.Ask + " (Enter alone shows it again):"
	}
	p.bottom = append(p.bottom, rows(bold, wrap(ask, width)...)...)
	input, x := m.input(width)
	p.cursor, p.x, p.y = true, x, len(p.bottom)
	p.bottom = append(p.bottom, row{input, plain})
	if m.note != "" {
		p.bottom = append(p.bottom, rows(plain, wrap(m.note, width)...)...)
	}
	p.help = []string{"Enter: this is the answer   Ctrl-C: give the ceremony up"}
	if m.line.n > 0 {
		p.help = []string{"Enter: this is the answer   Ctrl-U: erase it   Ctrl-C: give the ceremony up"}
	}
	return p
}

const inputMark = "> "

// input is the line that is typed, or says only that something is.
func (m *model) input(width int) (text string, x int) {
	switch {
	case !m.hidden():
		return shownInput(m.line, width)
	case m.line.n == 0:
		return inputMark + "    (nothing is shown while you type)", len(inputMark)
	}
	text = inputMark + "typing ..."
	return text, len(text)
}

// shownInput is the part of a line around its cursor that fits, and where in it the cursor is.
func shownInput(e *editor, width int) (text string, x int) {
	text, first := clipped(e, width)
	return text, len(inputMark) + utf8.RuneCount(e.row()[:e.at]) - first
}

// clipped is a line behind its mark; first is the character it begins with.
func clipped(e *editor, width int) (text string, first int) {
	width = max(1, width-len(inputMark)-1)
	all := []rune(string(e.row()))
	first = max(0, utf8.RuneCount(e.row()[:e.at])-width+1)
	mark := inputMark
	if first > 0 {
		mark = "< "
	}
	return mark + printable(string(all[first:min(len(all), first+width)])), first
}

// paperPanel is a sheet that is typed: the rows before, the one at hand, marks below what can't be right in it.
func (m *model) paperPanel(width int) panel {
	t := m.sheet
	width = min(width, widestText)
	p := panel{wide: true, top: m.top(width)}
	p.help = []string{
		"Enter: next   Tab: complete   Up: back   ?: a character that can't be read",
		"Ctrl-D on an empty line: that is all   @FILE: read a file   Ctrl-C: give up",
	}
	if m.hidden() {
		p.help[0] = "Enter: next   Tab: complete   Up: back   ?: can't be read   Ctrl-R: show it"
	}
	if m.line.n > 0 {
		p.help[1] = "Ctrl-U: erase the line   Ctrl-C: give up"
	}
	p.bottom = m.refused(width)
	ask := "All is typed. Enter hands it in, Up goes back to put it right."
	if t.ask() != "" {
		ask = m.prompt.Ask + ": " + t.ask()
	}
	if t.busy != "" {
		ask = m.progress("Reading " + printable(t.busy))
	}
	p.bottom = append(p.bottom, rows(bold, wrap(ask, width)...)...)
	input, marks, x := m.paperInput(width)
	p.cursor, p.x, p.y = t.busy == "", x, len(p.bottom)
	p.bottom = append(p.bottom, row{input, plain}, row{marks, bold})
	for _, note := range m.paperNotes() {
		p.bottom = append(p.bottom, few(rows(plain, wrap(note, width)...))...)
	}
	p.body = m.paperBody(width, m.height-3-len(p.help)-len(p.top)-len(p.bottom)-2)
	return p
}

// paperBody is what stands above the row: the instructions first, then the last rows that were typed.
func (m *model) paperBody(width, room int) []row {
	t := m.sheet
	if !t.rows() {
		how := "Type what stands on the paper, with the numbers of the lines. What can't be right has ^ below it."
		if m.hidden() {
			how = "Type what stands on the paper. Nothing is shown while you type; each line is checked at its end."
		}
		return append(append(m.text(width), row{}), rows(plain, wrap(how, width)...)...)
	}
	if m.hidden() {
		return rows(plain, "What was typed so far is not shown. Up goes back to it.")
	}
	var body []row
	for line := range strings.SplitSeq(strings.TrimRight(string(t.entry.Text()), "\n"), "\n") {
		body = append(body, row{"  " + printable(line), plain})
	}
	return body[max(0, len(body)-max(1, room)):]
}

// paperInput is the row at hand and the marks below it. A row that must not be seen has neither, but for the name of a file.
func (m *model) paperInput(width int) (text, marks string, x int) {
	t := m.sheet
	file := isFile(m.line.row())
	if m.hidden() && !file && !t.seen {
		text, x = m.input(width)
		return text, "", x
	}
	text, first := clipped(m.line, width)
	x = len(inputMark) + utf8.RuneCount(m.line.row()[:m.line.at]) - first
	if file {
		return text, "", x
	}
	if room := width - utf8.RuneCountInString(text) - 2; t.rest != "" && m.line.at == m.line.n && len(t.rest) <= room {
		text += "[" + printable(t.rest) + "]"
	}
	return text, m.marks(first, width), x
}

func (m *model) marks(first, width int) string {
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", len(inputMark)))
	column, line := 0, m.line.row()
	for i := 0; i <= len(line) && column < first+width; column++ {
		if column >= first {
			b.WriteByte(" ^"[m.isWrong(i)])
		}
		_, size := utf8.DecodeRune(line[i:])
		i += max(1, size)
	}
	return b.String()
}

// isWrong is 1 where the character at byte i is in a wrong place, or something is missing there.
func (m *model) isWrong(i int) int {
	for _, w := range m.sheet.wrong {
		if i >= w.From && (i < w.To || i == w.From) {
			return 1
		}
	}
	return 0
}

// paperNotes say what is the matter with the row.
func (m *model) paperNotes() []string {
	t := m.sheet
	var notes []string
	switch {
	case t.gap:
		notes = []string{"Leave this line out? Enter once more does. What is missing may still be made up for by the others."}
	case t.slip != nil:
		notes = []string{"This does not check: " + t.slip.Why + "."}
		if t.slip.Hint != "" && (!m.hidden() || t.seen) {
			notes = append(notes, "Perhaps: "+t.slip.Hint+".")
		}
		again := "Look at the paper again. If it says just this, press Enter again."
		if m.replaced() {
			again += " What you type now takes the place of the line; Ctrl-R shows it."
		}
		notes = append(notes, again)
	case m.note != "":
		notes = []string{m.note}
	}
	if t.pasted {
		notes = append(notes, "Some of this was pasted, not typed from the paper; the transcript will say so.")
	}
	return notes
}
