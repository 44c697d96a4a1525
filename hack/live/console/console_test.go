package main

import (
	"math/bits"
	"strings"
	"testing"
)

// madeUp is a font whose characters look like nothing, but each like itself.
func madeUp() (font, func(rune) glyph) {
	looks := func(char rune) (look glyph) {
		for i := range look {
			look[i] = byte(uint32(char)*2654435761>>(i+3)) &^ 0x80
		}
		if char == ' ' {
			look = glyph{}
		}
		return look
	}
	f := font{}
	for _, char := range codePage {
		f[looks(char)] = char
	}
	return f, looks
}

// What is painted is read again: both ways round, with the cursor where it was.
func TestRead(t *testing.T) {
	f, looks := madeUp()
	rows := []string{"sigtool: Number or word:", "", " reversed äöü │"}
	p := picture{width: 30 * glyphWidth, height: len(rows) * glyphHeight}
	p.dots = make([]byte, 3*p.width*p.height)
	for y, row := range rows {
		for x, char := range []rune(row) {
			look := looks(char)
			for i, line := range look {
				for j := range glyphWidth {
					if (bits.Reverse8(line)>>j&1 == 1) != (y == 2) {
						p.dots[3*((y*glyphHeight+i)*p.width+x*glyphWidth+j)] = 0xaa
					}
				}
			}
		}
	}
	for i := range 2 * glyphWidth { // the cursor, behind the first row
		row, column := glyphHeight-1-i/glyphWidth, len(rows[0])*glyphWidth+i%glyphWidth
		p.dots[3*(row*p.width+column)] = 0xaa
	}
	got := f.read(p)
	if strings.Join(got.rows, "\n") != strings.Join(rows, "\n") || got.column != len(rows[0]) || got.row != 0 {
		t.Errorf("read %q, the cursor at %d, %d", got.rows, got.column, got.row)
	}
	if painted := got.paint(text{}); !strings.Contains(painted, "\x1b[3;1H reversed äöü │\x1b[K") || !strings.HasSuffix(painted, "\x1b[1;25H") {
		t.Errorf("painted %q", painted)
	}
}

// What a terminal sends is taken apart into strokes.
func TestStrokes(t *testing.T) {
	var got []string
	for typed := "aZ9 \r\x1b[6~\x15\x7f%\"ä/"; typed != ""; {
		s, n, ok := strokeOf(typed)
		if typed = typed[n:]; ok {
			got = append(got, strings.Join(append(s.held, s.key), "-"))
		}
	}
	want := "a shift-z 9 spc ret pgdn ctrl-u backspace shift-5 shift-apostrophe slash"
	if strings.Join(got, " ") != want {
		t.Errorf("%q, not %q", got, want)
	}
}
