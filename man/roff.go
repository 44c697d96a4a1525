package man

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"github.com/cpuguy83/go-md2man/v2/md2man"
)

// maxLine is the longest line of text, in bytes, that mandoc -T lint lets pass.
const maxLine = 80

// roff renders a page and smooths what go-md2man leaves rough: mandoc -T lint is to have nothing to say.
func roff(page []byte) []byte {
	var out bytes.Buffer
	code, before := false, ""
	for line := range strings.Lines(string(md2man.Render(page))) {
		line = strings.TrimRight(line, " \n")
		section := strings.HasPrefix(before, ".SH") || strings.HasPrefix(before, ".SS")
		switch {
		case line == "" && !code, line == ".PP" && (section || before == ".PP"): // space that is there anyway
			continue
		case line == ".EX":
			code = true
		case line == ".EE":
			code = false
		}
		before = line
		if strings.HasPrefix(line, ".") {
			out.WriteString(line + "\n")
			continue
		}
		line = hyphens(line)
		if !code {
			line = fill(line)
		}
		out.WriteString(line + "\n")
	}
	return out.Bytes()
}

// fill breaks a line of prose, which roff fills anyway. No part may begin with what roff takes for a command.
func fill(line string) string {
	var out strings.Builder
	column := 0
	for i, word := range strings.Split(line, " ") {
		switch {
		case i == 0:
		case column+1+len(word) > maxLine && word != "" && !strings.ContainsAny(word[:1], ".'"):
			out.WriteByte('\n')
			column = 0
		default:
			out.WriteByte(' ')
			column++
		}
		out.WriteString(word)
		column += len(word)
	}
	return out.String()
}

// dash is a hyphen that is not escaped yet.
var dash = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(^|[^\\])-`)
})

// hyphens makes every hyphen one that can be typed back: a flag copied from a page is the flag.
func hyphens(line string) string {
	for dash().MatchString(line) { // neighbours overlap, so that one pass leaves every other
		line = dash().ReplaceAllString(line, `$1\-`)
	}
	return line
}
