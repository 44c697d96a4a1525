package cst

import (
	"strconv"

	"sigtool/formats"
	"sigtool/internal/issue"
)

// section is a command with its arguments:
//
//	[Name]
//	Name = value, value
type section struct {
	name string // as the manual writes it, once known has looked
	line int
	args []argument
}

// argument is a line of a section.
type argument struct {
	name   string // as the manual writes it, once known has looked
	line   int
	values []value
}

// parser reads tokens by CST's grammar (front_end/src/cst_parser.y).
type parser struct {
	tokens []token
	at     int
}

// parse reads all sections; there is at least one.
func parse(tokens []token) ([]section, error) {
	p := &parser{tokens: tokens}
	var sections []section
	for p.peek().kind == kindOpen {
		s, err := p.section()
		if err != nil {
			return nil, err
		}
		sections = append(sections, s)
	}
	switch t := p.peek(); {
	case t.kind == kindEnd && len(sections) > 0:
		return sections, nil
	case len(sections) == 0 && t.kind == kindLine && p.blank():
		return nil, p.syntax("nothing in it").Advise("a command sequence file begins with [Header]")
	case len(sections) == 0 && t.kind == kindLine:
		return nil, p.syntax("an empty line before [Header]").Advise("remove it: cst takes comments there, but no empty lines")
	case len(sections) == 0:
		return nil, p.unexpected("[Header]")
	}
	return nil, p.unexpected("an argument (Name = value) or a [Section]")
}

func (p *parser) peek() token { return p.tokens[p.at] }

// take goes on if the next token is of a kind.
func (p *parser) take(kind kind) (token, bool) {
	t := p.peek()
	if t.kind != kind {
		return t, false
	}
	if kind != kindEnd {
		p.at++
	}
	return t, true
}

// blank tells whether nothing but ends of lines is left.
func (p *parser) blank() bool {
	for _, t := range p.tokens[p.at:] {
		if t.kind != kindLine && t.kind != kindEnd {
			return false
		}
	}
	return true
}

func (p *parser) section() (s section, err error) {
	s.line = p.peek().line
	p.at++
	if s.name, err = p.label("the name of a section"); err != nil {
		return s, err
	}
	if _, ok := p.take(kindClose); !ok {
		return s, p.unexpected("]")
	}
	if err := p.lineEnd(); err != nil {
		return s, err
	}
	for p.peek().kind == kindWord {
		a, err := p.argument()
		if err != nil {
			return s, err
		}
		s.args = append(s.args, a)
	}
	return s, nil
}

func (p *parser) argument() (a argument, err error) {
	a.line = p.peek().line
	if a.name, err = p.label("a name"); err != nil {
		return a, err
	}
	if _, ok := p.take(kindEquals); !ok {
		return a, p.unexpected("=")
	}
	for {
		v, err := p.value()
		if err != nil {
			return a, err
		}
		if len(a.values) > 0 && v.shape != a.values[0].shape && (v.shape > shapeString || a.values[0].shape > shapeString) {
			return a, p.syntax("values of several kinds for %s", a.name)
		}
		a.values = append(a.values, v)
		if _, more := p.take(kindComma); !more {
			return a, p.lineEnd()
		}
	}
}

// lineEnd takes the end of the line, and empty lines behind it.
func (p *parser) lineEnd() error {
	if _, ok := p.take(kindLine); !ok {
		return p.unexpected("the end of the line")
	}
	for p.peek().kind == kindLine {
		p.at++
	}
	return nil
}

func (p *parser) syntax(format string, args ...any) *issue.Error {
	return issue.New("csf-syntax", formats.ErrFormat, "line %d: "+format, append([]any{p.peek().line}, args...)...)
}

// unexpected says what stands where something else has to.
func (p *parser) unexpected(wanted string) *issue.Error {
	t := p.peek()
	found := strconv.Quote(t.text)
	switch t.kind {
	case kindLine:
		found = "the end of the line"
	case kindEnd:
		found = "the end of the text"
	case kindString:
		found = "a string"
	}
	err := p.syntax("%s, where %s is expected", found, wanted)
	switch {
	case p.glued():
		err.Advise("a comment takes the end of its line along (cst reads it so, whatever its guide says): give comments lines of their own")
	case t.kind == kindOr:
		err.Advise("cst's guide shows lists with |, but cst takes none: one value, or a comma")
	}
	return err
}

// glued tells whether a comment joined lines to the one that stands here.
func (p *parser) glued() bool {
	for i := p.at; i >= 0 && (i == p.at || p.tokens[i].kind != kindLine); i-- {
		if p.tokens[i].glued {
			return true
		}
	}
	return false
}
