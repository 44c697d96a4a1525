package words

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigtool/backup"
)

// typeRows takes rows that check.
func typeRows(t *testing.T, e backup.Entry, rows ...string) {
	t.Helper()
	for _, row := range rows {
		if err := e.Take([]byte(row), false); err != nil {
			t.Fatalf("%q at %q: %v", row, e.Ask(), err)
		}
	}
}

// slips takes a row that does not check, and returns what is marked, why, and the hint.
func slips(t *testing.T, e backup.Entry, row string) (marked, why, hint string) {
	t.Helper()
	asked := e.Ask()
	var slip *backup.Slip
	if err := e.Take([]byte(row), false); !errors.As(err, &slip) || e.Ask() != asked {
		t.Fatalf("%q at %q: %v, then %q", row, asked, err, e.Ask())
	}
	return row[slip.At.From:slip.At.To], slip.Why, slip.Hint
}

func TestEntry(t *testing.T) {
	p, s, words, check := sheet(t)
	var rows []string
	for _, row := range s.Rows {
		rows = append(rows, string(row))
	}
	bare := strings.Fields(check)[1:]
	for name, typed := range map[string][]string{
		"as printed":        rows,
		"one by one":        append(slices.Clone(words), check),
		"numbers, capitals": append(strings.Split(strings.TrimSpace(strings.ToUpper(numbered(words))), "\n"), strings.ToUpper(check)),
		"no name":           append(rows[:6:6], strings.Join(bare, " ")),
		"no check line":     append(rows[:6:6], ""),
	} {
		e := Codec{}.Entry()
		typeRows(t, e, typed...)
		r, err := Codec{}.Decode(e.Text())
		if err != nil || e.Ask() != "" || !r.Sound() || !r.Secret.Equal(p.Secret) {
			t.Errorf("%s: %+v, %v, asks %q for\n%s", name, r, err, e.Ask(), e.Text())
		}
		text := e.Text()
		for i := len(typed) - 1; i >= 0; i-- {
			if got := e.Back(); string(got) != typed[i] {
				t.Errorf("%s: gives back %q, not %q", name, got, typed[i])
			}
		}
		if e.Back() != nil || len(e.Text()) != 0 || len(bytes.Trim(text, "\x00")) != 0 || e.Ask() != "word 01 of 24, or several" {
			t.Errorf("%s: something is left: %q, asks %q", name, text, e.Ask())
		}
		e.Destroy()
	}
}

func TestEntrySlips(t *testing.T) {
	_, s, words, check := sheet(t)
	e := Codec{}.Entry()
	defer e.Destroy()
	for row, want := range map[string][3]string{
		"":                                {"", "word 1 is missing", ""},
		"02 wheel":                        {"02", "word 1 is next", ""},
		"ring whel utility":               {"whel", "not a word of the list", "wheel or when"},
		"01 r?ng":                         {"r?ng", "a word that can't be read", "ring"},
		strings.Join(words, " ") + " zoo": {"zoo", "there are 24 words, not more; the check line is for itself", ""},
	} {
		if marked, why, hint := slips(t, e, row); marked != want[0] || why != want[1] || hint != want[2] {
			t.Errorf("%q: marks %q, says %q, suggests %q", row, marked, why, hint)
		}
	}
	wrong := slices.Clone(words)
	wrong[6] = "zoo"
	typeRows(t, e, strings.Join(wrong, " "))
	if e.Ask() != "the check line: four words; empty if the sheet has none" {
		t.Errorf("asks %q", e.Ask())
	}
	c := strings.Fields(check)
	for row, want := range map[string][3]string{
		"":    {"", "the checksum of BIP-39 does not fit: a word is wrong or in another place", ""},
		check: {check, "word 7 does not fit the others", words[6] + " as word 7"},
		"check " + c[1] + " zebra " + c[3] + " " + c[4]: {"zebra", "word 7 and word 2 of the check line does not fit the others", words[6] + " as word 7, and " + c[2] + " as word 2 of the check line"},
		"check zoo zoo zoo " + c[4]:                     {"check zoo zoo zoo " + c[4], "it does not fit the 24 words; which of them is wrong can't be told", ""},
		"check " + c[1]:                                 {"check " + c[1], "the check line has 1 words, not 4", ""},
		"25 " + strings.Join(c[1:], " "):                {"25", "the check line has no numbers", ""},
	} {
		if marked, why, hint := slips(t, e, row); marked != want[0] || why != want[1] || hint != want[2] {
			t.Errorf("%q: marks %q, says %q, suggests %q", row, marked, why, hint)
		}
	}
	if err := e.Take([]byte(check), true); err != nil || e.Ask() != "" {
		t.Errorf("%v, asks %q", err, e.Ask())
	}
	r, err := Codec{}.Decode(e.Text(), []byte("Document: "+s.DocumentID))
	if err != nil || len(r.Corrections) != 1 || r.Corrections[0].Line != 7 {
		t.Errorf("%+v, %v", r, err)
	}
}

