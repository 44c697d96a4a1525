package term

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever keys come, the row stays within its memory, the cursor between its characters, and what was taken out is wiped.
func FuzzLine(f *testing.F) {
	f.Add("abc\x7f\x15", 0)
	f.Add("äöü\x01\x04\x0b\t€ \x17", 2)
	f.Fuzz(func(t *testing.T, keys string, at int) {
		l := newLine()
		defer l.destroy()
		if utf8.ValidString(keys) {
			l.begin([]byte(keys), at)
		}
		l.rest = "don"
		special := []rune{keyNone, keyLeft, keyRight, keyHome, keyEnd, keyDelete}
		for i, k := range keys {
			l.press(k, i%3 > 0)
			l.press(special[i%len(special)], true)
			row := l.row()
			if l.at < 0 || l.at > l.n || !utf8.Valid(row) || l.at < l.n && !utf8.RuneStart(row[l.at]) {
				t.Fatalf("the cursor is at %d of %q", l.at, row)
			}
			if len(bytes.Trim(l.memory.Bytes()[l.n:], "\x00")) > 0 {
				t.Fatalf("behind %q something is left", row)
			}
		}
	})
}

func TestLineIsBounded(t *testing.T) {
	l := newLine()
	defer l.destroy()
	for range maxLine + 10 {
		l.press('a', true)
	}
	l.press('€', true)
	if l.n != maxLine || l.at != maxLine {
		t.Errorf("%d characters, the cursor at %d", l.n, l.at)
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"short", "short"},
		{"one two three", "one two|three"},
		{"onetwothree", "onetwothree"},
		{"  one two three", "  one|  two|  three"},
		{"ein zwölf Öl", "ein|zwölf Öl"},
		{"exactly8 8 8", "exactly8|8 8"},
	} {
		if got := wrap([]string{c.in}, 8); !slices.Equal(got, strings.Split(c.want, "|")) {
			t.Errorf("%q becomes %q", c.in, got)
		}
	}
}

func TestLastLines(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{{"", 0, ""}, {"", 2, ""}, {"a\nb\nc\n", 0, ""}, {"a\nb\nc\n", 2, "b\nc"}, {"a\nb\nc", 9, "a\nb\nc"}, {"\na\n", 1, "a"}, {"\na\n", 2, "\na"}} {
		if got := string(lastLines([]byte(c.in), c.n)); got != c.want {
			t.Errorf("the last %d of %q are %q", c.n, c.in, got)
		}
	}
}

// A terminal that only goes on line by line keeps what it showed; every other can take it back.
func TestKeeps(t *testing.T) {
	for kind, want := range map[string]bool{"": true, "dumb": true, "unknown": true, "xterm": false, "tmux-256color": false, "linux": false, "vt220": false} {
		if got := (&Terminal{kind: kind}).Keeps(); got != want {
			t.Errorf("TERM=%q: %v", kind, got)
		}
	}
}
