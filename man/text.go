package man

import (
	"bytes"
	"regexp"
	"strings"
)

// How far the text of a page stands in from the left, in columns; what defines a term stands in twice as far.
const indent = "    "

// plain takes the marks out of Markdown and sets it as man(1) does. It knows what the pages use: headings, paragraphs, definition lists,
// bullets, and code by indentation.
func plain(page []byte) []byte {
	var out bytes.Buffer
	for line := range strings.Lines(string(page)) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "% "): // the title block
		case strings.HasPrefix(line, "### "):
			out.WriteString("  " + line[4:] + "\n")
		case strings.HasPrefix(line, "# "), strings.HasPrefix(line, "## "):
			out.WriteString(strings.TrimLeft(line, "# ") + "\n")
		case line == "":
			out.WriteString("\n")
		case strings.HasPrefix(line, ":   "):
			out.WriteString(indent + indent + unmark(line[4:]) + "\n")
		default:
			out.WriteString(indent + unmark(line) + "\n")
		}
	}
	return bytes.TrimLeft(out.Bytes(), "\n")
}

// marks are code, strong and emphasis, in this order: an asterisk in code is an asterisk.
var marks = regexp.MustCompile("`([^`]+)`|\\*\\*([^*]+)\\*\\*|\\*([^*\\s][^*]*)\\*|\\\\([*<>_`\\[\\]\\\\])")

func unmark(line string) string {
	if strings.HasPrefix(line, indent) && !strings.HasPrefix(line[len(indent):], " ") && isCode(line) {
		return line
	}
	return marks.ReplaceAllString(line, "$1$2$3$4")
}

// isCode tells an indented line of code from one that goes on with a definition: a definition's marks come in pairs, and code has none.
func isCode(line string) bool { return !marks.MatchString(line) }
