package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// The smallest screen that shows everything.
const (
	leastWidth  = 80
	leastHeight = 24
	widestText  = 100 // what is longer is hard to read
)

// panel is the one thing to do now.
type panel struct {
	wide   bool  // the steps at the left make way
	top    []row // who must act
	body   []row // what it is about; it can be scrolled
	bottom []row // the question and its answer
	cursor bool  // there is one in the bottom
	x, y   int   // where
	help   []string
}

// layout is a panel in its place.
type layout struct {
	panel
	width int // of the panel's text
	room  int // lines for the body
	from  int // the first line of the body that is shown
	below int // lines of it that are not shown, below
}

func (m *model) tooSmall() bool { return m.width < leastWidth || m.height < leastHeight }

// lay finds the place for what is to be shown.
func (m *model) lay() layout {
	l := layout{width: m.panelWidth()}
	l.panel = m.panel(l.width)
	if l.wide {
		l.width = m.width - 2
		l.panel = m.panel(l.width)
	}
	l.room = m.height - 3 - len(l.help) - len(l.top) - len(l.bottom)
	if len(l.top) > 0 {
		l.room--
	}
	if len(l.bottom) > 0 {
		l.room--
	}
	l.room = max(1, l.room)
	if len(l.body) <= l.room {
		return l
	}
	l.room = max(1, l.room-1) // a line says how much more there is
	l.from = min(m.scroll, len(l.body)-l.room)
	l.below = len(l.body) - l.room - l.from
	return l
}

// View paints the screen.
func (m *model) View() tea.View {
	var v tea.View
	v.AltScreen = true
	if m.closing || m.width == 0 {
		return v
	}
	l := m.lay()
	right, at := l.lines()
	var left []row
	x := 1
	if !l.wide {
		left = m.steps(m.height - 3 - len(l.help))
		x = m.stepsWidth() + 3
	}
	s := canvas{dressed: m.dressed}
	m.head(&s)
	for i := range m.height - 3 - len(l.help) {
		if l.wide {
			s.add(" ", plain)
		} else {
			s.column(left, i, m.stepsWidth())
			s.add(" | ", plain)
		}
		s.column(right, i, m.width-x)
		s.newline()
	}
	s.add(strings.Repeat("-", m.width), plain)
	for _, help := range l.help {
		s.newline()
		s.add(fit(" "+help, m.width), plain)
	}
	v.SetContent(s.String())
	if y := 2 + at + l.y; l.cursor && y < m.height-1-len(l.help) {
		v.Cursor = tea.NewCursor(x+l.x, y)
	}
	return v
}

// lines are the panel's, from the top; at is where its bottom begins.
func (l *layout) lines() (lines []row, at int) {
	lines = append(lines, l.top...)
	if len(l.top) > 0 {
		lines = append(lines, row{})
	}
	last := min(len(l.body), l.from+l.room)
	lines = append(lines, l.body[l.from:last]...)
	if len(l.body) > l.room {
		lines = append(lines, row{more(l.from, l.below), inverse})
	}
	if len(l.body) > 0 {
		lines = append(lines, row{})
	}
	return append(lines, l.bottom...), len(lines)
}

func more(above, below int) string {
	switch {
	case below == 0:
		return fmt.Sprintf("-- %d lines above: PgUp --", above)
	case above == 0:
		return fmt.Sprintf("-- %d more lines: PgDn --", below)
	}
	return fmt.Sprintf("-- %d more lines: PgDn; %d above: PgUp --", below, above)
}

// head is the line on top, and the one below it.
func (m *model) head(s *canvas) {
	title, note := " sigtool ceremony", ""
	if p := m.prompt; p.Of > 0 {
		title = fmt.Sprintf(" Step %d of %d: %s", p.Number, p.Of, printable(p.Title))
	}
	if m.prompt.Rehearsal {
		note = " *** REHEARSAL *** not for use "
	}
	s.add(fit(title, m.width-len(note)), bold)
	s.add(fit(note, min(len(note), m.width)), mock)
	s.newline()
	s.add(strings.Repeat("-", m.width), plain)
	s.newline()
}

// canvas is the screen's text as it is put together.
type canvas struct {
	strings.Builder
	dressed bool
}

func (s *canvas) newline() { s.WriteByte('\n') }

func (s *canvas) add(text string, d dress) {
	if d == plain || !s.dressed || text == "" {
		s.WriteString(text)
		return
	}
	s.WriteString("\x1b[" + string(d) + "m" + text + "\x1b[m")
}

// column adds line i of a column, dressed as far as its text goes.
func (s *canvas) column(lines []row, i, width int) {
	if i >= len(lines) {
		s.add(fit("", width), plain)
		return
	}
	text := lines[i].text
	if n := len([]rune(text)); n < width {
		s.add(text, lines[i].dress)
		s.add(fit("", width-n), plain)
		return
	}
	s.add(fit(text, width), lines[i].dress)
}
