package swdesc

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// libconfig's language (libconfig manual, chapter 2; lib/scanner.l and lib/grammar.y of 1.5 to 1.7):
//
//	file     = { setting }
//	setting  = name ("=" | ":") value [";" | ","]
//	value    = boolean | integer | float | string { string } | group | list | array
//	group    = "{" { setting } "}"
//	list     = "(" [ value { "," value } [","] ] ")"
//	array    = "[" [ simple { "," simple } [","] ] "]"     all of one kind
//
// Comments: # and // to the end of the line, /* */. A comma before the closing bracket is 1.7's; 1.5 refuses it.
type configParser struct{ scanner }

var (
	configName   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z*][-A-Za-z0-9_*]*`) })
	configNumber = sync.OnceValue(func() *regexp.Regexp {
		re := regexp.MustCompile(`^(?:[-+]?[0-9]*\.[0-9]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+|[-+]?[0-9]+L?L?|0[xX][0-9A-Fa-f]+L?L?)`)
		re.Longest()
		return re
	})
)

// parseConfig reads a whole file into root.
func parseConfig(data []byte, root *Node) error {
	p := &configParser{scanner{data: data}}
	return p.settings(root, 0)
}

// skip skips what stands between two tokens. @include is named, as it is the one directive there is.
func (p *configParser) skip() error {
	if err := p.blank(true); err != nil {
		return err
	}
	if p.has("@include") {
		return bad("include-refused", "sw-description includes another file, which no signature would cover").Advise("write the file's text in its place")
	}
	return nil
}

// settings reads settings up to the byte that closes the group; 0 is the end of the file.
func (p *configParser) settings(group *Node, closing byte) error {
	for {
		if err := p.skip(); err != nil {
			return err
		}
		if p.peek() == closing {
			p.pos = min(p.pos+1, len(p.data))
			return p.index(group)
		}
		setting, err := p.setting()
		if err != nil {
			return err
		}
		group.Children = append(group.Children, setting)
	}
}

// setting reads one with the separator behind it, if there is one.
func (p *configParser) setting() (*Node, error) {
	at := p.pos
	name := string(configName().Find(p.data[p.pos:]))
	if name == "" || isBool(name) {
		return nil, p.bad(at, "no name of a setting")
	}
	p.pos += len(name)
	if err := p.skip(); err != nil {
		return nil, err
	}
	if c := p.peek(); c != '=' && c != ':' {
		return nil, p.bad(p.pos, "no = or : behind %q", name)
	}
	p.pos++
	value, err := p.value()
	if err != nil {
		return nil, err
	}
	value.Name, value.NameAt = name, at
	if err := p.skip(); err != nil {
		return nil, err
	}
	if c := p.peek(); c == ';' || c == ',' {
		p.pos++
	}
	return value, nil
}

// value reads a value and what stands before it.
func (p *configParser) value() (*Node, error) {
	if err := p.skip(); err != nil {
		return nil, err
	}
	n, err := p.node(Group)
	if err != nil {
		return nil, err
	}
	switch c := p.peek(); c {
	case '"':
		n.Kind = String
		err = p.strings(n)
	case '{':
		p.pos++
		if err = p.enter(); err == nil {
			err = p.settings(n, '}')
		}
		p.leave()
	case '(':
		n.Kind = List
		err = p.values(n, ')')
	case '[':
		n.Kind = Array
		if err = p.values(n, ']'); err == nil {
			err = p.checkArray(n)
		}
	default:
		err = p.simple(n)
	}
	if n.Kind != String {
		n.End = p.pos
	}
	return n, err
}

// values reads the values of a list.
func (p *configParser) values(list *Node, closing byte) error {
	p.pos++
	if err := p.enter(); err != nil {
		return err
	}
	defer p.leave()
	for {
		if err := p.skip(); err != nil {
			return err
		}
		if p.peek() == closing {
			p.pos++
			return nil
		}
		value, err := p.value()
		if err != nil {
			return err
		}
		list.Children = append(list.Children, value)
		if err := p.skip(); err != nil {
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

// checkArray checks that an array's values are simple and of one kind; integers of 32 and of 64 bits are two.
func (p *configParser) checkArray(array *Node) error {
	for _, n := range array.Children {
		if n.Kind <= Array {
			return p.bad(n.Start, "a group or list in an array")
		}
		if first := array.Children[0]; n.Kind != first.Kind || n.Kind == Int && wide(n.Text) != wide(first.Text) {
			return p.bad(n.Start, "an array of values of several kinds")
		}
	}
	return nil
}

// wide tells whether an integer has 64 bits.
func wide(text string) bool { return strings.HasSuffix(text, "L") }

// simple reads a boolean or a number.
func (p *configParser) simple(n *Node) error {
	rest := p.data[p.pos:]
	if word := string(configName().Find(rest)); isBool(word) {
		n.Kind, n.Text = Bool, word
	} else if number := string(configNumber().Find(rest)); number != "" {
		n.Kind, n.Text = Int, number
		if hex := len(number) > 1 && (number[1] == 'x' || number[1] == 'X'); !hex && strings.ContainsAny(number, ".eE") {
			n.Kind = Float
		}
	} else {
		return p.bad(p.pos, "no value")
	}
	p.pos += len(n.Text)
	return nil
}

func isBool(word string) bool {
	return strings.EqualFold(word, "true") || strings.EqualFold(word, "false")
}

// strings reads a string and those that follow it, which belong to it. End is behind the last.
func (p *configParser) strings(n *Node) error {
	var text []byte
	for p.peek() == '"' {
		part, err := p.quoted()
		if err != nil {
			return err
		}
		text = append(text, part...)
		n.End = p.pos
		if err := p.skip(); err != nil {
			return err
		}
	}
	n.Text = string(text)
	return nil
}

// quoted reads what stands in quotes. A backslash before a character that needs none stands for itself.
func (p *configParser) quoted() (text []byte, err error) {
	begin := p.pos
	for p.pos++; p.pos < len(p.data); p.pos++ {
		c := p.data[p.pos]
		if c == '"' {
			p.pos++
			return text, nil
		}
		if c == '\\' && p.pos+1 < len(p.data) {
			if c, err = p.escape(); err != nil {
				return nil, err
			}
		}
		text = append(text, c)
	}
	return nil, p.bad(begin, "a string that does not end")
}

// escape reads the escape whose backslash is here, and stays on its last byte.
func (p *configParser) escape() (byte, error) {
	next := p.data[p.pos+1]
	if i := strings.IndexByte(`nrtf\"`, next); i >= 0 {
		p.pos++
		return "\n\r\t\f\\\""[i], nil
	}
	if (next == 'x' || next == 'X') && p.pos+3 < len(p.data) {
		if v, err := strconv.ParseUint(string(p.data[p.pos+2:p.pos+4]), 16, 8); err == nil {
			if v == 0 {
				return 0, p.bad(p.pos, "a string with a NUL")
			}
			p.pos += 3
			return byte(v), nil
		}
	}
	return '\\', nil
}
