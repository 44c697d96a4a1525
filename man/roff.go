package man

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/cpuguy83/go-md2man/v2/md2man"
)

// roff renders a page and smooths what go-md2man leaves rough: mandoc -T lint is to have nothing to say.
func roff(page []byte) []byte {
	var out bytes.Buffer
	written := ""
	for line := range strings.Lines(string(md2man.Render(page))) {
		line = hyphens(strings.TrimRight(line, " \n"))
		switch {
		case line == "": // blank lines between macros are vertical space nobody asked for
			continue
		case line == ".PP" && (strings.HasPrefix(written, ".SH") || strings.HasPrefix(written, ".SS") || written == ".PP"):
			continue
		}
		out.WriteString(line + "\n")
		written = line
	}
	return out.Bytes()
}

// dash is a hyphen that is to be typed as it stands: at the start of a flag, or in code. One inside a word of prose is no minus.
var dash = regexp.MustCompile(`(^|[^\\])-`)

// hyphens escapes every hyphen of a text line, so that a flag copied from a page is the flag.
func hyphens(line string) string {
	if strings.HasPrefix(line, ".") && !strings.HasPrefix(line, ".TP") || !strings.Contains(line, "-") {
		return line
	}
	for dash.MatchString(line) {
		line = dash.ReplaceAllString(line, `$1\-`)
	}
	return line
}
