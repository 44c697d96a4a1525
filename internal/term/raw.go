package term

// leaveScreen ends whatever a program that painted the whole screen left on: paste marks, a hidden cursor, letters in dress, the
// alternate screen.
const leaveScreen = pasteOff + "\x1b[?25h" + dressOff + mainScreen

// Raw gives the terminal to a program that reads keys and paints the screen itself: each key comes at once, is not echoed and makes no
// signal; lines that are written still begin anew. Restore puts it back; it may be called twice, and Restore of the package does it too
// when a signal ends the program.
func (t *Terminal) Raw() (restore func(), err error) {
	farewell := leaveScreen
	if t.dumb() {
		farewell = ""
	}
	return t.set(raw, false, farewell)
}

// Paints tells whether the terminal can be painted as a whole: it moves its cursor, and has 80 columns and 24 lines or more.
func (t *Terminal) Paints() bool {
	columns, rows := t.size()
	return !t.dumb() && columns >= 80 && rows >= 24
}
