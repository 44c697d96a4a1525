package tui

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"sigtool/internal/secret"
)

// maxLine bounds a line, in bytes: a page of locked memory.
const maxLine = 4096

// editor is a line that is typed: n bytes of locked memory, and the cursor before byte at.
type editor struct {
	memory *secret.Bytes
	n, at  int
}

func newEditor() *editor { return &editor{memory: secret.New(maxLine)} }

func (e *editor) destroy() {
	if e != nil {
		e.memory.Destroy()
	}
}

// row is what was typed. It belongs to the editor.
func (e *editor) row() []byte { return e.memory.Bytes()[:e.n] }

// take returns a copy of the row.
func (e *editor) take() *secret.Bytes {
	typed := secret.New(e.n)
	copy(typed.Bytes(), e.row())
	return typed
}

// fill replaces the row. The cursor goes to byte at, or to the end if at is negative.
func (e *editor) fill(row []byte, at int) {
	clear(e.row())
	e.n = copy(e.memory.Bytes(), row)
	e.at = e.n
	if at >= 0 && at < e.n {
		e.at = at
	}
	for e.at > 0 && e.at < e.n && !utf8.RuneStart(e.row()[e.at]) {
		e.at--
	}
}

// press does what a key asks for, and tells whether it changed the row.
func (e *editor) press(k rune) bool {
	switch k {
	case keyLeft:
		e.at = e.left()
	case keyRight:
		e.at = e.right()
	case keyHome, ctrlA:
		e.at = 0
	case keyEnd, ctrlE:
		e.at = e.n
	case backspace, del:
		return e.remove(e.left(), e.at)
	case keyDelete, ctrlD:
		return e.remove(e.at, e.right())
	case ctrlK:
		return e.remove(e.at, e.n)
	case ctrlU:
		return e.remove(0, e.n)
	case ctrlW:
		return e.remove(e.wordLeft(), e.at)
	default:
		return e.character(k)
	}
	return false
}

func (e *editor) character(k rune) bool {
	if unicode.IsSpace(k) && k > ' ' {
		k = ' '
	}
	if !unicode.IsPrint(k) {
		return false
	}
	var b [utf8.UTFMax]byte
	defer clear(b[:])
	return e.insert(b[:utf8.EncodeRune(b[:], k)])
}

func (e *editor) left() int {
	_, size := utf8.DecodeLastRune(e.row()[:e.at])
	return e.at - size
}

func (e *editor) right() int {
	_, size := utf8.DecodeRune(e.row()[e.at:])
	return e.at + size
}

// wordLeft is where the word before the cursor begins.
func (e *editor) wordLeft() int {
	return bytes.LastIndexByte(bytes.TrimRight(e.row()[:e.at], " "), ' ') + 1
}

func (e *editor) insert(b []byte) bool {
	if len(b) == 0 || e.n+len(b) > maxLine {
		return false
	}
	memory := e.memory.Bytes()
	copy(memory[e.at+len(b):], memory[e.at:e.n])
	copy(memory[e.at:], b)
	e.n += len(b)
	e.at += len(b)
	return true
}

func (e *editor) remove(from, to int) bool {
	if from == to {
		return false
	}
	row := e.row()
	copy(row[from:], row[to:])
	e.n -= to - from
	clear(row[e.n:])
	e.at = from
	return true
}
