package jarsig

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"sigtool/internal/zipdir"
)

// lineSize is the most bytes of text in a line: with CR LF they are the 72 that the JAR specification grants.
const lineSize = 70

// attribute is one of those that stand under their name.
type attribute struct{ name, value string }

// writeAttribute writes "name: value", folded at bytes, also within a letter of several bytes, as apksigner does.
func writeAttribute(out *bytes.Buffer, name, value string) {
	line := name + ": " + value
	first := min(len(line), lineSize)
	out.WriteString(line[:first])
	for line = line[first:]; line != ""; {
		size := min(len(line), lineSize-1)
		out.WriteString("\r\n ")
		out.WriteString(line[:size])
		line = line[size:]
	}
	out.WriteString("\r\n")
}

// writeSection writes a section: first in front, the others by their names.
func writeSection(out *bytes.Buffer, first attribute, others ...attribute) {
	writeAttribute(out, first.name, first.value)
	slices.SortStableFunc(others, func(a, b attribute) int { return strings.Compare(a.name, b.name) })
	for _, other := range others {
		writeAttribute(out, other.name, other.value)
	}
	out.WriteString("\r\n")
}

func encode(sum []byte) string { return base64.StdEncoding.EncodeToString(sum) }

// mainAttributes reads the main section of the manifest that was there before, which signing keeps: it says of the JAR what signing does not know.
// A manifest that no Java program would read is refused, as apksigner refuses it.
func mainAttributes(text []byte) (version string, others []attribute, err error) {
	version = "1.0"
	if len(text) > 0 && (text[0] == '\r' || text[0] == '\n') {
		return version, nil, nil
	}
	main, _, _ := cut(text)
	for raw := main.raw; len(raw) > 0 && err == nil; {
		var line []byte
		if line, raw = unfold(raw); len(line) == 0 {
			break
		}
		name, value, found := strings.Cut(string(line), ": ")
		if !found || !validName(name) {
			return "", nil, fmt.Errorf("%w: the line %.80q of %s is no attribute", zipdir.ErrFormat, line, manifestName)
		}
		value = readable(value)
		at := slices.IndexFunc(others, func(a attribute) bool { return strings.EqualFold(a.name, name) })
		switch {
		case strings.EqualFold(name, "Manifest-Version"):
			version = value
		case at >= 0:
			others[at].value = value
		case len(others) == maxAttributes:
			return "", nil, fmt.Errorf("%w: %s has more than %d attributes of its own", zipdir.ErrFormat, manifestName, maxAttributes)
		default:
			others = append(others, attribute{name, value})
		}
	}
	return version, others, nil
}

// maxAttributes is how many attributes a main section may have that is kept: far more than any tool writes.
const maxAttributes = 1000

// validName is what Java's Attributes.Name takes.
func validName(name string) bool {
	return name != "" && len(name) <= lineSize && !strings.ContainsFunc(name, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_')
	})
}
