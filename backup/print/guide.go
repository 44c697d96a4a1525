package print

import "slices"

// Sizes of the font for instructions, in points, and the space that their title takes, in mm.
const (
	guideLarge = 9.5
	guideSmall = 6.5
	guideTitle = 5.0
)

// guideInto writes the instructions below y as large as they go, if they go, and if room for so many codes is left below them. It
// returns where they end, and whether they are written.
func (l *layout) guideInto(p *page, y float64, large float64, codes int) (float64, bool) {
	if len(l.sheet.Guide) == 0 {
		return y, true
	}
	for size := large; size >= guideSmall; size -= 0.25 {
		lines := reflow(l.sheet.Guide, columns(fieldW, size))
		pitch := size * point * 1.22
		end := y + guideTitle + height(lines)*pitch + gap
		tooWide := slices.ContainsFunc(lines, func(line string) bool { return width(line, size) > fieldW })
		if tooWide || end > bottom || l.room(spaces{{0, end, fieldW, bottom - end}}) < codes {
			continue
		}
		p.write(0, y+3.2, 9, true, "How to restore")
		y += guideTitle
		for _, line := range lines {
			y += height([]string{line}) * pitch
			if line != "" {
				p.write(0, y, size, false, line)
			}
		}
		return y + gap, true
	}
	return y, false
}

// height of so many lines, in lines: an empty one takes half the room.
func height(lines []string) (n float64) {
	for _, line := range lines {
		if n++; line == "" {
			n -= 0.5
		}
	}
	return n
}

// room is how many codes fit into the spaces.
func (l *layout) room(free spaces) int {
	n := 0
	for _, s := range free {
		across, down := l.grid(s)
		n += across * down
	}
	return n
}

// grid is how many codes fit into a space, across and down.
func (l *layout) grid(s space) (across, down int) {
	side := l.codes[0].mm()
	return max(0, int((s.w+0.01)/side)), max(0, int((s.h+0.01)/(side+caption)))
}
