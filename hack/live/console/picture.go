package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// picture is what a screen shows, as QEMU dumps it: a PPM of 8 bits a colour.
type picture struct {
	width, height int
	dots          []byte // 3 bytes each, row by row from the top
}

// parsePicture reads a PPM (P6): a head of "P6", width, height and 255, each with white space behind it, and the dots.
func parsePicture(data []byte) (picture, error) {
	var p picture
	var depth int
	if _, err := fmt.Sscanf(string(data[:min(len(data), 40)]), "P6\n%d %d\n%d", &p.width, &p.height, &depth); err != nil {
		return p, err
	}
	head := fmt.Sprintf("P6\n%d %d\n%d\n", p.width, p.height, depth)
	if !bytes.HasPrefix(data, []byte(head)) || depth != 255 || len(data) != len(head)+3*p.width*p.height {
		return p, errors.New("it is no picture of 8 bits a colour")
	}
	p.dots = data[len(head):]
	return p, nil
}

// text is what can be read off a picture: its rows, and where the cursor is; -1 where none is seen.
type text struct {
	rows   []string
	column int
	row    int
}

// read reads a picture, whose characters stand in a grid from its upper left corner. What is none is a space.
func (f font) read(p picture) text {
	t := text{column: -1, row: -1}
	for y := 0; y+glyphHeight <= p.height; y += glyphHeight {
		var row strings.Builder
		for x := 0; x+glyphWidth <= p.width; x += glyphWidth {
			char, cursor := f.char(p.cell(x, y))
			row.WriteRune(char)
			if cursor {
				t.column, t.row = x/glyphWidth, y/glyphHeight
			}
		}
		t.rows = append(t.rows, strings.TrimRight(row.String(), " "))
	}
	return t
}

// cell is the glyph whose upper left dot is at x, y: what has another colour than that dot.
func (p picture) cell(x, y int) (look glyph) {
	ground := string(p.dot(x, y))
	for i := range look {
		for j := range glyphWidth {
			if string(p.dot(x+j, y+i)) != ground {
				look[i] |= 0x80 >> j
			}
		}
	}
	return look
}

func (p picture) dot(x, y int) []byte {
	at := 3 * (y*p.width + x)
	return p.dots[at : at+3]
}

// char finds the character of a glyph, whichever of its colours is the background, and whether the cursor is on it: the kernel turns the two
// lowest rows of dots round for that.
func (f font) char(look glyph) (char rune, cursor bool) {
	for _, cursor := range []bool{false, true} {
		for range 2 {
			if char, known := f[look]; known {
				return char, cursor
			}
			for i := range look {
				look[i] = ^look[i]
			}
		}
		look[glyphHeight-2], look[glyphHeight-1] = ^look[glyphHeight-2], ^look[glyphHeight-1]
	}
	return ' ', false
}
