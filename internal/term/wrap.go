package term

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// wrap breaks lines that are wider than width between words. A line keeps what it is indented by.
func wrap(lines []string, width int) (all []string) {
	for _, one := range lines {
		indent := one[:len(one)-len(strings.TrimLeft(one, " "))]
		for utf8.RuneCountInString(one) > width {
			at := strings.LastIndexByte(one[:byteOf(one, width+1)], ' ')
			if at <= len(indent) {
				break // a word that is too wide is clipped
			}
			all = append(all, one[:at])
			one = indent + strings.TrimLeft(one[at:], " ")
		}
		all = append(all, one)
	}
	return all
}

// byteOf is where character n of s begins.
func byteOf(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// lastLines returns the last n lines of text.
func lastLines(text []byte, n int) []byte {
	text = bytes.TrimRight(text, "\n")
	for at := len(text); ; n-- {
		if n == 0 {
			return text[min(at+1, len(text)):]
		}
		if at = bytes.LastIndexByte(text[:at], '\n'); at < 0 {
			return text
		}
	}
}

// cutLine parts the first line from the others.
func cutLine(text []byte) (line, others []byte) {
	line, others, _ = bytes.Cut(text, []byte("\n"))
	return line, others
}
