package term

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Control sequences of ECMA-48 and xterm.
const (
	altScreen   = "\x1b[?1049h"
	mainScreen  = "\x1b[?1049l"
	homeErase   = "\x1b[H\x1b[J" // erases downwards from the corner: erasing "the whole screen" makes some terminals keep a copy in the scrollback
	eraseScroll = "\x1b[3J"
)

// erase returns what takes a prompt off the screen again, the cursor being at its end. A dumb terminal keeps the prompt.
func (t *Terminal) erase(prompt string) string {
	if t.dumb() {
		return "\n"
	}
	up := ""
	if above := rows(prompt, t.Width()) - 1; above > 0 {
		up = "\x1b[" + strconv.Itoa(above) + "A"
	}
	return "\r" + up + "\x1b[J"
}

// rows is the number of screen lines that text takes, one column for each character.
func rows(text string, width int) int {
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n += 1 + max(0, utf8.RuneCountInString(line)-1)/width
	}
	return n
}

// ShowSecret shows lines, and below them the line then, until Enter is pressed; Ctrl-C is ErrInterrupted, and takes it away too. What was
// typed before is dropped, so that an Enter pressed too early doesn't take it away unseen.
//
// How gone it is afterwards depends on the terminal. One with an alternate screen (xterm and its kin, tmux, screen) shows it there and
// keeps nothing. The Linux console and the VT family have none: the whole screen and, where the terminal can, the scrollback are erased.
// A dumb terminal (TERM unset or "dumb") can only be scrolled until the text is off the screen; a scrollback or a log still has it.
// A terminal that is too small for the text is refused before anything is shown.
func (t *Terminal) ShowSecret(lines, then string) error {
	lines = strings.TrimRight(lines, "\n")
	columns, height := t.size()
	text := "\n" + lines + "\n\n" + then
	if need := rows(text, columns); need > height {
		return fmt.Errorf("the terminal is too small: this needs %d lines and it has %d", need, height)
	}
	show, farewell := homeErase+text, homeErase+eraseScroll
	switch {
	case t.dumb():
		show, farewell = text, strings.Repeat("\n", height)
	case t.hasAltScreen():
		show, farewell = altScreen+show, homeErase+mainScreen
	}
	restore, err := t.set(raw, true, farewell)
	if err != nil {
		return err
	}
	defer restore()
	if err := t.print(show); err != nil {
		return err
	}
	return t.waitEnter()
}

// Keeps tells whether what ShowSecret showed stays in the scrollback of the terminal afterwards.
func (t *Terminal) Keeps() bool { return t.dumb() }

// hasAltScreen goes by the families that are known to lack one; their terminfo entries have no smcup either.
func (t *Terminal) hasAltScreen() bool {
	for _, family := range []string{"linux", "vt", "ansi", "cons", "sun", "wyse"} {
		if strings.HasPrefix(t.kind, family) {
			return false
		}
	}
	return true
}

func (t *Terminal) waitEnter() error {
	for {
		c, err := t.readByte()
		switch {
		case err != nil:
			return err
		case c == ctrlC:
			return ErrInterrupted
		case c == '\r', c == '\n':
			return nil
		}
	}
}
