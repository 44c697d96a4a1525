package tui

import (
	"fmt"
	"strings"
	"time"

	"sigtool/ceremony"
)

// panel says what is to be shown, in lines of at most that width where it can be broken.
func (m *model) panel(width int) panel {
	switch {
	case m.giving != nil:
		return m.givingPanel(width)
	case m.tooSmall():
		return panel{wide: true, body: rows(plain, wrap(fmt.Sprintf("This terminal has %d columns and %d lines; the ceremony needs %d and %d. "+
			"Make the window larger. Nothing is lost.", m.width, m.height, leastWidth, leastHeight), max(10, m.width-2))...)}
	case m.asleep:
		return panel{wide: true, body: rows(plain, "", "", "Nobody touched the keyboard for two minutes. Any key goes on.")}
	case m.phase == waiting:
		return m.waitingPanel(width)
	case m.phase == covered:
		return m.coverPanel(width)
	case m.phase == shown:
		return m.shownPanel()
	case m.prompt.Kind == ceremony.Paper:
		return m.paperPanel(width)
	}
	return m.askPanel(width)
}

// who names the person who must act.
func (m *model) who() string {
	if m.prompt.Who == "" {
		return "Whoever sits at the keyboard:"
	}
	return printable(m.prompt.Who) + ":"
}

// only says who may look.
func (m *model) only() string { return "ONLY " + printable(m.prompt.Only) + " may look at the screen." }

// top is above everything that is asked.
func (m *model) top(width int) []row {
	top := rows(bold, wrap(m.who(), width)...)
	if m.prompt.Only != "" {
		top = append(top, rows(alarm, wrap(m.only(), width)...)...)
	}
	return top
}

// text is what a prompt says before it asks.
func (m *model) text(width int) []row {
	var body []row
	if m.prompt.Warning != "" {
		body = append(body, rows(alarm, wrap("WARNING: "+m.prompt.Warning, width)...)...)
		body = append(body, row{})
	}
	for _, text := range m.prompt.Text {
		body = append(body, rows(plain, wrap(text, width)...)...)
		body = append(body, row{})
	}
	body = append(body, rows(plain, table(m.prompt.Table, width)...)...)
	if n := len(body); n > 0 && body[n-1].text == "" {
		body = body[:n-1]
	}
	return body
}

// refused says why the answer before did not do.
func (m *model) refused(width int) []row {
	if m.prompt.Refused == "" {
		return nil
	}
	return append(few(rows(alarm, wrap("NOT TAKEN: "+m.prompt.Refused+".", width)...)), row{})
}

// few keeps what can't be scrolled from pushing the question off the screen.
func few(lines []row) []row {
	const most = 5
	if len(lines) > most {
		lines = append(lines[:most-1], row{"...", lines[0].dress})
	}
	return lines
}

func (m *model) waitingPanel(width int) panel {
	p := panel{body: rows(plain, "One moment ..."), help: []string{"Ctrl-C: give the ceremony up"}}
	if m.prompt.Kind == ceremony.Work {
		p.body = m.text(width)
		p.bottom = rows(bold, m.progress("Working"))
	} else if elapsed := m.now.Sub(m.since); elapsed >= time.Second {
		p.body = rows(bold, m.progress("One moment"))
	}
	return p
}

// progress says that something goes on, and for how long.
func (m *model) progress(what string) string {
	return fmt.Sprintf("[%c] %s: %d s", `|/-\`[m.ticks%4], what, int(m.now.Sub(m.since).Seconds()))
}

// coverPanel asks the others to turn away before anything secret is shown.
func (m *model) coverPanel(width int) panel {
	p := panel{top: rows(bold, wrap(m.who(), width)...), body: m.text(width), help: []string{"Enter: nobody else can see it   Ctrl-C: give the ceremony up"}}
	if m.prompt.Only == "" {
		p.bottom = rows(alarm, wrap("The next page shows a secret.", width)...)
		p.bottom = append(p.bottom, rows(plain, wrap("Press Enter when nobody else can see the screen.", width)...)...)
	} else {
		p.bottom = rows(alarm, wrap(m.only(), width)...)
		p.bottom = append(p.bottom, rows(plain, wrap("Everybody else turns away now. "+printable(m.prompt.Only)+" presses Enter when they have.", width)...)...)
	}
	if m.note != "" {
		p.bottom = append(rows(plain, wrap(m.note, width)...), p.bottom...)
	}
	if !m.settled() {
		p.help = []string{"Ctrl-C: give the ceremony up"}
	}
	return p
}

// shownPanel shows a secret and nothing else.
func (m *model) shownPanel() panel {
	p := panel{wide: true, help: []string{"Enter: it is on my paper   Space: a minute longer   Ctrl-C: give up"}}
	if m.prompt.Only != "" {
		p.top = rows(alarm, m.only())
	}
	for line := range strings.SplitSeq(strings.Trim(m.page, "\n"), "\n") {
		p.body = append(p.body, row{"    " + printable(line), plain})
	}
	p.bottom = rows(bold, "Write it down. Compare. Then press Enter.")
	if !m.settled() {
		p.help = []string{"Ctrl-C: give up"}
	}
	return p
}

func (m *model) givingPanel(width int) panel {
	p := panel{wide: m.tooSmall(), help: []string{"Enter alone: go on"}}
	if m.tooSmall() {
		p.bottom = rows(plain, wrap("Give the ceremony up? Then type give up:", width)...)
	} else {
		p.top = rows(alarm, "GIVE THE CEREMONY UP?")
		p.body = rows(plain, wrap("What was not finished is lost, and the transcript says that the ceremony was given up.", width)...)
		p.bottom = append(rows(plain, wrap("To give it up, type the words give up and press Enter. Enter alone goes on.", width)...), row{})
	}
	input, x := shownInput(m.giving, width)
	p.bottom = append(p.bottom, row{input, bold})
	p.cursor, p.x, p.y = true, x, len(p.bottom)-1
	return p
}
