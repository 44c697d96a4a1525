package plain_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"sigtool/backup"
	backupall "sigtool/backup/all"
	"sigtool/backup/backuptest"
	"sigtool/ceremony"
)

// printed makes the sheets of a seed in a code: one, or 2 of 3 shares.
func printed(t *testing.T, code string, split bool) (backup.Codec, backup.Payload, []*backup.Sheet) {
	t.Helper()
	codec, ok := backupall.ByName(code)
	if !ok {
		t.Fatal(code)
	}
	random := backup.Split{Rand: rand.NewChaCha8(sha256.Sum256([]byte("shares")))}
	if split {
		random.Groups = []backup.Group{{Need: 2, Of: 3}}
	}
	p := backuptest.Payload(backup.KindSeed, backup.SeedSize, "typed")
	sheets, err := codec.Encode(p, backuptest.Meta(), random)
	if err != nil {
		t.Fatal(err)
	}
	return codec, p, sheets
}

// rowsOf are the rows of a sheet as they are typed.
func rowsOf(s *backup.Sheet) (rows []string) {
	for _, row := range s.Rows {
		rows = append(rows, strings.TrimSpace(string(row)))
	}
	return rows
}

// paper is a prompt for a sheet.
func paper(code string, hidden bool) ceremony.Prompt {
	p := step(ceremony.Paper)
	p.Sheet, p.Code, p.Hidden, p.Ask = "sheet.txt", code, hidden, "Type the rows of the sheet"
	return p
}

// Every code can be typed, a sheet at a time, and what comes back restores the secret. Nothing of a hidden sheet is on the screen.
func TestTypeEveryCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code          string
		split, hidden bool
	}{{"lines", false, false}, {"words", false, true}, {"codex32", false, true}, {"codex32", true, true}, {"shares", true, true}} {
		codec, payload, sheets := printed(t, c.code, c.split)
		var texts [][]byte
		for i, sheet := range sheets[:min(2, len(sheets))] {
			d := newDesk(t, rowsOf(sheet)...)
			p := paper(c.code, c.hidden)
			p.Sheet = "key.share-" + strconv.Itoa(i+1) + ".txt"
			text, from, err := d.ask(p)
			if err != nil || from != ceremony.FromTyping {
				t.Fatalf("%s: %v, %q", c.code, err, from)
			}
			d.says(" taken.\n", " taken.\n", "The sheet is typed.")
			for _, row := range rowsOf(sheet) {
				if c.hidden && strings.Contains(d.screen.String(), row) {
					t.Errorf("%s: %q is on the screen", c.code, row)
				}
			}
			if strings.Contains(d.screen.String(), "Share") {
				t.Errorf("%s: it asks for shares:\n%s", c.code, d.screen.String())
			}
			texts = append(texts, []byte(text))
		}
		restored, err := codec.Decode(texts...)
		if err != nil || !restored.Secret.Equal(payload.Secret) {
			t.Errorf("%s: %v\n%s", c.code, err, bytes.Join(texts, nil))
		}
		restored.Destroy()
	}
}

// A row that can't be right is asked for again, with its place in words; typed the same once more it is the paper's fault.
func TestSlips(t *testing.T) {
	t.Parallel()
	_, _, sheets := printed(t, "lines", false)
	rows := rowsOf(sheets[0])
	bad := strings.Replace(rows[2], "KN92", "KNQ2", 1)
	other := strings.Replace(bad, "TYF4", "TYF5", 1)
	d := newDesk(t, rows[0], rows[1], bad, other, bad, bad)
	d.typed = append(d.typed, rows[3:]...)
	text, _, err := d.ask(paper("lines", false))
	if err != nil || !strings.Contains(text, "KNQ2") {
		t.Errorf("%v\n%s", err, text)
	}
	d.says("Line 02 taken.", "Not taken: line 03, characters 8 to 11: ", "If the paper says just this, type the same once more.", "Line 03 of ",
		"Line 03 of ", "Line 03 taken.", "Line 04 of ")
	if n := strings.Count(d.screen.String(), "Type it again."); n != 1 {
		t.Errorf("it teaches %d times", n)
	}
}

// Of a sheet whose rows are not shown, what may be right is shown to whoever types alone, on a screen that forgets it.
func TestHints(t *testing.T) {
	t.Parallel()
	_, _, sheets := printed(t, "words", false)
	rows := rowsOf(sheets[0])
	first, rest, _ := strings.Cut(rows[0][3:], " ")
	typed := []string{"!", "01 " + first + "x " + rest, "!"}
	d := newDesk(t, append(typed, rows...)...)
	if _, _, err := d.ask(paper("words", true)); err != nil {
		t.Fatal(err)
	}
	d.says("There is no row to show", "Not taken: word 01: not a word of the list.", "There is a guess what it may be; an exclamation mark shows it.", "Words 01 to 04 taken.")
	if len(d.shown) != 1 || !strings.HasPrefix(d.shown[0], "01 "+first+"x\n   ^^^") || !strings.Contains(d.shown[0], "\nPerhaps: "+first) {
		t.Errorf("shown was %q", d.shown)
	}
	if strings.Contains(d.screen.String(), first) {
		t.Errorf("%q is on the screen", first)
	}
}

