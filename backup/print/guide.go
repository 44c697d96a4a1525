package print

import (
	"errors"
	"unicode/utf8"
)

// guideSizes are the sizes of the font for instructions below the rows, in points.
const (
	guideSmall = 6.5
	guidePitch = 1.2
)

// guide writes the instructions into a space, at most in this size.
func (l *layout) guide(p *page, x, y, w, h, size float64) error {
	for ; size >= guideSmall; size -= 0.25 {
		pitch := size * point * guidePitch
		if l.guideWidth(size) > w || float64(len(l.sheet.Guide))*pitch > h {
			continue
		}
		for _, line := range l.sheet.Guide {
			y += pitch
			if line != "" {
				p.write(x, y, size, false, line)
			}
		}
		return nil
	}
	return errors.New("the instructions do not fit on a page")
}

func (l *layout) guideWidth(size float64) float64 {
	longest := 0
	for _, line := range l.sheet.Guide {
		longest = max(longest, utf8.RuneCountInString(line))
	}
	return float64(longest) * advance * size * point
}

// guideBelow writes the instructions into the last space, if they and all codes that are left fit, and takes the space away. It tells
// whether it did.
func (l *layout) guideBelow(p *page, free *spaces) bool {
	last := (*free)[len(*free)-1]
	w, h := l.guideWidth(guideSmall), float64(len(l.sheet.Guide))*guideSmall*point*guidePitch+gap+4
	if len(l.sheet.Guide) == 0 || w > last.w || h > last.h {
		return false
	}
	rest := append((*free)[:len(*free)-1:len(*free)-1],
		space{last.x, last.y + h, last.w, last.h - h})
	if side := last.w - w - gap; side > maxCode { // beside the instructions, too
		rest = append(rest[:len(rest)-1], space{last.x + last.w - maxCode, last.y, maxCode, last.h}, space{last.x, last.y + h, last.w - maxCode, last.h - h})
	}
	if l.room(rest) < len(l.codes)-l.placed {
		return false
	}
	p.write(last.x, last.y+3, 8, true, "How to restore")
	if l.guide(p, last.x, last.y+4, w+0.01, h, guideSmall) != nil {
		return false
	}
	*free = rest
	return true
}

// room is how many codes fit into the spaces.
func (l *layout) room(free spaces) int {
	if len(l.codes) == 0 {
		return 0
	}
	side, n := l.codes[0].mm(), 0
	for _, s := range free {
		n += max(0, int((s.w+0.01)/side)) * max(0, int((s.h+0.01)/(side+caption)))
	}
	return n
}
