package man

import (
	"bytes"
	"strings"
)

// roff sets a page with the macros of man(7). It knows of Markdown what plain knows.
func roff(page []byte) []byte {
	var out bytes.Buffer
	fresh := true // a section has just begun, which needs no .PP
	for block := range strings.SplitSeq(strings.TrimSpace(string(page)), "\n\n") {
		term, definition, defines := strings.Cut(block, "\n:   ")
		switch {
		case strings.HasPrefix(block, "% "):
			out.WriteString(".nh\n.TH " + block[2:] + "\n")
		case strings.HasPrefix(block, "### "):
			out.WriteString(".SS " + escape(block[4:]) + "\n")
		case strings.HasPrefix(block, "## "):
			out.WriteString(".SH " + escape(block[3:]) + "\n")
		case defines:
			out.WriteString(".TP\n" + styled(term) + "\n")
			fill(&out, definition)
		case strings.HasPrefix(block, indent):
			if !fresh {
				out.WriteString(".PP\n")
			}
			code := strings.ReplaceAll("\n"+block, "\n"+indent, "\n")
			out.WriteString(".RS 4\n.EX" + guarded(escape(code)) + "\n.EE\n.RE\n")
		case strings.HasPrefix(block, "- "):
			for item := range strings.SplitSeq(block[2:], "\n- ") {
				out.WriteString(".IP \\(bu 2\n")
				fill(&out, item)
			}
		default:
			if !fresh {
				out.WriteString(".PP\n")
			}
			fill(&out, block)
		}
		fresh = strings.HasPrefix(block, "#")
	}
	return out.Bytes()
}

// fill writes a paragraph in lines that are not too long for mandoc -T lint.
func fill(out *bytes.Buffer, paragraph string) {
	column := 0
	for word := range strings.FieldsSeq(styled(paragraph)) {
		switch {
		case column == 0:
		case column+1+len(word) > width && !strings.ContainsAny(word[:1], ".'"):
			out.WriteByte('\n')
			column = 0
		default:
			out.WriteByte(' ')
			column++
		}
		out.WriteString(word)
		column += len(word)
	}
	out.WriteByte('\n')
}

// fonts are the marks' fonts: code and strong are bold, emphasis is italic, and an escaped character is itself.
var fonts = []struct{ open, close string }{{`\fB`, `\fR`}, {`\fB`, `\fR`}, {`\fI`, `\fR`}, {"", ""}}

// styled turns marks into fonts.
func styled(text string) string {
	var out strings.Builder
	at := 0
	for _, found := range marks().FindAllStringSubmatchIndex(text, -1) {
		out.WriteString(escape(text[at:found[0]]))
		for i, font := range fonts {
			if from, to := found[2*i+2], found[2*i+3]; from >= 0 {
				out.WriteString(font.open + escape(text[from:to]) + font.close)
			}
		}
		at = found[1]
	}
	return guarded(out.String() + escape(text[at:]))
}

// escape makes every character one that can be typed back: a flag copied from a page is the flag.
func escape(text string) string {
	return strings.NewReplacer(`\`, `\e`, `-`, `\-`, `'`, `\(aq`, "`", `\(ga`, `^`, `\(ha`, `~`, `\(ti`, `"`, `\(dq`).Replace(text)
}

// guarded keeps roff from taking a line that begins with a full stop for a command.
func guarded(text string) string {
	return strings.TrimPrefix(strings.ReplaceAll("\n"+text, "\n.", "\n\\&."), "\n")
}
