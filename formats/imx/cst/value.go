package cst

import (
	"strconv"
	"strings"
)

// value is one of the values of an argument: a word, a string, one to three numbers, or three numbers with a string behind (a block).
type value struct {
	shape   shape
	text    string // the word, without spaces; or the string
	numbers []uint32
	doubt   string
}

// shape is how a value is written. All values of an argument have the same, but that words and strings may stand side by side.
type shape byte

const (
	shapeWord shape = iota
	shapeString
	shapeNumber
	shapePair
	shapeBlock
)

// label reads words, and numbers behind the first: spaces in a name don't count.
func (p *parser) label(what string) (string, error) {
	first, ok := p.take(kindWord)
	if !ok {
		return "", p.unexpected(what)
	}
	var name strings.Builder
	name.WriteString(first.text)
	for {
		switch t := p.peek(); t.kind {
		case kindWord:
			name.WriteString(t.text)
		case kindNumber:
			name.WriteString(strconv.FormatInt(int64(int32(t.number)), 10))
		default:
			return name.String(), nil
		}
		p.at++
	}
}

func (p *parser) value() (v value, err error) {
	switch t := p.peek(); t.kind {
	case kindWord:
		v.text, err = p.label("a value")
		return v, err
	case kindString:
		p.at++
		return value{shape: shapeString, text: t.text, doubt: t.doubt}, nil
	case kindNumber:
		return p.numbers()
	}
	return v, p.unexpected("a value")
}

// numbers reads a number, two (4.3 or 4 3), or a block: address, offset, length and file.
func (p *parser) numbers() (value, error) {
	v := value{shape: shapeNumber}
	for len(v.numbers) < 4 {
		t, ok := p.take(kindNumber)
		if !ok {
			break
		}
		v.numbers = append(v.numbers, t.number)
		if v.doubt == "" && t.doubt != "" {
			v.doubt = t.text + ": " + t.doubt
		}
		if _, dot := p.take(kindDot); dot && (len(v.numbers) > 1 || p.peek().kind != kindNumber) {
			return v, p.unexpected("a number")
		} else if dot {
			second, _ := p.take(kindNumber)
			v.numbers = append(v.numbers, second.number)
			if v.doubt == "" && second.doubt != "" {
				v.doubt = second.text + ": " + second.doubt
			}
			break
		}
	}
	switch len(v.numbers) {
	case 1:
	case 2:
		v.shape = shapePair
	case 3:
		file, ok := p.take(kindString)
		if !ok {
			return v, p.unexpected("the name of a file in quotation marks: a block is an address, an offset, a length and a file")
		}
		v.shape, v.text = shapeBlock, file.text
		if v.doubt == "" {
			v.doubt = file.doubt
		}
	default:
		return v, p.syntax("four numbers side by side")
	}
	return v, nil
}
