package tui

import (
	"bytes"
	"errors"
	"fmt"
	"unicode"

	"sigtool/backup"
	"sigtool/ceremony"
	"sigtool/internal/secret"
)

// openSheet begins a sheet, or goes on with the one that was not taken as it was.
func (m *model) openSheet(before ceremony.Prompt) {
	p := &m.prompt
	if m.sheet != nil && p.Kind == ceremony.Paper && p.Again && p.Sheet == before.Sheet && p.Code == before.Code {
		return
	}
	m.sheet.destroy()
	m.sheet = nil
	if p.Kind != ceremony.Paper {
		return
	}
	entry, ok := m.terminal.Entry(p.Code)
	if !ok {
		m.end(fmt.Errorf("there is no paper code %q", p.Code))
		return
	}
	m.sheet = &typist{entry: entry}
}

func (m *model) pressPaper(k rune, pasted bool) {
	t := m.sheet
	switch {
	case k == keyPasteBegins, k == keyPasteEnds:
		t.drop = false
	case t.busy != "", pasted && t.drop:
	case k == ctrlR && !pasted:
		t.seen = !t.seen
	case k == enter:
		m.takeRow(pasted)
	case k == keyUp:
		m.backRow()
	case k == ctrlD && m.line.n == 0:
		m.handIn()
	case k == tab:
		if m.line.at == m.line.n && m.line.insert([]byte(t.rest)) {
			m.look()
		}
	default:
		m.typeRow(k, pasted)
	}
}

// typeRow edits the row at hand.
func (m *model) typeRow(k rune, pasted bool) {
	t := m.sheet
	if unicode.IsPrint(k) && m.replaced() {
		m.line.fill(nil, -1)
	}
	if !m.line.press(k) {
		return
	}
	m.note = ""
	t.pasted = t.pasted || pasted
	t.slip, t.gap = nil, false
	m.look()
}

// replaced tells whether what is typed takes the place of a row that was not taken: nobody sees what it would be added to.
func (m *model) replaced() bool { return m.sheet.slip != nil && m.hidden() && !m.sheet.seen }

// isFile tells the name of a file from a row of a sheet, of which none begins like that.
func isFile(row []byte) bool { return len(row) > 0 && row[0] == '@' }

// look judges the row at hand.
func (m *model) look() { m.sheet.wrong, m.sheet.rest = m.sheet.entry.Look(m.line.row()) }

// takeRow hands a row to the entry. The same row again, or an empty one again, means that the paper is like that; not so in a pasted
// text, where nobody has looked yet.
func (m *model) takeRow(pasted bool) {
	t, row := m.sheet, m.line.row()
	switch {
	case isFile(row):
		m.readFile(string(row[1:]))
		return
	case t.ask() == "":
		m.handIn()
		return
	case len(bytes.TrimSpace(row)) == 0:
		m.takeGap(pasted)
		return
	}
	again := !pasted && t.before != nil && bytes.Equal(row, t.before.Bytes())
	t.drop = pasted
	if m.took(t.entry.Take(row, again)) {
		t.drop = false
		m.nextRow()
	}
}

// takeGap leaves a row out, the second time it comes empty.
func (m *model) takeGap(pasted bool) {
	t := m.sheet
	switch {
	case pasted: // empty rows of a pasted text are nothing
	case !t.gap:
		t.gap = true
	case m.took(t.entry.Take(nil, true)):
		m.nextRow()
	}
}

// took tells whether a row was taken. If not, it stays, to be put right or insisted on.
func (m *model) took(err error) bool {
	t := m.sheet
	if err == nil {
		return true
	}
	slip := (*backup.Slip)(nil)
	if !errors.As(err, &slip) {
		m.end(err)
		return false
	}
	t.before.Destroy()
	t.before, t.slip, t.gap, t.wrong = m.line.take(), slip, false, []backup.Place{slip.At}
	if at := slip.At.From; at > 0 && at < m.line.n { // where the whole row is meant, there may be more to type at its end
		m.line.fill(t.before.Bytes(), at)
	}
	return false
}

// nextRow goes on to the next row, which may have been typed before.
func (m *model) nextRow() {
	t := m.sheet
	m.editRow(nil)
	if last := len(t.drafts) - 1; last >= 0 {
		m.editRow(t.drafts[last])
		t.drafts = t.drafts[:last]
	}
	if t.ask() == "" {
		m.handIn()
	}
}

// backRow goes to the row before, and keeps the one that was begun.
func (m *model) backRow() {
	t := m.sheet
	whole := t.ask() == ""
	last := t.entry.Back() // wiped at the next call
	if last == nil {
		return
	}
	if !whole {
		t.drafts = append(t.drafts, m.line.take())
	}
	row := secret.New(len(last))
	copy(row.Bytes(), last)
	m.editRow(row)
}

// editRow makes row, which it takes over, the one at hand.
func (m *model) editRow(row *secret.Bytes) {
	t := m.sheet
	t.before.Destroy()
	t.before, t.slip, t.gap, t.seen = nil, nil, false, false
	m.line.fill(nil, -1)
	if row != nil {
		m.line.fill(row.Bytes(), -1)
		row.Destroy()
	}
	m.look()
}

// handIn answers by the sheet as it was typed, which stays here in case that it does not do.
func (m *model) handIn() {
	t := m.sheet
	if !t.rows() {
		m.note = "Nothing was typed yet."
		return
	}
	text := secret.New(len(t.entry.Text()))
	copy(text.Bytes(), t.entry.Text())
	from := ceremony.FromTyping
	if t.pasted {
		from = ceremony.FromFile // whatever it was, it was not typed
	}
	m.answer(result{answer: ceremony.Answer{Secret: text, From: from}})
}
