package plain

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"sigtool/backup"
	"sigtool/internal/secret"
	"sigtool/internal/wordlist"
)

// checkLine is the row of a sheet of words that has a name in place of a number.
const checkLine = "the check line"

// several tells whether words are asked for, of which more than one may be typed at once.
func (s *sheet) several() bool { return strings.Contains(s.ask(), "several") }

// cut takes the next word, with the number before it, off what was typed at once: each is kept for itself, so that a slip in one costs no
// other, and one alone is corrected. Where no words are asked for it is all one.
func (s *sheet) cut(typed []byte) (piece, rest []byte) {
	if _, is := backup.ReadHead(typed).DocumentID(); is || !s.several() {
		return typed, nil
	}
	tokens := wordlist.Tokens(typed)
	for i, t := range tokens {
		if !t.IsNumber() && i+1 < len(tokens) {
			return typed[:t.To], bytes.TrimSpace(typed[t.To:])
		}
	}
	return typed, nil
}

// insists tells whether that is the row again that was not taken; of a word its number does not count.
func (s *sheet) insists(typed *secret.Bytes) bool {
	if s.refused == nil || !s.several() {
		return s.refused != nil && s.refused.Equal(typed)
	}
	const number = "0123456789 "
	return bytes.Equal(bytes.Trim(s.refused.Bytes(), number), bytes.Trim(typed.Bytes(), number))
}

// called is what is asked for, as it is called on the paper: "word 05", "line 03".
func called(ask string) string {
	if strings.HasPrefix(ask, checkLine) {
		return checkLine
	}
	kind, number, _ := strings.Cut(ask, " ")
	number, _, _ = strings.Cut(number, " ")
	return kind + " " + strings.Trim(number, ":,")
}

// nameOf is what a row is called: a line that says its own number may come in any order.
func nameOf(typed []byte, ask string) string {
	number, _, numbered := bytes.Cut(bytes.TrimSpace(typed), []byte("/"))
	if numbered && len(number) <= 3 && strings.HasPrefix(ask, "line ") {
		if n, err := strconv.Atoi(string(number)); err == nil {
			return fmt.Sprintf("line %02d", n)
		}
	}
	return called(ask)
}

// nameTaken is what a row that was taken is called; what is asked for now as it was before is a statement of the sheet's head.
func (s *sheet) nameTaken(typed []byte, ask string) string {
	name := nameOf(typed, ask)
	if name == called(ask) && s.ask() == ask {
		return ""
	}
	return name
}

// find is the row that the paper counts so, the check line by its name. There may be a minus sign before it.
func (s *sheet) find(text []byte) (int, bool) {
	text = bytes.TrimPrefix(text, []byte{cmdBack})
	for i := len(s.rows) - 1; i >= 0; i-- {
		_, number, _ := strings.Cut(s.rows[i].name, " ")
		same := bytes.Equal(bytes.TrimLeft(text, "0"), []byte(strings.TrimLeft(number, "0")))
		if same && number != "" || s.rows[i].name == checkLine && string(text) == cmdCheck {
			return i, true
		}
	}
	return 0, false
}

// typed names all that was taken.
func (s *sheet) typed() string {
	var names []string
	for _, r := range s.rows {
		if r.name != "" {
			names = append(names, r.name)
		}
	}
	return span(names)
}

// span is "words 01 to 19" for all of these in order, "" for none.
func span(names []string) string {
	if len(names) == 0 {
		return ""
	}
	first, last := names[0], names[len(names)-1]
	kind, from, _ := strings.Cut(first, " ")
	same, to, _ := strings.Cut(last, " ")
	switch {
	case first == last:
		return first
	case kind == same:
		return kind + "s " + from + " to " + to
	}
	return first + " to " + last
}

// hand is the row at hand as it is called.
func (s *sheet) hand() string {
	switch {
	case !s.correcting():
		return called(s.ask())
	case s.rows[s.next].name == "":
		return "what stands before " + called(s.ask())
	}
	return s.rows[s.next].name
}

// sentence has text begin like one.
func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
