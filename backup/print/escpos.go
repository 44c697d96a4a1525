package print

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// roll is what a receipt printer has of paper.
type roll struct {
	columns int // of text
	dots    int
	groups  int // of a fingerprint in hexadecimal, to a line
}

var rolls = map[Paper]roll{Roll58: {32, 384, 4}, Roll80: {48, 576, 8}}

// What the printer is told; see the package's documentation.
var (
	escBegin = []byte{0x1b, '@', 0x1b, 't', 0}
	escEnd   = []byte{0x1b, 'd', 4, 0x1d, 'V', 66, 0}
	escImage = []byte{0x1d, 'v', '0', 0}
)

const thermal = "Thermal paper fades within months or years, faster in light and heat: copy this by hand or onto plain paper."

// ESCPOS returns the bytes for a receipt printer, which cuts after each sheet; the caller wipes them. Error: a paper that is no roll, or a
// sheet that has no codes (see chunk.Split).
func ESCPOS(sheets []*backup.Sheet, paper Paper) ([]byte, error) {
	r, ok := rolls[paper]
	if !ok {
		return nil, fmt.Errorf("%q is no roll of a receipt printer", paper)
	}
	var codes [][]*matrix
	size := len(escBegin)
	for _, s := range sheets {
		list, err := matrices(s)
		if err != nil {
			return nil, err
		}
		codes = append(codes, list)
		size += 4*len(s.Text) + 4096 + len(list)*(r.dots*r.dots/8+64) // more than it can take, so that no buffer is left behind
	}
	b := bytes.NewBuffer(make([]byte, 0, size))
	b.Write(escBegin)
	for i, s := range sheets {
		r.strip(b, s)
		for n, c := range codes[i] {
			fmt.Fprintf(b, "code %d of %d, %s\n", n+1, len(codes[i]), s.DocumentID)
			r.raster(b, c)
			clear(c.dark)
		}
		b.Write(escEnd)
	}
	return b.Bytes(), nil
}

// para writes a paragraph.
func (r roll) para(b *bytes.Buffer, text string) {
	for _, line := range backup.Flow(ascii(text), r.columns) {
		for len(line) > r.columns {
			b.WriteString(line[:r.columns] + "\n")
			line = line[r.columns:]
		}
		b.WriteString(line + "\n")
	}
}

// top writes what stands above the rows of a sheet.
func (r roll) top(b *bytes.Buffer, s *backup.Sheet) {
	r.para(b, backup.Title+" code: "+s.Code)
	if s.Rehearsal {
		r.para(b, "*** REHEARSAL *** The secret on this paper is a throw-away one.")
	}
	if s.Share != nil {
		r.para(b, s.Share.String())
	}
	r.para(b, strings.Join(s.Intro, " "))
	r.para(b, thermal)
	b.WriteString(strings.Repeat("-", r.columns) + "\n")
	for _, f := range s.Head {
		r.para(b, f.Name+": "+f.Value)
		if f.Name == backup.FieldFingerprint {
			r.fingerprint(b, f.Value)
		}
	}
}

// strip writes the text of a sheet.
func (r roll) strip(b *bytes.Buffer, s *backup.Sheet) {
	rule := strings.Repeat("-", r.columns) + "\n"
	b.WriteString(strings.Repeat("=", r.columns) + "\n")
	r.top(b, s)
	b.WriteString(rule)
	if slices.ContainsFunc(s.Rows, func(row []byte) bool { return squeezed(row) > r.columns }) {
		r.para(b, "An indented line below belongs to the one before it: type both as one.")
	}
	for i, row := range s.Rows {
		if s.Block > 0 && i > 0 && i%s.Block == 0 {
			b.WriteByte('\n')
		}
		wrapRow(b, row, r.columns)
	}
	b.WriteString(rule)
	for _, line := range reflow(s.Guide, r.columns) {
		cut(b, ascii(line), r.columns)
	}
	b.WriteString(rule)
	for _, name := range []string{"Bag no.", "Sealed by", "Witness", "Date", "Initials"} {
		fmt.Fprintf(b, "\n%-10s%s\n", name, strings.Repeat("_", r.columns-10))
	}
	b.WriteByte('\n')
}

// fingerprint writes it in hexadecimal and in words, for people who compare it by eye or aloud.
func (r roll) fingerprint(b *bytes.Buffer, value string) {
	groups, words := backup.Fingerprint(value)
	for line := range slices.Chunk(groups, r.groups) {
		fmt.Fprintf(b, "  %s\n", strings.Join(line, " "))
	}
	for _, line := range backup.Flow(strings.Join(words, " "), r.columns-2) {
		fmt.Fprintf(b, "  %s\n", line)
	}
}

// raster writes a code in the middle of the paper, its modules as large as they go.
func (r roll) raster(b *bytes.Buffer, c *matrix) {
	scale := r.dots / c.side
	left := (r.dots - scale*c.side) / 2
	line := make([]byte, r.dots/8)
	defer secret.Wipe(line)
	b.Write(escImage)
	_ = binary.Write(b, binary.LittleEndian, [2]uint16{uint16(len(line)), uint16(scale * c.side)}) // a buffer takes everything
	for y := range c.side {
		clear(line)
		for x := range scale * c.side {
			if c.at(x/scale, y) {
				line[(left+x)/8] |= 0x80 >> ((left + x) % 8)
			}
		}
		for range scale {
			b.Write(line)
		}
	}
	b.WriteByte('\n')
}
