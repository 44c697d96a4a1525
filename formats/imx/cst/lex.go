package cst

import (
	"bytes"
	"strconv"
	"strings"
)

// kind is what a token is.
type kind byte

const (
	kindEnd     kind = iota // behind the last line
	kindLine                // the end of a line
	kindWord                // a letter, then letters and digits
	kindNumber              // decimal, octal with a leading 0, or hexadecimal with 0x
	kindString              // "…"
	kindEquals              // =
	kindOr                  // |
	kindOpen                // [
	kindClose               // ]
	kindComma               // ,
	kindDot                 // .
	kindUnknown             // what no rule is for
)

// token is a piece of the text.
type token struct {
	kind   kind
	text   string // as it stands there; of a string what is between the marks
	number uint32
	line   int
	doubt  string // why a number is not what it looks like, or a string not what it is
	glued  bool   // a comment took the end of the line before it along, and that line had something else on it
}

// marks are the tokens of one character.
var marks = map[byte]kind{'\n': kindLine, '=': kindEquals, '|': kindOr, '[': kindOpen, ']': kindClose, ',': kindComma, '.': kindDot}

// lexer cuts a text into tokens by the rules of CST's (front_end/src/cst_lexer.l). Three of them surprise:
//   - a comment takes the end of its line along, as a continuation does: what follows on the next line stands on the same line for the parser;
//   - a string goes up to the last quotation mark of its line;
//   - characters that no rule is for are passed over: a carriage return, a byte order mark, a hyphen, a semicolon.
type lexer struct {
	text  []byte
	at    int
	line  int
	end   int // where this line ends; looked for once a line, for a line may be all of the text
	glued bool
	found []token
}

// lex cuts a text into tokens. An end of line stands behind the last, whatever the text ends with, and then an end.
func lex(text []byte) []token {
	l := &lexer{text: text, line: 1, end: -1}
	for l.at < len(text) {
		if l.at > l.end {
			l.end = len(text)
			if n := bytes.IndexByte(text[l.at:], '\n'); n >= 0 {
				l.end = l.at + n
			}
		}
		l.next()
	}
	l.add(kindLine, "\n", 0)
	l.add(kindEnd, "", 0)
	return l.found
}

// next takes one token, or passes over what is none.
func (l *lexer) next() {
	c := l.text[l.at]
	rest, line := l.text[l.at:], l.text[l.at:l.end]
	switch {
	case isLetter(c):
		l.add(kindWord, string(rest[:run(rest, isWord)]), run(rest, isWord))
	case isDigit(c):
		l.addNumber(rest)
	case c == '"' && bytes.LastIndexByte(line, '"') > 0:
		l.addString(line[:bytes.LastIndexByte(line, '"')+1])
	case (c == '#' || c == '\\') && l.end < len(l.text):
		l.glued = l.glued || c == '#' && len(l.found) > 0 && l.found[len(l.found)-1].kind != kindLine
		l.at = l.end + 1
		l.line++
	case marks[c] != 0:
		l.add(marks[c], string(c), 1)
		if c == '\n' {
			l.line++
		}
	default:
		l.at++
	}
}

func (l *lexer) add(kind kind, text string, length int) *token {
	l.found = append(l.found, token{kind: kind, text: text, line: l.line, glued: l.glued})
	l.at += length
	l.glued = false
	return &l.found[len(l.found)-1]
}

// addNumber reads as strtoul does; CST keeps the lower 32 bits.
func (l *lexer) addNumber(rest []byte) {
	length := run(rest, isDigit)
	if len(rest) > 2 && rest[0] == '0' && rest[1]|0x20 == 'x' && isHex(rest[2]) {
		length = 2 + run(rest[2:], isHex)
	}
	negative := l.at > 0 && l.text[l.at-1] == '-'
	t := l.add(kindNumber, string(rest[:length]), length)
	n, err := strconv.ParseUint(t.text, 0, 32)
	t.number = uint32(n)
	switch {
	case err != nil && strings.HasPrefix(t.text, "0") && length > 1 && rest[1]|0x20 != 'x' && strings.ContainsAny(t.text, "89"):
		t.doubt = "a number with a leading 0 is octal, and has no 8 or 9; cst stops reading there"
	case err != nil:
		t.doubt = "it has more than 32 bits; cst drops those above"
	case negative:
		t.doubt = "it is negative; cst passes over the sign"
	}
}

// addString takes a string with its marks. A backslash in it stands for a slash.
func (l *lexer) addString(quoted []byte) {
	t := l.add(kindString, strings.ReplaceAll(string(quoted[1:len(quoted)-1]), `\`, "/"), len(quoted))
	switch {
	case strings.Contains(t.text, `"`):
		t.doubt = "cst takes all between the first and the last quotation mark of a line for one name"
	case strings.Contains(t.text, "\x00"):
		t.doubt = "it has a null byte, and cst takes the name to end there"
	case t.text == "":
		t.doubt = "it is empty"
	}
}

// run is how many bytes at the start are of a kind.
func run(text []byte, of func(byte) bool) int {
	n := 0
	for n < len(text) && of(text[n]) {
		n++
	}
	return n
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isWord(c byte) bool   { return isLetter(c) || isDigit(c) }
func isHex(c byte) bool    { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