// What the paper does not give is left out, and the check line makes up for it.
func TestEntryGaps(t *testing.T) {
	p, _, words, check := sheet(t)
	e := Codec{}.Entry()
	defer e.Destroy()
	for i, word := range words {
		switch i {
		case 3:
			word = ""
		case 9:
			word = "xx?x"
		}
		if err := e.Take([]byte(word), i == 3 || i == 9); err != nil {
			t.Fatal(err)
		}
	}
	typeRows(t, e, check)
	r, err := Codec{}.Decode(e.Text())
	if err != nil || len(r.Corrections) != 2 || !r.Secret.Equal(p.Secret) {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestLook(t *testing.T) {
	e := Codec{}.Entry()
	defer e.Destroy()
	for row, want := range map[string]string{
		"": " ", "z": " ", "ze": " ", "zeb": " ra", "zebra": " ", "ac": " ", "act": " ", "Absu": " rd", "q?": " ", "zx": "[{0 2}] ", "zx ": "[{0 2}] ", "ze ": "[{0 2}] ",
		"0": " ", "01": " ", "1": " ", "02": "[{0 2}] ", "02 zeb": "[{0 2}] ra", "01 zebra  02 abandon 04": "[{21 23}] ", "zebra ab": " ", "q? z": "[{0 2}] ",
	} {
		wrong, rest := e.Look([]byte(row))
		marks := ""
		if len(wrong) > 0 {
			marks = fmt.Sprint(wrong)
		}
		if got := marks + " " + rest; got != want {
			t.Errorf("%q: %q, not %q", row, got, want)
		}
	}
}

// Any rows at all: no panic, and the entry keeps its promises.
func FuzzEntry(f *testing.F) {
	_, s, words, _ := sheet(f)
	f.Add(bytes.Join(s.Rows, []byte("\n")))
	f.Add([]byte(strings.Join(words, "\n") + "\n\n"))
	f.Add([]byte("01 zebra 3\n!\n-\n!?\n99 zoo"))
	f.Fuzz(func(t *testing.T, text []byte) {
		e := Codec{}.Entry()
		defer e.Destroy()
		for row := range bytes.SplitSeq(text[:min(len(text), 4096)], []byte("\n")) {
			wrong, _ := e.Look(row)
			for _, at := range wrong {
				if at.From < 0 || at.From >= at.To || at.To > len(row) {
					t.Fatalf("%q: marks %v", row, at)
				}
			}
			before := bytes.Clone(e.Text())
			insist := bytes.HasPrefix(row, []byte("!"))
			switch err := e.Take(row, insist); {
			case bytes.HasPrefix(row, []byte("-")):
				e.Back()
			case err != nil && insist:
				t.Fatalf("%q is not taken: %v", row, err)
			case err != nil && !bytes.Equal(before, e.Text()):
				t.Fatal("a row that was not taken left something")
			}
		}
		e.Ask()
		if r, err := (Codec{}).Decode(e.Text()); err == nil {
			r.Destroy()
		}
	})
}
