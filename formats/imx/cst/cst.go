// Package cst reads the text form of a command sequence file, from which NXP's code signing tool (CST) makes a binary one for HABv4 or signs a
// container for AHAB. What it takes, CST 3.4.1 takes, to the same end; what CST takes and makes nonsense of is refused.
package cst

import (
	"fmt"

	"sigtool/formats"
	"sigtool/internal/issue"
)

// MaxSize bounds a text, in bytes. NXP's own have less than 3,000.
const MaxSize = 256 << 10

// Target is what a text is for.
type Target int

// The targets.
const (
	HAB Target = iota // what a text is for that does not say
	AHAB
)

// Script is a text that was read. It names files, and none was opened yet.
type Script struct {
	Target    Target
	Container Container // AHAB: the order

	hab habScript
}

// Parse reads a text. Errors: formats.ErrFormat, with the line and the section.
func Parse(text []byte) (*Script, error) {
	if len(text) > MaxSize {
		return nil, issue.New("csf-size", formats.ErrFormat, "a command sequence file of %d bytes: they have at most %d", len(text), MaxSize)
	}
	sections, err := parse(lex(text))
	if err != nil {
		return nil, err
	}
	for i := range sections {
		if err := sections[i].known(); err != nil {
			return nil, err
		}
	}
	return interpret(sections)
}

// interpret finds out what the sections are for, and has them read for it.
func interpret(sections []section) (*Script, error) {
	s := &Script{}
	header := &sections[0]
	if header.name != "Header" {
		return nil, header.errorf("csf-order", "[Header] comes first")
	}
	target, given, err := header.word(argTarget)
	switch {
	case err != nil:
		return nil, err
	case !given || is(target, "HAB"):
		return s, s.hab.read(sections)
	case is(target, "AHAB"):
		s.Target = AHAB
		return s, s.Container.read(sections)
	}
	return nil, header.badValue(argTarget, "HAB or AHAB")
}

// errorf is an error in a section.
func (s *section) errorf(id, format string, args ...any) *issue.Error {
	return issue.New(id, formats.ErrFormat, "line %d, [%s]: %s", s.line, s.name, fmt.Sprintf(format, args...))
}

// errorAt is an error in an argument of a section.
func (s *section) errorAt(a *argument, id, format string, args ...any) *issue.Error {
	return issue.New(id, formats.ErrFormat, "line %d, [%s], %s: %s", a.line, s.name, a.name, fmt.Sprintf(format, args...))
}