// The rows before can be typed again, and the rows after them stay.
func TestBack(t *testing.T) {
	t.Parallel()
	codec, payload, sheets := printed(t, "lines", false)
	rows := rowsOf(sheets[0])
	d := newDesk(t, "-", rows[0], rows[1], rows[2], "-", rows[2], "-1", "-2", "", "-9", "-", "-", "-", "!", rows[0])
	d.typed = append(d.typed, rows[3:]...)
	text, _, err := d.ask(paper("lines", false))
	restored, failed := codec.Decode([]byte(text))
	if err != nil || failed != nil || !restored.Secret.Equal(payload.Secret) {
		t.Errorf("%v, %v\n%s", err, failed, text)
	}
	d.says("nothing is yet.", "Line 03 again; only Enter leaves it as it is:\n> ", "Line 03 taken.", "Line 01 again; ", "Line 02 again; ",
		"Line 02 stays.", "Not taken: the numbers are those of lines 01 to 03.", "Line 03 again", "Line 02 again", "Line 01 again", "Line 01 taken.", "Line 04 of")
	if len(d.shown) != 1 || d.shown[0] != rows[0]+"|Press Enter when you have seen it." {
		t.Errorf("shown was %q", d.shown)
	}
}

// A sheet that is refused keeps its rows: one of them is typed again, and no other.
func TestRefusedSheet(t *testing.T) {
	t.Parallel()
	codec, payload, sheets := printed(t, "words", false)
	rows := rowsOf(sheets[0])
	word5 := strings.Fields(rows[1])[1]
	wrong := strings.Replace(rows[1], word5, "zoo", 1)
	d := newDesk(t, rows[0], wrong)
	d.typed = append(d.typed, rows[2:len(rows)-1]...)
	d.typed = append(d.typed, rows[len(rows)-1], rows[len(rows)-1]) // the check line shows that something is wrong
	p := paper("words", true)
	if _, _, err := d.ask(p); err != nil {
		t.Fatal(err)
	}
	p.Again, p.Refused = true, "the paper does not check: page 1 word 5"
	d.typed = []string{""}
	first, _, err := d.ask(p)
	if err != nil {
		t.Fatal(err)
	}
	d.typed = []string{"x", "0", "99", "5", word5}
	second, _, err := d.ask(p)
	if err != nil || first == second {
		t.Fatalf("%v\n%s", err, second)
	}
	numbers := "Not taken: the numbers are those of word 01 to the check line."
	d.says("Not taken: the paper does not check: page 1 word 5.", "What was typed is kept: word 01 to the check line.", "hands it over again: \n", "The sheet is typed.",
		numbers, numbers, numbers, "Word 05 again; ", "Word 05 taken.", "The sheet is typed.")
	restored, err := codec.Decode([]byte(second))
	if err != nil || !restored.Secret.Equal(payload.Secret) || len(restored.Corrections) > 0 {
		t.Errorf("%v\n%s", err, second)
	}
	d.typed = append([]string{"new"}, rows...)
	if third, _, err := d.ask(p); err != nil || third != second {
		t.Errorf("typed anew it is %v\n%s", err, third)
	}
	p.Refused, p.Again = "", false
	d.typed = rows
	if fourth, _, err := d.ask(p); err != nil || fourth != second {
		t.Errorf("the same sheet, asked for as a new one, is %v\n%s", err, fourth)
	}
}

// A sheet that was ended early goes on where it ended.
func TestEndedEarly(t *testing.T) {
	t.Parallel()
	_, _, sheets := printed(t, "lines", false)
	rows := rowsOf(sheets[0])
	p := paper("lines", false)
	d := newDesk(t, "", ctrlD, "", rows[0], rows[1], ctrlD)
	if text, _, err := d.ask(p); err != nil || strings.Count(text, "\n") != 2 {
		t.Fatalf("%v\n%s", err, text)
	}
	p.Again, p.Refused = true, "the paper does not check"
	d.typed = append([]string{""}, rows[2:]...)
	if text, _, err := d.ask(p); err != nil || strings.Count(text, "\n") != len(rows) {
		t.Errorf("%v\n%s", err, text)
	}
	d.says("Not taken: nothing is typed yet.", "Is the ceremony to end here?", "What was typed is kept: lines 01 to 02.\nA number corrects that one, new begins again; only Enter goes on with what is\nmissing: ", "Line 03 of")
}

func TestPaperFromFile(t *testing.T) {
	t.Parallel()
	p := paper("words", true)
	d := newDesk(t, "@nowhere.txt", "@ photo.jpg")
	d.files = map[string]string{"photo.jpg": "01 abandon\n"}
	text, from, err := d.ask(p)
	if err != nil || text != "01 abandon\n" || from != ceremony.FromFile {
		t.Errorf("%q, %q, %v", text, from, err)
	}
	d.says("Not taken: nowhere.txt: not there.\n")
	p.Again, p.Refused = true, "the paper does not check"
	d.typed = []string{"zoo", ""}
	if text, from, err = d.ask(p); err != nil || !strings.Contains(text, "zoo") || from != ceremony.FromTyping {
		t.Errorf("%q, %q, %v", text, from, err)
	}
	d.typed = []string{"@nowhere.txt", "@photo.jpg"}
	if text, from, err = d.ask(p); err != nil || text != "01 abandon\n" || from != ceremony.FromFile {
		t.Errorf("%q, %q, %v", text, from, err)
	}
}

func TestSheetIsGivenUp(t *testing.T) {
	t.Parallel()
	for _, typed := range [][]string{{"give up"}, {"zoo", ctrlC, "yes"}, {ctrlD, ctrlD}, {"?", ctrlC, "", "give up"}} {
		d := newDesk(t, typed...)
		if _, _, err := d.ask(paper("words", true)); !errors.Is(err, ceremony.ErrGivenUp) {
			t.Errorf("%q: %v", typed, err)
		}
	}
	d := newDesk(t)
	if _, _, err := d.ask(paper("runes", true)); err == nil || err.Error() != `there is no code "runes" to type a sheet in` {
		t.Error(err)
	}
}
