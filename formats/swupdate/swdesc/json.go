package swdesc

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON as json-c takes it where swupdate reads a sw-description by it (json_tokener_parse): RFC 8259, and besides comments, line breaks
// within strings, and a comma before a closing bracket. Single quotes, words in capital letters and bytes behind the end are refused.
type jsonParser struct{ *scanner }

var jsonNumber = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?`)
})

// parseJSON reads a whole file, from its first brace on.
func parseJSON(s *scanner) (*Node, error) {
	p := jsonParser{s}
	root, err := p.value()
	if err != nil {
		return nil, err
	}
	if err := p.blank(false); err != nil {
		return nil, err
	}
	if p.pos != len(p.data) {
		return nil, p.bad(p.pos, "something follows the last brace")
	}
	return root, nil
}

// value reads a value and what stands before it.
func (p jsonParser) value() (*Node, error) {
	if err := p.blank(false); err != nil {
		return nil, err
	}
	n, err := p.node(Group)
	if err != nil {
		return nil, err
	}
	switch c := p.peek(); c {
	case '{':
		if err = p.values(n, '}'); err == nil {
			err = p.index(n)
		}
	case '[':
		n.Kind = List
		err = p.values(n, ']')
	case '"':
		n.Kind = String
		n.Text, err = p.quoted()
	default:
		err = p.simple(n)
	}
	n.End = p.pos
	return n, err
}

// values reads what stands in braces or brackets.
func (p jsonParser) values(into *Node, closing byte) error {
	p.pos++
	if err := p.enter(); err != nil {
		return err
	}
	defer p.leave()
	for {
		if err := p.blank(false); err != nil {
			return err
		}
		if p.peek() == closing {
			p.pos++
			return nil
		}
		value, err := p.member(closing == '}')
		if err != nil {
			return err
		}
		into.Children = append(into.Children, value)
		if err := p.blank(false); err != nil {
			return err
		}
		switch p.peek() {
		case ',':
			p.pos++
		case closing:
		default:
			return p.bad(p.pos, "no comma and no %c behind a value", closing)
		}
	}
}

// member reads a value, with its name in an object.
func (p jsonParser) member(named bool) (*Node, error) {
	if !named {
		return p.value()
	}
	at := p.pos
	if p.peek() != '"' {
		return nil, p.bad(at, "no name in quotes")
	}
	name, err := p.quoted()
	if err != nil {
		return nil, err
	}
	if err := p.blank(false); err != nil {
		return nil, err
	}
	if p.peek() != ':' {
		return nil, p.bad(p.pos, "no : behind %q", name)
	}
	p.pos++
	value, err := p.value()
	if err != nil {
		return nil, err
	}
	value.Name, value.NameAt = name, at
	return value, nil
}

// simple reads a number or a word.
func (p jsonParser) simple(n *Node) error {
	if number := jsonNumber().FindSubmatch(p.data[p.pos:]); number != nil {
		n.Kind, n.Text = Int, string(number[0])
		if len(number[1])+len(number[2]) > 0 {
			n.Kind = Float
		}
	}
	for word, kind := range map[string]Kind{"true": Bool, "false": Bool, "null": Null} {
		if p.has(word) {
			n.Kind, n.Text = kind, word
		}
	}
	if n.Text == "" {
		return p.bad(p.pos, "no value")
	}
	p.pos += len(n.Text)
	return nil
}

// quoted reads a string.
func (p jsonParser) quoted() (string, error) {
	begin := p.pos
	var text []byte
	for p.pos++; p.pos < len(p.data); p.pos++ {
		c := p.data[p.pos]
		switch c {
		case '"':
			p.pos++
			return string(text), nil
		case '\\':
			var ok bool
			if text, ok = p.escape(text); !ok {
				return "", p.bad(p.pos, "an escape that JSON does not have, or a NUL")
			}
		default:
			text = append(text, c)
		}
	}
	return "", p.bad(begin, "a string that does not end")
}

// escape adds what an escape stands for, and stays on its last byte.
func (p jsonParser) escape(text []byte) (with []byte, ok bool) {
	p.pos++
	c := p.peek()
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 && c != 0 {
		return append(text, "\"\\/\b\f\n\r\t"[i]), true
	}
	r, ok := p.hex4(p.pos)
	if !ok {
		return nil, false
	}
	p.pos += 4
	if utf16.IsSurrogate(r) {
		low := rune(0)
		if p.pos+1 < len(p.data) && p.data[p.pos+1] == '\\' {
			low, _ = p.hex4(p.pos + 2)
		}
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			return nil, false
		}
		p.pos += 6
	}
	return utf8.AppendRune(text, r), r != 0
}

// hex4 reads the u at a byte, and the four digits behind it.
func (p jsonParser) hex4(at int) (rune, bool) {
	if at+5 > len(p.data) || p.data[at] != 'u' {
		return 0, false
	}
	v, err := strconv.ParseUint(string(p.data[at+1:at+5]), 16, 16)
	return rune(v), err == nil
}
