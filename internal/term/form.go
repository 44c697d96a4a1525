package term

import (
	"io"
	"strings"

	"sigtool/internal/secret"
)

// Form is a screen on which rows are typed one after another. Rows are seen while they are typed, since people copy them from
// paper, and are secrets all the same: they stay in byte slices of locked memory, and are gone from the screen when the form is closed
// or a signal ends the program, as far as ShowSecret promises it.
//
// What is wrong in a row is underlined and has marks (^) on the line below, as it is typed. With NO_COLOR set there are the marks alone. A
// dumb terminal, or one with fewer than 40 columns or 10 lines, gets line after line: there a row is edited at its end only, and
// its marks are shown when it is asked for again.
type Form struct {
	t       *Terminal
	restore func()
	line    *line
	keys    keyReader
	screen  painter
}

// painter shows a question and its row.
type painter interface {
	begin(q *Question, l *line) error
	update(q *Question, l *line) error
	end()
	movable() bool // the cursor can leave the end of the row
}

// Question asks for one row.
type Question struct {
	Title []string // on top of the screen
	Above []byte   // the lines typed so far; the last that fit are shown
	Ask   string   // what is asked for, above the row
	Row   []byte   // what the row holds at first; it stays the caller's
	At    int      // where in it the cursor stands at first; -1 for its end
	Wrong []Range  // what is wrong in it, until it is changed
	Notes []string // below the row
	// Look judges the row after every change: what is wrong, and what would complete its end. It may be nil.
	Look func(row []byte) (wrong []Range, rest string)
}

// Range is a part of a row: the bytes From to To, To not included. An empty one is a place where something is missing.
type Range struct{ From, To int }

// End says how a row was left.
type End int

// The ways to leave a row.
const (
	Taken   End = iota // Enter, or a line end in pasted text
	Earlier            // arrow up or Ctrl-P: back to the row before
	Ended              // Ctrl-D on an empty row: there is nothing more to type
)

const (
	pasteOn  = "\x1b[?2004h"
	pasteOff = "\x1b[?2004l"
)

// Form opens a form. It has to be closed.
func (t *Terminal) Form() (*Form, error) {
	columns, height := t.size()
	f := &Form{t: t, keys: keyReader{t: t}}
	hello, farewell := homeErase+pasteOn, pasteOff+homeErase+eraseScroll
	switch {
	case t.dumb():
		hello, farewell = "", strings.Repeat("\n", height)
	case t.hasAltScreen():
		hello, farewell = altScreen+homeErase+pasteOn, pasteOff+homeErase+mainScreen
	}
	restore, err := t.set(raw, false, farewell)
	if err != nil {
		return nil, err
	}
	f.restore, f.line = restore, newLine()
	if t.dumb() || columns < 40 || height < 10 {
		f.screen = &plainPainter{t: t, shown: secret.New(maxLine)}
	} else {
		f.screen = &screenPainter{t: t, out: secret.New(outSize)}
	}
	if err := t.print(hello); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Close takes the form off the screen, puts the terminal back and wipes what was typed last.
func (f *Form) Close() {
	f.restore()
	f.line.destroy()
	f.screen.end()
}

// Pasting tells whether the rest of a pasted text is still to come.
func (f *Form) Pasting() bool { return f.keys.pasting }

// DropPaste reads the rest of a pasted text and forgets it: what follows a wrong row would end up in the wrong place.
func (f *Form) DropPaste() error {
	for f.keys.pasting {
		if _, err := f.keys.read(); err != nil {
			return err
		}
	}
	return nil
}

// Ask asks for a row. The caller destroys it; it is nil when Ctrl-D ended the typing. Ctrl-C is ErrInterrupted; a terminal that hung up
// is io.ErrUnexpectedEOF.
func (f *Form) Ask(q Question) (*secret.Bytes, End, error) {
	l := f.line
	l.begin(q.Row, q.At)
	defer l.clear()
	judge(&q, l, false)
	if err := f.screen.begin(&q, l); err != nil {
		return nil, Taken, err
	}
	for changed := false; ; {
		k, err := f.keys.read()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, Taken, err
		}
		switch {
		case k == ctrlC:
			return nil, Taken, ErrInterrupted
		case k == '\r', k == '\n':
			return l.take(), Taken, nil
		case k == ctrlP:
			return l.take(), Earlier, nil
		case k == ctrlD && l.n == 0:
			return nil, Ended, nil
		case k == ctrlL:
			err = f.screen.begin(&q, l)
		default:
			changed = l.press(k, f.screen.movable()) || changed
			if f.keys.pasting { // nobody looks before its end, or the end of the row
				continue
			}
			if changed {
				judge(&q, l, true)
			}
			changed, err = false, f.screen.update(&q, l)
		}
		if err != nil {
			return nil, Taken, err
		}
	}
}

// judge looks at the row: at first what the question says of it counts.
func judge(q *Question, l *line, changed bool) {
	l.wrong, l.rest = nil, ""
	if q.Look != nil {
		l.wrong, l.rest = q.Look(l.row())
	}
	if !changed && q.Wrong != nil {
		l.wrong = q.Wrong
	}
}
