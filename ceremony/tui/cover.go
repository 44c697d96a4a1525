package tui

// cover hides everything until Enter.
func (m *model) cover(next phase, note string) {
	m.phase, m.next, m.note, m.page, m.scroll, m.since = covered, next, note, "", 0, m.now
	if m.sheet != nil {
		m.sheet.seen = false
	}
}

// uncover goes on from the cover.
func (m *model) uncover() {
	m.phase, m.note, m.scroll, m.since = m.next, "", 0, m.now
	if m.phase == shown {
		m.page = m.prompt.Look()
	}
}

// settled tells whether people had the time to see a page before they press Enter.
func (m *model) settled() bool {
	stood := m.now.Sub(m.since)
	return (m.phase != shown || stood >= leastShown) && (m.phase != covered || stood >= leastCover)
}
