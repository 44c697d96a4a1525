package tui

import "unicode/utf8"

// The marks before the steps.
const (
	markDone = "x "
	markNow  = "> "
	markNext = "  "
)

// stepsWidth is what the steps at the left take.
func (m *model) stepsWidth() int {
	width := len("x done   > now")
	for _, title := range m.prompt.Stages {
		width = max(width, len(markNow)+utf8.RuneCountInString(title))
	}
	return 1 + min(width, max(24, m.width/4))
}

// panelWidth is what they leave, as far as it is good for text.
func (m *model) panelWidth() int { return min(m.width-m.stepsWidth()-4, widestText) }

// steps lists as many steps as there are lines for, around the one that is under way.
func (m *model) steps(height int) []row {
	list := rows(plain, " x done   > now", "")
	now := m.prompt.Number - 1
	room := height - len(list)
	first := max(0, min(now-room/2, len(m.prompt.Stages)-room))
	for i, title := range m.prompt.Stages {
		if i < first || i >= first+room {
			continue
		}
		mark, d := markNext, plain
		switch {
		case i < now:
			mark = markDone
		case i == now:
			mark, d = markNow, bold
		}
		list = append(list, row{" " + mark + printable(title), d})
	}
	return list
}
