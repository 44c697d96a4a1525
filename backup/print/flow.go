package print

import (
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
