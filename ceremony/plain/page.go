package plain

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"sigtool/ceremony"
)

// maxWidth is the widest line that is written, in columns: one less than a terminal has, for some begin a new line when they are full.
const maxWidth = 79

// rowMark stands before a row of a sheet.
const rowMark = ">"

// page writes text of at most maxWidth columns, one column for each character. It remembers the first error.
type page struct {
	w   io.Writer
	err error
}

func (p *page) line(text string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, strings.Map(harmless, text)+"\n")
	}
}

// harmless keeps a name that came from outside, such as a USB device's, from driving the terminal.
func harmless(r rune) rune {
	if r == utf8.RuneError || !unicode.IsPrint(r) {
		return '?'
	}
	return r
}

// stages lists the steps to come.
func (p *page) stages(prompt ceremony.Prompt) {
	p.line("")
	p.line("The steps of this ceremony:")
	for i, title := range prompt.Stages {
		p.line(fmt.Sprintf("  %2d  %s", i+1, title))
	}
}

// head announces a step.
func (p *page) head(prompt ceremony.Prompt) {
	p.line("")
	if prompt.Rehearsal {
		p.line("REHEARSAL: nothing that is made here is for use.")
	}
	p.line(fmt.Sprintf("Step %d of %d: %s", prompt.Number, prompt.Of, prompt.Title))
	p.line("")
}

// question writes all of a question but its last line, which it returns for the terminal to put before the answer.
func (p *page) question(text string) string {
	if text = strings.TrimSpace(text); !strings.HasSuffix(text, "?") && text != rowMark {
		text += ":"
	}
	lines := wrap(text, maxWidth-1)
	for _, line := range lines[:len(lines)-1] {
		p.line(line)
	}
	return strings.Map(harmless, lines[len(lines)-1]) + " "
}

// paragraph writes text, wrapped between words.
func (p *page) paragraph(text string) {
	for _, line := range wrap(text, maxWidth) {
		p.line(line)
	}
}

// table writes names and values side by side, or one below the other where a name is long.
func (p *page) table(rows [][2]string) {
	const most = 20
	width := 0
	for _, row := range rows {
		if n := utf8.RuneCountInString(row[0]); n <= most {
			width = max(width, n)
		}
	}
	for _, row := range rows {
		name := row[0]
		if utf8.RuneCountInString(name) > most {
			p.line("  " + name)
			name = ""
		}
		for value := range strings.SplitSeq(row[1], "\n") {
			for _, line := range wrap(value, maxWidth-width-4) {
				p.line(strings.TrimRight(fmt.Sprintf("  %-*s  %s", width, name, line), " "))
				name = ""
			}
		}
	}
}

// wrap breaks text between words into lines of at most width characters; a word that is longer is broken.
func wrap(text string, width int) []string {
	var lines []string
	line, length := "", 0
	for _, word := range strings.Fields(text) {
		for {
			n := utf8.RuneCountInString(word)
			if length > 0 && length+1+n <= width {
				line, length = line+" "+word, length+1+n
				break
			}
			if length > 0 {
				lines = append(lines, line)
				line, length = "", 0
			}
			if n <= width {
				line, length = word, n
				break
			}
			cut := len(string([]rune(word)[:width]))
			lines = append(lines, word[:cut])
			word = word[cut:]
		}
	}
	if length > 0 || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}
