package wordlist_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigtool/internal/bip39"
	"sigtool/internal/slip39"
	"sigtool/internal/wordlist"
)

var list = wordlist.New("acid\nact\naction\nactor\nart\nbar\nbarely\nexhibit\nmango\ntoward\n")

func TestLookup(t *testing.T) {
	for typed, want := range map[string]string{
		"acid": "acid", "ACT": "act", "act": "act", "acti": "action", "Actio": "action", "bare": "barely", "bar": "bar",
		"ac": "", "barelyx": "", "": "", "zoo": "", "aci?": "", "\x80cid": "",
	} {
		place, ok := list.Lookup([]byte(typed))
		if ok != (want != "") || ok && list.Words()[place] != want {
			t.Errorf("%q: %d, %v", typed, place, ok)
		}
	}
	if _, ok := list.Index("Acid"); ok {
		t.Error("a word with a capital is of the list")
	}
}

func TestComplete(t *testing.T) {
	for typed, want := range map[string]string{
		"aci": "d true", "act": " true", "ACTI": "on true", "action": " true", "m": "ango true", "": " true", "x": " false", "actx": " false", "a?": " true",
	} {
		if rest, ok := list.Complete([]byte(typed)); fmt.Sprint(rest, " ", ok) != want {
			t.Errorf("%q: %q, %v", typed, rest, ok)
		}
	}
}

func TestSuggest(t *testing.T) {
	for typed, want := range map[string]string{
		"ac?d": "acid", "acd": "acid or act", "M?NGO": "mango", "magno": "mango", "mangos": "mango", "exhixxx": "exhibit", "xtoward": "toward", "towad": "toward",
		"tow?d": "toward", "zzzz": "", "???": "act or art or bar", "?": "",
	} {
		if got := list.Suggest([]byte(typed)); got != want {
			t.Errorf("%q: %q, not %q", typed, got, want)
		}
	}
	if !wordlist.OneSlip([]byte("Magno"), "mango") || wordlist.OneSlip([]byte("gnamo"), "mango") {
		t.Error("one slip is not told from more")
	}
}

// What can be read of a row is kept, whatever else has happened to it; prose and heads are no rows.
func TestPairs(t *testing.T) {
	for row, want := range map[string]string{
		"05 toward  06 mango":                 "5 toward 6 mango",
		"5.TOWARD,6)mango":                    "5 TOWARD 6 mango",
		"9 mango 3 zzz":                       "9 mango 3 zzz",
		"05 toward 06 mango 2i exhibit 08 ar": "5 toward 6 mango 2 i 8 ar",
		"05 toward 06 mango 007 exhibit":      "5 toward 6 mango",
		"0 5 toward 06 mango":                 "5 toward 6 mango",
		"05 toward 06 07":                     "5 toward",
		"ward 06 mango 07 exhibit":            "6 mango 7 exhibit",
		"o5 toward 06 mango":                  "5 toward 6 mango",
		"05 toward 08 07":                     "",
		"05 06":                               "",
		"":                                    "",
		"toward mango":                        "",
		"25 in all":                           "",
		"Holder  Ann, 12 Bar Road, 3 Mango":   "",
		"Made    2026-11-21":                  "",
		"Share   1 of 3 (any 2 restore)":      "",
	} {
		var got []string
		pairs, ok := list.Pairs(wordlist.Tokens([]byte(row)))
		for _, p := range pairs {
			got = append(got, fmt.Sprint(p.Number, " ", string(p.Word)))
		}
		if ok != (want != "") || ok && strings.Join(got, " ") != want {
			t.Errorf("%q: %q, %v", row, got, ok)
		}
	}
}

// Rows give back what they took, in the opposite order, and leave none of it.
func TestRows(t *testing.T) {
	var rows wordlist.Rows
	aside := func(text []byte, row wordlist.Row) []byte { return append(append(text, row.Raw...), '\n') }
	for _, typed := range []string{"Acid bar", "", "mango"} {
		row := wordlist.NewRow([]byte(typed))
		row.Set(wordlist.Tokens(row.Raw))
		rows.Add(row)
	}
	note := wordlist.NewRow([]byte("a note"))
	note.Aside = true
	rows.Add(note)
	text := rows.Text(3, 1, aside)
	if got := string(text); got != "01 Acid\n02 bar\n03 ?\n\n01 mango\na note\n" || len(rows.Words()) != 4 || !rows.Last().Aside {
		t.Errorf("%q, %d words", got, len(rows.Words()))
	}
	var kept [][]byte
	for _, want := range []string{"a note", "mango", "", "Acid bar"} {
		got := rows.Back()
		if got == nil || string(got) != want {
			t.Errorf("gives back %q, not %q", got, want)
		}
		for _, before := range kept {
			if len(bytes.Trim(before, "\x00")) > 0 {
				t.Errorf("%q is left", before)
			}
		}
		kept = append(kept, got)
	}
	if rows.Back() != nil || len(bytes.Trim(kept[3], "\x00")) > 0 || len(rows.Text(3, 1, aside)) > 0 || len(bytes.Trim(text, "\x00")) > 0 {
		t.Error("something is left")
	}
	row := wordlist.NewRow([]byte("mango"))
	rows.Add(row)
	if rows.Destroy(); len(bytes.Trim(row.Raw, "\x00")) > 0 {
		t.Error("Destroy leaves a row")
	}
}

// Whatever stands in a row: what is marked lies in it, and what is completed is a word of the list.
func FuzzRow(f *testing.F) {
	f.Add("05 toward 06 mango 2i exhibit 08 acti")
	f.Fuzz(func(t *testing.T, text string) {
		row := []byte(text)
		tokens := wordlist.Tokens(row)
		for _, token := range tokens {
			if !bytes.Equal(row[token.From:token.To], token.Text) || len(token.Text) == 0 {
				t.Fatalf("%q: %+v", row, token)
			}
			list.Suggest(token.Text)
		}
		if pairs, ok := list.Pairs(tokens); ok && len(pairs) == 0 {
			t.Fatalf("%q is a row of nothing", row)
		}
		marked, rest := list.Look(row, tokens, wordlist.Want{Next: 5, Last: 8})
		if len(marked) > len(tokens) {
			t.Fatalf("%q: %+v", row, marked)
		}
		if rest != "" {
			if _, ok := list.Lookup(slices.Concat(tokens[len(tokens)-1].Text, []byte(rest))); !ok {
				t.Fatalf("%q is completed to no word by %q", row, rest)
			}
		}
	})
}

// Every word of the list, as it stands there; none for a place that is not in it.
func TestAppendWord(t *testing.T) {
	for _, l := range []*wordlist.List{bip39.English, slip39.English} {
		for i, word := range l.Words() {
			if got := l.AppendWord([]byte("x "), i); string(got) != "x "+word {
				t.Errorf("%d: %q, not %q", i, got, word)
			}
		}
		if got := l.AppendWord(nil, len(l.Words())); len(got) > 0 {
			t.Errorf("behind the end: %q", got)
		}
	}
}
