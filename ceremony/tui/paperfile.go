package tui

import (
	tea "charm.land/bubbletea/v2"

	"sigtool/ceremony"
	"sigtool/internal/secret"
)

// fileRead is a sheet that was read from a file.
type fileRead struct {
	data []byte
	err  error
}

// readFile reads in the background: a photograph takes its time.
func (m *model) readFile(path string) {
	m.sheet.busy = path
	m.since = m.now
	read := m.terminal.ReadFile
	m.todo = func() tea.Msg {
		data, err := read(path)
		return fileRead{data, err}
	}
}

func (m *model) takeFile(msg fileRead) {
	t := m.sheet
	if t == nil || t.busy == "" { // the ceremony was given up meanwhile
		secret.Wipe(msg.data)
		return
	}
	t.busy = ""
	if msg.err != nil { // a slip in the name must not end a ceremony
		m.note = "Not read: " + msg.err.Error() + "."
		return
	}
	m.answer(result{answer: ceremony.Answer{Secret: secret.From(msg.data), From: ceremony.FromFile}})
}
