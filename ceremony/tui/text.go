package tui

import (
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// dress is how a line looks. None of it has a meaning that the words don't have.
type dress string

const (
	plain   dress = ""
	bold    dress = "1"
	inverse dress = "7"
	alarm   dress = "1;37;41" // bold, white on red: readable whatever the terminal's own colours are
	mock    dress = "30;43"   // black on yellow
)

// row is a line of the screen, one column for each character.
type row struct {
	text  string
	dress dress
}

// rows makes lines of one look.
func rows(d dress, texts ...string) []row {
	all := make([]row, len(texts))
	for i, text := range texts {
		all[i] = row{text, d}
	}
	return all
}

// asciiFor replaces what a console may have no picture of.
var asciiFor = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer("…", "...", "–", "-", "—", "-", "‘", "'", "’", "'", "“", `"`, "”", `"`, "\u00a0", " ")
})

// printable keeps a text from driving the terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, asciiFor().Replace(text))
}

// fit makes a text as long as that many columns.
func fit(text string, width int) string {
	n := utf8.RuneCountInString(text)
	if n > width {
		return string([]rune(text)[:max(0, width)])
	}
	return text + strings.Repeat(" ", width-n)
}

// wrap breaks text between words into lines of at most width characters; a word that is longer is broken.
func wrap(text string, width int) []string {
	width = max(1, width)
	var lines []string
	line := []rune(nil)
	for _, word := range strings.Fields(printable(text)) {
		more := []rune(word)
		if len(line) > 0 && len(line)+1+len(more) <= width {
			line = append(append(line, ' '), more...)
			continue
		}
		if len(line) > 0 {
			lines = append(lines, string(line))
		}
		for len(more) > width {
			lines = append(lines, string(more[:width]))
			more = more[width:]
		}
		line = more
	}
	return append(lines, string(line))
}

// table puts names and values side by side, or one below the other where a name is long.
func table(pairs [][2]string, width int) []string {
	const most = 20
	names := 0
	for _, pair := range pairs {
		if n := utf8.RuneCountInString(pair[0]); n <= most {
			names = max(names, n)
		}
	}
	var lines []string
	for _, pair := range pairs {
		name := printable(pair[0])
		if utf8.RuneCountInString(name) > most {
			lines = append(lines, wrap(name, width)...)
			name = ""
		}
		for value := range strings.SplitSeq(pair[1], "\n") {
			for _, line := range wrap(value, width-names-2) {
				lines = append(lines, strings.TrimRight(fmt.Sprintf("%-*s  %s", names, name, line), " "))
				name = ""
			}
		}
	}
	return lines
}
