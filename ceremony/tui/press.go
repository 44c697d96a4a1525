package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"sigtool/ceremony"
)

// giveUp is what is to be typed to end the ceremony.
const giveUp = "give up"

// press takes a key, or a character of a pasted text.
func (m *model) press(k rune, pasted bool) {
	m.touched = m.now
	switch {
	case m.asleep:
		m.wake()
	case k == ctrlL:
		m.todo = tea.ClearScreen // what the kernel wrote over it
	case k == ctrlC && m.giving == nil:
		m.giving = newEditor()
	case m.giving != nil:
		m.pressGiving(k, pasted)
	case m.tooSmall(), m.phase == waiting: // nobody has seen what this would answer
	case m.phase == covered:
		m.pressCover(k, pasted)
	case m.phase == shown:
		if k == enter && !pasted && m.settled() {
			m.leavePage()
		}
	case m.prompt.Kind == ceremony.Paper:
		m.pressPaper(k, pasted)
	default:
		m.pressAnswer(k, pasted)
	}
}

// wake brings back a blank screen, behind its cover if it has one.
func (m *model) wake() {
	m.asleep = false
	if m.prompt.Only != "" && m.phase == asking {
		m.cover(asking, "")
	}
}

// pressGiving is the way out, which nobody takes by mistake. What was on the screen comes back otherwise.
func (m *model) pressGiving(k rune, pasted bool) {
	switch {
	case k == enter && !pasted && joined(m.giving.row()) == giveUp:
		m.end(ceremony.ErrGivenUp)
	case k == enter, k == ctrlC:
		m.giving.destroy()
		m.giving = nil
	case !pasted:
		m.giving.press(k)
	}
}

// pressCover goes on to what is covered, when all that is said before it was on the screen.
func (m *model) pressCover(k rune, pasted bool) {
	switch {
	case k != enter:
		m.scrolled(k)
	case pasted || !m.settled():
	case m.lay().below > 0:
		m.scrolled(keyPageDown)
	default:
		m.uncover()
	}
}

// leavePage says that a secret is on the paper.
func (m *model) leavePage() {
	if m.prompt.Kind == ceremony.Copy {
		m.answer(result{})
		return
	}
	m.phase, m.page, m.since = asking, "", m.now
}

// hidden tells whether the answer is not shown while it is typed.
func (m *model) hidden() bool { return m.prompt.Hidden || m.prompt.Kind == ceremony.Secret }

// takesPaste tells whether an answer may be pasted: not where it proves that a person was there, and looked.
func (m *model) takesPaste() bool { return m.prompt.Kind == ceremony.Line || m.hidden() }

func (m *model) pressAnswer(k rune, pasted bool) {
	switch {
	case k == keyPasteBegins, k == keyPasteEnds:
	case pasted && (m.prompt.Kind == ceremony.Notice || !m.takesPaste()):
		m.note = "Pasted text is not taken here: please type."
	case pasted && k == enter: // a line end that came along with the text
	case k == enter:
		m.submit()
	case m.scrolled(k):
	case m.prompt.Kind == ceremony.Notice:
	case m.line.press(k):
		m.note = ""
		if m.pasted = m.line.n > 0 && (m.pasted || pasted); m.pasted {
			m.note = "This was pasted, not typed."
		}
	}
}

// scrolled moves the text above the question, if k is a key that does.
func (m *model) scrolled(k rune) bool {
	step := 1
	switch k {
	case keyPageDown, keyPageUp:
		step = max(1, m.lay().room-2)
	case keyDown, keyUp:
	default:
		return false
	}
	if k == keyPageUp || k == keyUp {
		m.scroll = max(0, m.scroll-step)
	} else {
		m.scroll += min(step, m.lay().below)
		m.whole = m.whole || m.lay().below == 0
	}
	return true
}

// submit answers by what was typed. What could not be read yet comes first.
func (m *model) submit() {
	p := &m.prompt
	m.whole = m.whole || m.lay().below == 0
	switch {
	case !m.whole:
		m.scrolled(keyPageDown)
	case p.Kind == ceremony.TypeBack && p.Hidden && m.line.n == 0 && p.Look != nil:
		m.cover(shown, "")
	case m.hidden():
		m.answer(result{answer: ceremony.Answer{Secret: m.line.take()}})
	case joined(m.line.row()) == giveUp:
		m.end(ceremony.ErrGivenUp)
	default:
		m.answer(result{answer: ceremony.Answer{Text: strings.TrimSpace(string(m.line.row()))}})
	}
}

// joined is a row that is no secret, with single spaces.
func joined(row []byte) string { return strings.Join(strings.Fields(string(row)), " ") }
