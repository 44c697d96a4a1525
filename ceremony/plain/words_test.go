package plain_test

import (
	"fmt"
	"strings"
	"testing"

	"sigtool/ceremony"
)

// share returns the words of a share, with a prompt for it.
func share(t *testing.T) ([]string, ceremony.Prompt) {
	t.Helper()
	_, _, sheets := printed(t, "shares", true)
	var words []string
	for _, field := range strings.Fields(strings.Join(rowsOf(sheets[0]), " ")) {
		if strings.Trim(field, "0123456789") != "" {
			words = append(words, field)
		}
	}
	return words, paper("shares", true)
}

// unseen wants none of the words on the screen.
func (d *desk) unseen(words []string) {
	d.t.Helper()
	for _, word := range words {
		if len(word) > 6 && strings.Contains(d.screen.String(), word) {
			d.t.Errorf("%q is on the screen", word)
		}
	}
}

// Whatever is asked about a hidden sheet, nothing that is typed is shown: not where a refused one is corrected, not after Ctrl-C.
func TestHiddenSheetStaysHidden(t *testing.T) {
	t.Parallel()
	words, p := share(t)
	all := strings.Join(words, " ")
	d := newDesk(t, all)
	d.wants(p, d.textOf(words))
	p.Again, p.Refused = true, "this is share 1, and share 3 is asked for"
	d.typed = []string{all, ctrlC, all, ""}
	d.wants(p, d.textOf(words))
	d.says("Not taken: this is share 1", "What was typed is kept: words 01 to 33.", "Not taken: the numbers are those of words 01 to 33.", "Is the ceremony to end here?")
	d.unseen(words)
	copied := step(ceremony.Copy)
	copied.Look = func() string { return all }
	d.typed = []string{"", all, "", ""}
	d.wants(copied, "")
	d.unseen(words)
	p.Again = true
	d.typed = []string{all}
	d.wants(p, d.textOf(words))
	d.typed = []string{"give up"}
	if _, _, err := d.ask(p); err == nil {
		t.Error("a refused sheet can't be given up")
	}
}

// textOf is what comes of words.
func (d *desk) textOf(words []string) string {
	var text strings.Builder
	for i, word := range words {
		fmt.Fprintf(&text, "%02d %s\n", i+1, word)
	}
	return text.String() + "\n"
}

// A slip in one of many words on a line costs the words behind it alone, and the numbers are those of the paper.
func TestManyWordsAtOnce(t *testing.T) {
	t.Parallel()
	words, p := share(t)
	slip := append(append([]string{}, words[:19]...), "zzzz")
	slip = append(slip, words[20:27]...)
	other := "academic"
	if words[4] == other {
		other = "acid"
	}
	d := newDesk(t, strings.Join(slip, " "), "-20", "20 "+words[19]+" 21 "+words[20], "-5", other, "-99", "-5", "5 "+words[4], strings.Join(words[21:], " "))
	d.wants(p, d.textOf(words))
	d.says("Words 01 to 19 taken.\nNot taken: word 20: not a word of the list.", "Go on with word 20: it, and what you typed behind it, is to be typed again.",
		"Not taken: the numbers are those of words 01 to 19.", "Word 20 of 33", "Words 20 to 21 taken.\n", "Word 05 again; only Enter leaves it as it is: \nWord 05 taken.\nWord 22 of",
		"Not taken: the numbers are those of words 01 to 21.", "Word 05 again", "Word 05 taken.", "Words 22 to 33 taken.\nThe sheet is typed.")
	d.unseen(words)
}

// A word that the paper has like that is typed twice, with its number or without; what is behind a whole share is left out.
func TestInsistOnAWord(t *testing.T) {
	t.Parallel()
	words, p := share(t)
	d := newDesk(t, "1 zzzz", "zzzz", strings.Join(words[1:], " ")+" "+words[0])
	if text, _, err := d.ask(p); err != nil || !strings.HasPrefix(text, "01 zzzz\n02 ") || strings.Count(text, "\n") != 34 {
		t.Errorf("%v\n%s", err, text)
	}
	d.says("Not taken: word 01: not a word of the list.", "Word 01 taken.", "There is no more on such a sheet: what you typed behind it is left out.\nWords 02 to 33 taken.")
}

// The number of the document before the words has none itself.
func TestDocumentBeforeTheWords(t *testing.T) {
	t.Parallel()
	words, p := share(t)
	d := newDesk(t, "Document 23NP-XVKY", strings.Join(words[:3], " "), "-1", "", "-", "-", "-", "-", "", strings.Join(words[3:], " "))
	if text, _, err := d.ask(p); err != nil || strings.Count(text, "\n") != 35 {
		t.Errorf("%v\n%s", err, text)
	}
	d.says("\nTaken.\n", "Words 01 to 03 taken.", "Word 01 again", "Word 01 stays.", "Word 03 again", "Word 02 again", "Word 01 again", "What stands before word 01 again; only",
		"What stands before word 01 stays.", "Words 04 to 33 taken.")
}

// A terminal that keeps what it shows says so once, before the first secret.
func TestTerminalThatKeeps(t *testing.T) {
	t.Parallel()
	copied := step(ceremony.Copy)
	copied.Look = func() string { return "01 abandon" }
	back := step(ceremony.TypeBack)
	back.Hidden, back.Look = true, func() string { return "7Yb2-kLm9" }
	for _, kept := range []bool{false, true} {
		for _, p := range []ceremony.Prompt{copied, back} {
			d := newKeepingDesk(t, kept)
			for range 2 {
				d.typed = append(d.typed, "", "")
				if p.Hidden {
					d.typed[len(d.typed)-1] = "7Yb2-kLm9"
				}
				if kept && len(d.shown) == 0 {
					d.typed = append([]string{""}, d.typed...)
				}
				if _, _, err := d.ask(p); err != nil {
					t.Fatal(err)
				}
			}
			text := d.screen.String()
			want := map[bool]int{true: 1}[kept]
			if n := strings.Count(text, "WARNING: This terminal can't take back what it shows"); n != want || strings.Count(text, "--tui") != want || len(d.shown) != 2 {
				t.Errorf("it is said %d times:\n%s", n, text)
			}
		}
	}
	words, p := share(t)
	d := newKeepingDesk(t, true)
	d.typed = []string{"zzzz", "!", "", words[0], ""}
	if _, _, err := d.ask(p); err != nil {
		t.Fatal(err)
	}
	d.says("Not taken: word 01", "WARNING: This terminal can't", "Press Enter to see it on this terminal nevertheless", "Word 01 taken.")
	d = newKeepingDesk(t, true)
	d.typed = []string{"give up"}
	if _, _, err := d.ask(copied); err == nil || len(d.shown) > 0 {
		t.Errorf("it is shown all the same: %v", err)
	}
}
