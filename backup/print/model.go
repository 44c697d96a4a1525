package print

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"sigtool/internal/secret"
)

// The field that is printed on, in mm.
const (
	fieldW = 186.0
	fieldH = 255.0
)

const (
	point   = 25.4 / 72       // mm
	advance = 1229.0 / 2048   // of every character of Go Mono, in ems
	module  = 10 * 25.4 / 300 // of a QR code: ten pixels
)

// page is a list of marks.
type page struct{ marks []mark }

// mark is a filled box, an empty box, a code or a line of text. x and y are its upper left corner in the field, in mm; of
// text, y is the line that it stands on.
type mark struct {
	kind       kind
	x, y, w, h float64
	size       float64 // of the font, in points
	bold       bool
	white      bool
	text       []byte
	code       *matrix
}

type kind int

const (
	filled kind = iota
	framed
	text
	coded
)

// thin and thick are the widths of rules in mm.
const (
	thin  = 0.18
	thick = 0.9
)

func (p *page) rule(y, width float64) {
	p.marks = append(p.marks, mark{kind: filled, y: y, w: fieldW, h: width})
}

func (p *page) write(x, y, size float64, bold bool, s string) {
	p.writeBytes(x, y, size, bold, []byte(s))
}

// writeBytes takes the text over, and wipes it with the page.
func (p *page) writeBytes(x, y, size float64, bold bool, s []byte) {
	p.marks = append(p.marks, mark{kind: text, x: x, y: y, size: size, bold: bold, text: printable(s)})
}

// right writes so that the text ends at x.
func (p *page) right(x, y, size float64, bold bool, s string) {
	s = string(printable([]byte(s)))
	p.write(x-width(s, size), y, size, bold, s)
}

// centred writes around x.
func (p *page) centred(x, y, size float64, bold bool, s string) {
	s = string(printable([]byte(s)))
	p.write(x-width(s, size)/2, y, size, bold, s)
}

func (p *page) wipeText() {
	for _, m := range p.marks {
		secret.Wipe(m.text)
	}
}

func (p *page) wipe() {
	p.wipeText()
	for _, m := range p.marks {
		if m.code != nil {
			clear(m.code.dark)
		}
	}
}

func wipe(pages []*page) {
	for _, p := range pages {
		p.wipe()
	}
}

// width of a text in mm.
func width(s string, size float64) float64 {
	return float64(utf8.RuneCountInString(s)) * advance * size * point
}

// columns is how many characters fit into a width.
func columns(w, size float64) int { return int(w/(advance*size*point) + 1e-6) }

// fit is the size at which a text fits into a width, no more than size.
func fit(s string, size, w float64) float64 {
	for size > 5 && width(s, size) > w {
		size -= 0.25
	}
	return size
}

// printable writes the characters that the font lacks as their number, U+4E2D, where else an empty box would stand. It returns the
// same bytes where it lacks none, so that no copy of a secret is left.
func printable(s []byte) []byte {
	plain := true
	for _, c := range s {
		plain = plain && c >= ' ' && c < 0x7f
	}
	if plain {
		return s
	}
	var b strings.Builder
	for _, r := range string(s) {
		if i, err := glyph(regular(), r); err != nil || i == 0 || r < ' ' {
			fmt.Fprintf(&b, "U+%04X", r)
		} else {
			b.WriteRune(r)
		}
	}
	return []byte(b.String())
}
