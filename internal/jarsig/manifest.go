package jarsig

import (
	"bytes"
	"strings"
)

// A manifest, and a signature file (.SF) too, is sections of lines:
//
//	Manifest-Version: 1.0           main section, up to a blank line
//	Created-By: 1.0 (sigtool)
//
//	Name: assets/a_long_name_that   an entry's section
//	 _goes_on                       a line that starts with a blank goes on the one before it
//	SHA-256-Digest: 9un7Xvhpn1tuAO1kRgiMA/7+LNptUJ4CoUaFC8wNBWk=
//
// Lines end by CR LF, LF or CR; a section's digest goes over its bytes as they stand, with the blank line behind it (JAR File Specification,
// "Name-Value pairs and Sections"). Nothing is refused here: what makes no sense has no name, as in apksig.

// section is a section's bytes, from its first line to the blank line behind it.
type section struct {
	raw   []byte
	name  string
	named bool // its first attribute is Name
}

// cut takes the next section off a manifest, and passes over blank lines in front of it; false at the end.
func cut(text []byte) (s section, rest []byte, found bool) {
	for {
		line, after := cutLine(text)
		if len(after) == len(text) {
			return section{}, nil, false
		}
		if len(line) > 0 {
			break
		}
		text = after
	}
	rest = text
	for len(rest) > 0 {
		var line []byte
		if line, rest = cutLine(rest); len(line) == 0 {
			break
		}
	}
	s.raw = text[:len(text)-len(rest)]
	eachAttribute(s.raw, func(name, value string) bool {
		if s.named = strings.EqualFold(name, "Name"); s.named {
			s.name = readable(value)
		}
		return false
	})
	return s, rest, true
}

// cutLine takes a line off, without its end.
func cutLine(text []byte) (line, rest []byte) {
	at := bytes.IndexAny(text, "\r\n")
	if at < 0 {
		return text, nil
	}
	end := at + 1
	if text[at] == '\r' && end < len(text) && text[end] == '\n' {
		end++
	}
	return text[:at], text[end:]
}

// unfold takes an attribute's line off, with the lines that go on it.
func unfold(text []byte) (line, rest []byte) {
	line, rest = cutLine(text)
	if len(line) == 0 || len(rest) == 0 || rest[0] != ' ' {
		return line, rest
	}
	line = bytes.Clone(line)
	for len(rest) > 0 && rest[0] == ' ' {
		var more []byte
		more, rest = cutLine(rest)
		line = append(line, more[1:]...)
	}
	return line, rest
}

// eachAttribute gives the attributes of a section in their order, until it is told false. Blanks around names and values belong to them: there are
// packages with entries so named.
func eachAttribute(raw []byte, yield func(name, value string) bool) {
	for len(raw) > 0 {
		var line []byte
		if line, raw = unfold(raw); len(line) == 0 {
			return
		}
		name, value, _ := strings.Cut(string(line), ": ")
		if !yield(name, value) {
			return
		}
	}
}

// attribute is the value of the first attribute of that name, in whatever case.
func (s section) attribute(want string) (value string, found bool) {
	eachAttribute(s.raw, func(name, text string) bool {
		if found = strings.EqualFold(name, want); found {
			value = text
		}
		return !found
	})
	return value, found
}
