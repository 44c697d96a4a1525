package document

import (
	"bytes"
	"fmt"
	"strings"
)

// Markdown draws the document in the Markdown of GitHub (CommonMark with tables).
func (d *Document) Markdown() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n", inline(d.Title))
	if d.Mark != "" {
		fmt.Fprintf(&b, "\n**%s**\n", inline(d.Mark))
	}
	for _, block := range d.Blocks {
		if block.Heading != "" {
			fmt.Fprintf(&b, "\n## %s\n", inline(block.Heading))
		}
		for _, line := range Lines(block.Text) {
			fmt.Fprintf(&b, "\n%s\n", inline(line))
		}
		if block.Table != nil && block.Table.Columns() > 0 {
			b.WriteByte('\n')
			block.Table.markdown(&b)
		}
		if block.Code != "" {
			code := strings.TrimRight(Clean(block.Code), "\n")
			fence := strings.Repeat("`", max(3, longestRun(code, '`')+1))
			fmt.Fprintf(&b, "\n%s\n%s\n%s\n", fence, code, fence)
		}
	}
	return b.Bytes()
}

func (t *Table) markdown(b *bytes.Buffer) {
	columns := t.Columns()
	row := func(cells []string, empty string) {
		for i := range columns {
			lines := Lines(Cell(cells, i))
			for j := range lines {
				lines[j] = inline(lines[j])
			}
			text := strings.Join(lines, "<br>")
			if text == "" {
				text = empty
			}
			fmt.Fprintf(b, "| %s ", text)
		}
		b.WriteString("|\n")
	}
	row(t.Head, "")
	b.WriteString(strings.Repeat("|---", columns) + "|\n")
	empty := ""
	if t.Boxes {
		empty = `\_\_\_\_\_\_\_\_`
	}
	for _, cells := range t.Rows {
		row(cells, empty)
	}
}

// inline writes a line so that none of it is markup: no emphasis, code, link, image, HTML, entity, cell or line of another kind.
func inline(line string) string {
	line = strings.Join(Lines(line), " ")
	var b strings.Builder
	for i, r := range line {
		if strings.ContainsRune("\\`*_[]<>&|~$", r) || startsBlock(line, i, r) || startsLink(line, i, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// startsBlock tells whether a character would make its line a heading, a list or a rule: one of #+-= at the start, or the dot or bracket
// behind a number at the start.
func startsBlock(line string, at int, r rune) bool {
	switch r {
	case '#', '+', '-', '=':
		return at == 0
	case '.', ')':
		return at > 0 && strings.Trim(line[:at], "0123456789") == ""
	}
	return false
}

// startsLink tells whether a character is in what GitHub takes for an address without being asked: www. or :// or an @.
func startsLink(line string, at int, r rune) bool {
	switch r {
	case '.':
		return at >= 3 && strings.EqualFold(line[at-3:at], "www")
	case ':':
		return strings.HasPrefix(line[at:], "://")
	case '@':
		return true
	}
	return false
}

func longestRun(text string, c rune) (longest int) {
	run := 0
	for _, r := range text {
		if r != c {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
