package term

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"sigtool/internal/secret"
)

// line is the row that is typed: n bytes of memory, and the cursor before byte at.
type line struct {
	memory *secret.Bytes
	n, at  int
	wrong  []Range
	rest   string // what would complete its end
}

func newLine() *line { return &line{memory: secret.New(maxLine)} }

func (l *line) row() []byte { return l.memory.Bytes()[:l.n] }

func (l *line) clear() {
	clear(l.row())
	l.n, l.at, l.wrong, l.rest = 0, 0, nil, ""
}

func (l *line) destroy() { l.memory.Destroy() }

// begin fills the row.
func (l *line) begin(row []byte, at int) {
	l.clear()
	l.n = copy(l.memory.Bytes(), row)
	l.at = l.n
	if at >= 0 && at < l.n {
		l.at = at
	}
	for l.at > 0 && l.at < l.n && !utf8.RuneStart(row[l.at]) {
		l.at--
	}
}

// take returns a copy of the row.
func (l *line) take() *secret.Bytes {
	typed := secret.New(l.n)
	copy(typed.Bytes(), l.row())
	return typed
}

// press does what a key asks for, and tells whether it changed the row. With movable false the cursor stays at the end.
func (l *line) press(k rune, movable bool) bool {
	switch k {
	case keyLeft, keyRight, keyHome, keyEnd, ctrlA, ctrlE:
		if movable {
			l.move(k)
		}
		return false
	case '\t':
		return l.at == l.n && l.insert([]byte(l.rest))
	case backspace, del:
		return l.remove(l.left(), l.at)
	case keyDelete, ctrlD:
		return l.remove(l.at, l.right())
	case ctrlK:
		return l.remove(l.at, l.n)
	case ctrlU:
		return l.remove(0, l.n)
	case ctrlW:
		return l.remove(l.wordLeft(), l.at)
	}
	switch {
	case unicode.IsSpace(k) && k > ' ':
		k = ' '
	case !unicode.IsPrint(k):
		return false
	}
	return l.insert(utf8.AppendRune(make([]byte, 0, utf8.UTFMax), k))
}

func (l *line) move(k rune) {
	switch k {
	case keyLeft:
		l.at = l.left()
	case keyRight:
		l.at = l.right()
	case keyHome, ctrlA:
		l.at = 0
	case keyEnd, ctrlE:
		l.at = l.n
	}
}

// left and right are where the cursor goes by one character.
func (l *line) left() int {
	_, size := utf8.DecodeLastRune(l.row()[:l.at])
	return l.at - size
}

func (l *line) right() int {
	_, size := utf8.DecodeRune(l.row()[l.at:])
	return l.at + size
}

// wordLeft is where the word before the cursor begins.
func (l *line) wordLeft() int {
	before := bytes.TrimRight(l.row()[:l.at], " ")
	return bytes.LastIndexByte(before, ' ') + 1
}

func (l *line) insert(b []byte) bool {
	if len(b) == 0 || l.n+len(b) > maxLine {
		return false
	}
	memory := l.memory.Bytes()
	copy(memory[l.at+len(b):], memory[l.at:l.n])
	copy(memory[l.at:], b)
	l.n += len(b)
	l.at += len(b)
	return true
}

func (l *line) remove(from, to int) bool {
	if from == to {
		return false
	}
	row := l.row()
	copy(row[from:], row[to:])
	l.n -= to - from
	clear(row[l.n:])
	l.at = from
	return true
}

// isWrong tells whether the character at byte i is in a wrong place, or something is missing there.
func (l *line) isWrong(i int) bool {
	for _, w := range l.wrong {
		if i >= w.From && (i < w.To || i == w.From) {
			return true
		}
	}
	return false
}
