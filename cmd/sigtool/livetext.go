package main

import "strings"

// liveWidth is how long a line of a live system may be, in characters: serial lines, and the kernel's font on the smallest screen, have 80.
const liveWidth = 78

// hung breaks text between words into lines of ASCII that are no wider than width; a word that is wider is broken. The first line begins with first,
// the others with behind, which are shorter than half of width.
func hung(width int, first, behind, text string) (lines []string) {
	line := first
	for _, word := range strings.SplitAfter(ascii(text), " ") {
		if word == " " && strings.TrimSpace(line) == "" {
			continue
		}
		for len(line)+len(strings.TrimRight(word, " ")) > width {
			if strings.TrimSpace(line) == "" {
				room := width - len(line)
				line, word = line+word[:room], word[room:]
			}
			lines = append(lines, strings.TrimRight(line, " "))
			line = behind
		}
		line += word
	}
	return append(lines, strings.TrimRight(line, " "))
}

// folded is a line in pieces that fit. Each is indented as the line is.
func folded(line string) []string { return foldedTo(liveWidth, line) }

func foldedTo(width int, line string) []string {
	width = max(width, 20)
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	if len(indent) > width/2 {
		indent = ""
	}
	return hung(width, indent, indent, line)
}

// narrowed is a paragraph as lines; those behind the first are indented.
func narrowed(text string) string {
	return strings.Join(hung(liveWidth, "", "  ", strings.Join(strings.Fields(text), " ")), "\n") + "\n"
}

// tidyScreen ends what a program that painted the screen left on: marks of pasted text, the other page, lines that are not broken, a hidden cursor, a
// part that scrolls, colours. And it clears the screen, on which a secret may have been shown when the program ended: the kernel's console has no
// other page.
const tidyScreen = "\x1b[?2004l\x1b[?1049l\x1b[?7h\x1b[?25h\x1b[r\x1b[0m" + wiped

// wiped clears the screen, and what scrolled off it where that is kept.
const wiped = "\x1b[H\x1b[2J\x1b[3J"
