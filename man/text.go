package man

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	width  = 80
	indent = "    " // how far text stands in; what defines a term, and code, stand in twice as far
)

// plain sets a page as man(1) does, without marks. It knows what the pages use: headings, paragraphs, lists of one-line terms and
// one-paragraph definitions, bullets, and code by indentation.
func plain(page []byte) []byte {
	var out bytes.Buffer
	for block := range strings.SplitSeq(strings.TrimSpace(string(page)), "\n\n") {
		if strings.HasPrefix(block, "% ") { // the title block
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
		}
		term, definition, defines := strings.Cut(block, "\n:   ")
		switch {
		case strings.HasPrefix(block, "### "):
			out.WriteString("  " + block[4:] + "\n")
		case strings.HasPrefix(block, "## "):
			out.WriteString(block[3:] + "\n")
		case defines:
			out.WriteString(indent + unmark(term) + "\n")
			wrap(&out, definition, indent+indent, indent+indent)
		case strings.HasPrefix(block, indent):
			out.WriteString(indent + strings.ReplaceAll(block, "\n", "\n"+indent) + "\n")
		case strings.HasPrefix(block, "- "):
			for item := range strings.SplitSeq(block[2:], "\n- ") {
				wrap(&out, item, indent+"- ", indent+"  ")
			}
		default:
			wrap(&out, block, indent, indent)
		}
	}
	return out.Bytes()
}

// wrap fills lines with the words of a paragraph.
func wrap(out *bytes.Buffer, paragraph, first, next string) {
	line := first
	for word := range strings.FieldsSeq(unmark(paragraph)) {
		switch {
		case line == first || line == next:
			line += word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			out.WriteString(line + "\n")
			line = next + word
		default:
			line += " " + word
		}
	}
	out.WriteString(line + "\n")
}

// marks are code, strong and emphasis, in this order: an asterisk in code is an asterisk. They are compiled when a page is wanted, for
// every start of the program would pay for it otherwise.
var marks = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile("`([^`]+)`|\\*\\*([^*]+)\\*\\*|\\*([^*\\s][^*]*)\\*|\\\\([*<>_`\\[\\]\\\\])")
})

func unmark(text string) string { return marks().ReplaceAllString(text, "$1$2$3$4") }
