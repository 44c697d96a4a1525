package tui

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// pressed are the keys that bytes make.
func pressed(bytes string) (keys []rune) {
	var d decoder
	for _, c := range []byte(bytes) {
		if k := d.next(c); k != keyNone {
			keys = append(keys, k)
		}
	}
	return keys
}

func TestKeys(t *testing.T) {
	for bytes, want := range map[string][]rune{
		"aB ~":                                              {'a', 'B', ' ', '~'},
		"ä€\U0001f511":                                      {'ä', '€', '\U0001f511'},
		"\xe9a\xc3(\xe2\x82b":                               {'a', '(', 'b'},
		"\r\n\t\x7f\x03":                                    {enter, enter, tab, del, ctrlC},
		"\x1b[A\x1b[B\x1b[C\x1b[D":                          {keyUp, keyDown, keyRight, keyLeft},
		"\x1bOA\x1bOB\x1bOC\x1bOD":                          {keyUp, keyDown, keyRight, keyLeft},
		"\x1b[H\x1b[1~\x1b[7~\x1bOH":                        {keyHome, keyHome, keyHome, keyHome},
		"\x1b[F\x1b[4~\x1b[8~\x1bOF":                        {keyEnd, keyEnd, keyEnd, keyEnd},
		"\x1b[3~\x1b[5~\x1b[6~":                             {keyDelete, keyPageUp, keyPageDown},
		"\x1b[[Ax\x1bOPy\x1b[15;5~z":                        {'x', 'y', 'z'},
		"\x1b\x1b[A\x1bx\x1b":                               {keyUp, 'x'},
		"\x1b[12\x1b[Ba":                                    {keyDown, 'a'},
		"\x1b[" + strings.Repeat("1", 99) + "~a":            {'a'},
		"\x1b[?2026;2$ya":                                   {'a'},
		"\x1b[200~a\r\n\tb\x03\x1b[Ac\x1bOB\x1b[201~\x1b[A": {keyPasteBegins, 'a', enter, enter, ' ', 'b', 'c', keyPasteEnds, keyUp},
	} {
		if got := pressed(bytes); !slices.Equal(got, want) {
			t.Errorf("%q is %q, not %q", bytes, got, want)
		}
	}
}

// Whatever is pressed, the next key after it works, and a line stays a line.
func FuzzKeys(f *testing.F) {
	for _, seed := range []string{"abc\r", "\x1b[A\x1bOB\x1b[[C", "\x1b[200~ab\tc\x1b[201~", "\xc3\xa9\xff\xe2\x82", "a\x1b[D\x1b[3~\x17\x0b\x15", "\x1bO"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		var d decoder
		e := newEditor()
		defer e.destroy()
		for _, c := range bytes {
			if k := d.next(c); k != keyNone {
				e.press(k)
			}
			if e.at < 0 || e.at > e.n || e.n > maxLine {
				t.Fatalf("the cursor is at %d of %d", e.at, e.n)
			}
		}
		for _, r := range string(e.row()) {
			if !unicode.IsPrint(r) {
				t.Fatalf("typed is %q", e.row())
			}
		}
		e.fill(nil, -1)
		for _, c := range []byte("\x1b[D\x1b[201~\x1b[201~x") {
			if k := d.next(c); k != keyNone {
				e.press(k)
			}
		}
		if string(e.row()) != "x" {
			t.Errorf("afterwards x is %q", e.row())
		}
	})
}

func TestEditor(t *testing.T) {
	for keys, want := range map[string]string{
		"ac\x1b[Db\x1b[Cd":                 "abcd",
		"b\x1b[Ha\x1b[Fc\x01-\x05e":        "-abce",
		"abx\x7fcd\x1b[D\x08e":             "abed",
		"abxc\x1b[D\x1b[D\x1b[3~":          "abc",
		"abxc\x1b[D\x1b[D\x04":             "abc",
		"wrong\x15right":                   "right",
		"one two  \x17three":               "one three",
		"one two\x01\x1b[C\x0b":            "o",
		"äöü\x1b[D\x7f€":                   "ä€ü",
		"a\u00a0b\u200ec\x02":              "a bc",
		"\x7f\x1b[3~\x1b[D\x1b[C\x17a":     "a",
		strings.Repeat("x", maxLine) + "y": strings.Repeat("x", maxLine),
	} {
		e := newEditor()
		for _, k := range pressed(keys) {
			e.press(k)
		}
		if string(e.row()) != want {
			t.Errorf("%q gives %q, not %q", keys, e.row(), want)
		}
		e.fill([]byte("aäb"), 2) // in the middle of a character
		if e.at != 1 {
			t.Errorf("the cursor is at %d", e.at)
		}
		e.destroy()
	}
}

// Whatever is pressed at whatever prompt, the screen can be painted, and nothing hidden is on it.
func FuzzDesk(f *testing.F) {
	for n := range script() {
		f.Add([]byte("\rone\x1b[A\r\x03no\r\t\x1b[6~?\x04"), uint8(n), uint8(80), uint8(24))
		f.Add([]byte("01/08  QYPS QGPX\r\r\r@x\r\x1b[200~a\rb\r\x1b[201~\x0c"), uint8(n), uint8(200), uint8(1))
	}
	f.Fuzz(func(t *testing.T, keys []byte, n, width, height uint8) {
		d := newDesk(t, int(width), int(height))
		p := script()[int(n)%len(script())]
		d.ask(p)
		for _, c := range keys {
			d.send(typed{bytes: []byte{c}})
			if d.m.phase == asking && d.m.hidden() && len(d.m.page) > 0 {
				t.Fatal("a page is kept")
			}
			_ = d.m.View()
		}
		d.pass(1)
		d.send(closing{})
		for len(d.reply) > 0 {
			(<-d.reply).answer.Secret.Destroy()
		}
	})
}
