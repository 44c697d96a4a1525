package tui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"sigtool/ceremony"
	"sigtool/internal/secret"
)

const (
	tickEvery  = time.Second / 4
	blankAfter = 2 * time.Minute // nobody touched the keyboard
	showFor    = time.Minute     // a secret stays on the screen, after the last key

	// Enter means nothing before a page stood there for so long: it was pressed for the page before.
	leastShown = time.Second     // a secret
	leastCover = time.Second / 2 // the question whether others look
)

// phase says how far a prompt is.
type phase int

const (
	waiting phase = iota // none is open: it was answered, or it is work
	covered              // the others are asked to turn away
	shown                // a secret is on the screen
	asking
)

// model is what is on the screen, and why. It is changed by messages alone, and knows the time from them.
type model struct {
	terminal      Terminal
	dressed       bool // NO_COLOR is not set
	width, height int
	keys          decoder

	prompt ceremony.Prompt
	reply  chan<- result
	phase  phase
	next   phase   // what Enter leads to from the cover
	page   string  // what Look returned, while it is shown
	line   *editor // the answer, or the row of a sheet
	sheet  *typist // the sheet that is typed, or was typed last and did not do
	pasted bool    // a part of the answer was
	note   string  // below the answer
	scroll int     // lines of the body above the screen
	whole  bool    // the end of the body was on the screen

	now, touched, since time.Time // the last tick, the last key, the begin of the phase
	ticks               int
	asleep              bool    // the screen is blank
	giving              *editor // the words give up, while they are asked for
	ended               error   // what every question is answered by from now on
	closing             bool
	todo                tea.Cmd // of the last key
}

func newModel(terminal Terminal, dressed bool) *model {
	return &model{terminal: terminal, dressed: dressed, line: newEditor()}
}

// destroy wipes what was typed.
func (m *model) destroy() {
	m.line.destroy()
	m.giving.destroy()
	m.sheet.destroy()
	m.sheet, m.giving, m.page = nil, nil, ""
}

// Init starts the clock.
func (m *model) Init() tea.Cmd { return nextTick() }

type tick time.Time

func nextTick() tea.Cmd { return tea.Tick(tickEvery, func(t time.Time) tea.Msg { return tick(t) }) }

// Update takes a message.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		if m.width, m.height = msg.Width, msg.Height; m.width <= 0 || m.height <= 0 { // a serial line does not say
			return m, func() tea.Msg { return tea.WindowSizeMsg{Width: leastWidth, Height: leastHeight} }
		}
	case tick:
		m.tick(time.Time(msg))
		return m, nextTick()
	case asked:
		m.open(msg)
	case typed:
		m.read(msg)
	case fileRead:
		m.takeFile(msg)
	case hungUp:
		m.end(fmt.Errorf("%w: the terminal hung up", ceremony.ErrGivenUp))
	case closing:
		m.closing = true
		return m, tea.Quit
	}
	todo := m.todo
	m.todo = nil
	return m, todo
}

func (m *model) read(msg typed) {
	for _, c := range msg.bytes {
		if k := m.keys.next(c); k != keyNone {
			m.press(k, m.keys.pasting)
		}
	}
	secret.Wipe(msg.bytes)
	if msg.taken != nil {
		msg.taken <- struct{}{}
	}
}

// tick lets time pass: what nobody looks at goes.
func (m *model) tick(now time.Time) {
	if m.now.IsZero() {
		m.touched, m.since = now, now
	}
	m.now = now
	m.ticks++
	if m.phase == waiting {
		return // people watch the work, and nothing of it is secret
	}
	idle := now.Sub(m.touched)
	if m.phase == shown && idle >= showFor {
		m.cover(shown, "The page was hidden, as nobody touched the keyboard for a minute.")
	}
	if m.sheet != nil && idle >= showFor {
		m.sheet.seen = false
	}
	m.asleep = m.asleep || idle >= blankAfter
}

// open begins a prompt.
func (m *model) open(a asked) {
	before := m.prompt
	m.prompt, m.reply = a.prompt, a.reply
	m.clear()
	m.touched, m.whole = m.now, m.prompt.Again
	if m.ended != nil {
		m.answer(result{err: m.ended})
		return
	}
	p := &m.prompt
	same := p.Again && p.Only == before.Only && p.Step == before.Step // the person who may look sits there already
	m.openSheet(before)
	switch {
	case m.ended != nil: // the sheet can't be typed
	case p.Kind == ceremony.Work:
		m.answer(result{})
	case p.Look != nil && (p.Kind == ceremony.Copy || !p.Again):
		m.cover(shown, "")
	case p.Only != "" && !same:
		m.cover(asking, "")
	default:
		m.phase = asking
	}
}

// answer closes the prompt. Nothing of it stays on the screen.
func (m *model) answer(r result) {
	if m.reply != nil {
		m.reply <- r
	}
	m.reply, m.prompt.Look, m.prompt.Shown = nil, nil, nil
	m.clear()
}

func (m *model) clear() {
	m.line.fill(nil, -1)
	m.phase, m.page, m.note, m.scroll, m.pasted, m.asleep = waiting, "", "", 0, false, false
	m.since = m.now
}

// end ends the ceremony, now or with the next question.
func (m *model) end(err error) {
	m.giving.destroy()
	m.giving = nil
	m.sheet.destroy()
	m.sheet = nil
	m.ended = err
	m.answer(result{err: err})
}
