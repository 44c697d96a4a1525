package print

import (
	"bytes"
	"fmt"
	"strings"

	"sigtool/backup"
)

// reflow breaks the paragraphs of a text anew. Lines that begin with a space are commands, and stay as they are.
func reflow(text []string, columns int) (lines []string) {
	var paragraph []string
	end := func() {
		lines = append(lines, backup.Flow(strings.Join(paragraph, " "), columns)...)
		paragraph = nil
	}
	for _, line := range text {
		if line != "" && line[0] != ' ' {
			paragraph = append(paragraph, line)
			continue
		}
		end()
		if line != "" || len(lines) > 0 && lines[len(lines)-1] != "" {
			lines = append(lines, line)
		}
	}
	end()
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// wrapRow breaks a row at its wide gaps, and at any space where that is not enough, and indents what goes on. It makes no copy of it.
func wrapRow(b *bytes.Buffer, row []byte, columns int) {
	at := 0
	put := func(piece []byte) {
		if at > 0 && at+1+len(piece) > columns {
			b.WriteString("\n ")
			at = 1
		}
		if at > 0 {
			b.WriteByte(' ')
			at++
		}
		b.Write(piece)
		at += len(piece)
	}
	for cell := range bytes.SplitSeq(row, []byte("  ")) {
		cell = bytes.TrimSpace(cell)
		if len(cell) <= columns-2 {
			if len(cell) > 0 {
				put(cell)
			}
			continue
		}
		for piece := range bytes.FieldsSeq(cell) {
			put(piece)
		}
	}
	b.WriteByte('\n')
}

// squeezed is how long a row is with single spaces.
func squeezed(row []byte) (n int) {
	for piece := range bytes.FieldsSeq(row) {
		n += len(piece) + 1
	}
	return n - 1
}

// cut breaks a command that is too long as a shell wants it: behind a space outside of quotes, or else anywhere, with a backslash. It is
// indented by one space, or by none where it fits then.
func cut(b *bytes.Buffer, line string, columns int) {
	if bare := strings.TrimLeft(line, " "); len(bare) < len(line) && len(bare) != columns {
		line = " " + bare
	} else {
		line = bare
	}
	for len(line) > columns {
		n := columns - 1
		for n > columns/2 && (line[n-1] != ' ' || strings.Count(line[:n], "'")%2 != 0) {
			n--
		}
		if n == columns/2 {
			n = columns - 1
		}
		b.WriteString(line[:n] + "\\\n")
		line = line[n:]
	}
	b.WriteString(line + "\n")
}

// ascii writes other characters as their number: (U+00E9).
func ascii(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= ' ' && r <= '~' {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "(U+%04X)", r)
		}
	}
	return b.String()
}
