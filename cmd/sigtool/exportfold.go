package main

import (
	"strings"
	"unicode/utf8"

	"sigtool/internal/term"
)

const columns = 80 // of a terminal

// sayFolded prints a text for people: on a terminal in lines that 80 columns show whole, elsewhere as one line. What stands behind a line
// break is there to be copied, and stays as it is.
func sayFolded(out *reporter, print func(string, ...any), text string) {
	text, whole, both := strings.Cut(text, "\n")
	width := len(text)
	if term.IsTerminal(out.err.Fd()) {
		width = columns
	}
	for _, line := range fill(strings.Fields(text), width, "", "   ") {
		print("%s", line)
	}
	if both {
		print("%s", whole)
	}
}

// foldCommand breaks a shell's line before words, so that the shell still reads it as one. Where a command stands within another it is left
// as it is: quotes begin anew there.
func foldCommand(line string, width int) []string {
	if strings.Contains(line, "$(") {
		return []string{line}
	}
	return fill(shellWords(line), width, " \\", "  ")
}

// fill makes lines of words, with an end to each line but the last, and a margin before each but the first. A word that is too long has
// a line to itself.
func fill(words []string, width int, end, margin string) (lines []string) {
	line := ""
	for n, word := range words {
		room := width - utf8.RuneCountInString(line) - 1 - utf8.RuneCountInString(word)
		if n < len(words)-1 {
			room -= len(end)
		}
		switch {
		case line == "":
			line = word
		case room < 0:
			lines = append(lines, line+end)
			line = margin + word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// shellWords parts a shell's line at blanks that are neither quoted nor escaped.
func shellWords(line string) (words []string) {
	var quote rune
	escaped, start := false, 0
	for i, r := range line {
		switch {
		case escaped:
			escaped = false
		case r == '\\' && quote != '\'':
			escaped = true
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
		case r == ' ':
			words = append(words, line[start:i])
			start = i + 1
		}
	}
	return append(words, line[start:])
}
