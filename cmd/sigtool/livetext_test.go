package main

import (
	"strings"
	"testing"
)

func TestNarrowed(t *testing.T) {
	long := strings.Repeat("word ", 40)
	got := narrowed(long)
	checkScreen(t, got)
	if strings.Join(strings.Fields(got), " ")+" " != long || strings.Count(got, "\n") != 3 || !strings.Contains(got, "\n  word") {
		t.Errorf("%s", got)
	}
	if got := narrowed(""); got != "\n" {
		t.Errorf("%q", got)
	}
}

func TestFolded(t *testing.T) {
	x := strings.Repeat("x", liveWidth)
	for line, lines := range map[string]int{
		"": 1, "   ": 1, x: 1, x + x + "x": 3, strings.Repeat("word ", 50): 4, strings.Repeat(" ", 200) + "x": 1, "  a " + x + "y": 3, "…\u00e4\x00\xff": 1,
		x + strings.Repeat(" ", 200) + "y": 2, "  " + x + strings.Repeat(" ", 200) + x: 4, "a" + strings.Repeat(" ", 200): 2,
	} {
		pieces := folded(line)
		if len(pieces) != lines {
			t.Errorf("%q: %q", line, pieces)
		}
		for _, piece := range pieces {
			if len(piece) > liveWidth || ascii(piece) != piece || strings.HasSuffix(piece, " ") {
				t.Errorf("%q", piece)
			}
		}
		letters := func(text string) string { return strings.ReplaceAll(ascii(text), " ", "") }
		if got := letters(strings.Join(pieces, "")); got != letters(line) {
			t.Errorf("%q became %q", line, got)
		}
	}
}

// Names in a plan stay names on a screen that has ASCII alone.
func TestASCII(t *testing.T) {
	for text, want := range map[string]string{
		"Schlüssel für Straßenbahnen – “Größe” …": `Schlussel fur Strassenbahnen - "Grosse" ...`,
		"Jiří Dvořák, Łukasz Ørsted, Þór":         "Jiri Dvorak, Lukasz Orsted, THor",
		"\x1b[2J\u202e李\xff\t~":                   "?[2J????~",
	} {
		if got := ascii(text); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
}
