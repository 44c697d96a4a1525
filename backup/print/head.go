package print

import (
	"fmt"
	"strings"

	"sigtool/backup"
)

// head writes what stands on top, all of it on the first page, and returns where the contents begin.
func (l *layout) head(p *page, first bool) float64 {
	s := l.sheet
	p.rule(0, thick)
	y := l.title(p, first)
	p.rule(y, thin)
	if s.Rehearsal {
		p.marks = append(p.marks, mark{kind: filled, y: y + 1.5, w: fieldW, h: 7})
		p.centred(fieldW/2, y+6.3, 11, true, "REHEARSAL · the secret on this paper is a throw-away one")
		p.marks[len(p.marks)-1].white = true
		y += 9.5
	}
	if !first {
		return y + 2
	}
	y = l.intro(p, y+1.2)
	y = l.fields(p, y+1.5)
	y = l.fingerprint(p, y+1)
	p.rule(y+1, thin)
	return y + 3
}

// title is the label and the document's number.
func (l *layout) title(p *page, first bool) float64 {
	s := l.sheet
	name := l.label
	if name == "" {
		name = "Secret without a label"
	}
	if !first {
		p.write(0, 6, fit(name, 11, 120), true, name)
		p.right(fieldW, 6, 11, true, s.DocumentID)
		if s.Share != nil {
			p.write(0, 10.5, 8.5, true, s.Share.String())
			return 12.5
		}
		return 8.5
	}
	p.write(0, 5, 7.5, false, backup.Title+"  code: "+s.Code)
	p.right(fieldW, 5, 7.5, false, "DOCUMENT")
	p.write(0, 11.6, fit(name, 16, 132), true, name)
	p.right(fieldW, 11.6, 16, true, s.DocumentID)
	y := 14.5
	if s.Share != nil {
		p.write(0, 17.2, fit(s.Share.String(), 11, fieldW), true, s.Share.String())
		y = 19.7
	}
	return y
}

// intro is what this paper is, for whoever finds it.
func (l *layout) intro(p *page, y float64) float64 {
	const size, pitch = 8.5, 3.9
	for _, line := range backup.Flow(strings.Join(l.sheet.Intro, " "), columns(fieldW, size)) {
		y += pitch
		p.write(0, y, size, false, line)
	}
	return y
}

// fields are the statements of the head that stand nowhere else, two in a row where both are short.
func (l *layout) fields(p *page, y float64) float64 {
	const size, pitch, nameW, half = 8.5, 4.0, 25.0, fieldW / 2
	left := true
	for _, f := range l.sheet.Head {
		if f.Name == backup.FieldLabel || f.Name == backup.FieldFingerprint || f.Name == backup.FieldShare && l.sheet.Share != nil {
			continue
		}
		lines := backup.Flow(string(printable([]byte(f.Text()))), columns(fieldW-nameW, size))
		short := len(lines) == 1 && width(lines[0], size) <= half-nameW-2
		if !short || left {
			y += pitch
			left = true
		}
		x := 0.0
		if !left {
			x = half
		}
		p.write(x, y, 7, false, f.Name)
		for i, line := range lines {
			if i > 0 {
				y += pitch
			}
			p.write(x+nameW, y, size, false, line)
		}
		left = !short || !left
	}
	return y
}

// fingerprint is the fingerprint as it is, in hexadecimal and in words, for people who compare it by eye or aloud.
func (l *layout) fingerprint(p *page, y float64) float64 {
	print := headOf(l.sheet).Value(backup.FieldFingerprint)
	groups, words := backup.Fingerprint(print)
	if groups == nil {
		return y
	}
	y += 4
	p.write(0, y, 7, false, backup.FieldFingerprint)
	p.write(25, y, 8.5, false, print)
	y += 4
	p.write(0, y, 7, false, "in hex")
	p.write(25, y, 8.5, true, strings.Join(groups, " "))
	y += 0.4
	for i, word := range words {
		const across, size, pitch = 8, 7.5, 3.5
		if i%across == 0 {
			y += pitch
		}
		if i == 0 {
			p.write(0, y, 7, false, "in words")
		}
		p.write(25+float64(i%across)*(fieldW-25)/across, y, size, false, word)
	}
	return y
}

// foot writes the boxes to sign and the number of the page.
func (l *layout) foot(p *page, i, rowPages int) {
	boxes := []struct {
		name string
		w    float64
	}{{"Bag no.", 40}, {"Sealed by", 46}, {"Witness", 46}, {"Date", 30}, {"Initials", 24}}
	x, y := 0.0, fieldH-footerH-stripH
	for _, b := range boxes {
		p.marks = append(p.marks, mark{kind: framed, x: x, y: y, w: min(b.w+thin, fieldW-x), h: stripH}) // neighbours share a line
		p.write(x+1.2, y+3, 6.5, false, b.name)
		p.marks = append(p.marks, mark{kind: filled, x: x + 2, y: y + stripH - 2.6, w: b.w - 4, h: 0.1})
		x += b.w
	}
	p.write(0, fieldH-0.8, 7.5, true, l.pageName(i, rowPages))
	p.right(fieldW, fieldH-0.8, 7.5, false, "sigtool · document "+l.sheet.DocumentID)
}

// pageName is the sheet's own where there are several pages with rows: whoever types a sheet may type it.
func (l *layout) pageName(i, rowPages int) string {
	annexes := len(l.pages) - rowPages
	name := ""
	switch {
	case i >= rowPages:
		return fmt.Sprintf("annex %d of %d", i-rowPages+1, annexes)
	case rowPages > 1:
		name = l.sheet.Footer(i)
	default:
		name = "page 1 of 1, check " + l.sheet.PageCheck(0)
	}
	if i == 0 && annexes == 1 {
		name += ", and 1 annex"
	} else if i == 0 && annexes > 1 {
		name += fmt.Sprintf(", and %d annexes", annexes)
	}
	return name
}
