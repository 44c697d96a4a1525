package print

import (
	"strings"
	"unicode/utf8"
)

// flow breaks a text at its spaces. As on the sheet, no line but the first begins with a digit: only rows of a code do.
func flow(s string, columns int) (lines []string) {
	words := strings.Fields(s)
	for len(words) > 0 {
		n, width := 1, utf8.RuneCountInString(words[0])
		for n < len(words) && width+1+utf8.RuneCountInString(words[n]) <= columns {
			width += 1 + utf8.RuneCountInString(words[n])
			n++
		}
		for n > 1 && n < len(words) && words[n][0] >= '0' && words[n][0] <= '9' {
			n--
		}
		lines = append(lines, strings.Join(words[:n], " "))
		words = words[n:]
	}
	return lines
}

// reflow breaks the paragraphs of a text anew. Lines that begin with a space are commands, and stay as they are.
func reflow(text []string, columns int) (lines []string) {
	var paragraph []string
	end := func() {
		lines = append(lines, flow(strings.Join(paragraph, " "), columns)...)
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
