// Package document holds a paper with headings, text, tables and boxes to write in, so that Markdown and PDF are two drawings of one thing
// and never kept apart. No text in it can become anything else than text in what is drawn.
package document

import (
	"strings"
	"unicode"
)

// Document is a paper. Mark stands on each page of it: "REHEARSAL"; "" for none.
type Document struct {
	Title, Mark string
	Blocks      []Block
}

// Block is a piece of a paper, drawn in the order of its fields; what is empty is left out.
type Block struct {
	NewPage bool   // it begins a page, where there are pages
	Heading string // one line
	Text    string // each line is a paragraph
	Table   *Table
	Code    string // lines as they stand, in a fixed width: digests, commands
}

// Table has cells whose lines are kept. Rows may be shorter than the longest; what is missing is empty.
type Table struct {
	Head   []string // none for a table of names and values
	Widths []int    // of the columns, in relation to each other; equal ones where there are none
	Rows   [][]string
	Boxes  bool // empty cells are boxes to write in
	Tall   bool // boxes have room for a signature, or two lines
}

// Columns is how many columns the table has.
func (t *Table) Columns() int {
	n := max(len(t.Head), len(t.Widths))
	for _, row := range t.Rows {
		n = max(n, len(row))
	}
	return n
}

// Cell is the text of a row in a column, or "".
func Cell(row []string, column int) string {
	if column < len(row) {
		return row[column]
	}
	return ""
}

// Add adds blocks.
func (d *Document) Add(blocks ...Block) { d.Blocks = append(d.Blocks, blocks...) }

// Clean keeps the lines of a text, and shows as U+FFFD what is not seen but does something: control characters, marks of direction, other
// ends of line.
func Clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// Lines are the lines of a text, without the empty ones and without spaces around them.
func Lines(text string) (lines []string) {
	for line := range strings.SplitSeq(Clean(text), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
