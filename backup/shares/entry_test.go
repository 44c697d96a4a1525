package shares

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"sigtool/backup"
)

// Words typed one by one, several to a row, shortened, with numbers or without, until there are enough shares.
func TestEntry(t *testing.T) {
	p, list := sheets(t, 0, backup.Group{Need: 2, Of: 3})
	e := Codec{}.Entry()
	defer e.Destroy()
	if e.Ask() != "share 1, word 01 of 33, or several, or first its Document" {
		t.Errorf("asks for %q", e.Ask())
	}
	take := func(row string) {
		t.Helper()
		if wrong, _ := e.Look([]byte(row)); wrong != nil {
			t.Errorf("%q: %v is marked", row, wrong)
		}
		if err := e.Take([]byte(row), false); err != nil {
			t.Fatalf("%q: %v", row, err)
		}
	}
	take("  document " + strings.ToLower(list[2].DocumentID))
	for i, w := range wordsOf(list[2]) {
		take([]string{w, strings.ToUpper(w[:4]), fmt.Sprintf(" %02d. %s", i+1, w), fmt.Sprintf("%d %s ", i+1, w[:4])}[i%4])
	}
	for _, row := range list[0].Rows {
		if e.Ask() == "" {
			t.Fatal("one share of two is enough")
		}
		take(string(row))
	}
	if e.Ask() != "" {
		t.Errorf("asks for %q", e.Ask())
	}
	r, err := Codec{}.Decode(e.Text())
	if err != nil || !r.Secret.Equal(p.Secret) || !r.Sound() || len(r.Shares) != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	for n := count + 1 + len(list[0].Rows); n > 0; n-- {
		if e.Back() == nil {
			t.Fatal("a row is gone")
		}
	}
	if e.Back() != nil || len(e.Text()) > 0 || !strings.HasPrefix(e.Ask(), "share 1, word 01") {
		t.Error("something is left")
	}
}

func TestEntrySlips(t *testing.T) {
	_, list := sheets(t, 0, backup.Group{Need: 2, Of: 3})
	_, others := sheets(t, 1, backup.Group{Need: 2, Of: 3}, backup.Group{Need: 2, Of: 3})
	a, b, c := wordsOf(list[0]), wordsOf(list[1]), wordsOf(others[0])
	for name, test := range map[string]struct {
		before []string // rows taken first
		row    string
		why    string
		hint   string
		at     string
	}{
		"misspelt":        {nil, a[0] + " " + a[1] + "x " + a[2], "not a word of the list", ".*", a[1] + "x"},
		"unreadable":      {nil, a[0][:2] + "?" + a[0][3:], "a word that can't be read", a[0], a[0][:2] + "?" + a[0][3:]},
		"three letters":   {nil, " " + a[0][:3], "not a word of the list", ".*", a[0][:3]},
		"another number":  {a[:4], "6 " + a[4], "word 5 is next", "^$", "6"},
		"too many":        {[]string{strings.Join(a[:32], " ")}, a[32] + " " + b[0], "a share has 33 words; the next", "^$", b[0]},
		"nothing":         {nil, "  ", "no word", "^$", "  "},
		"one wrong":       {[]string{strings.Replace(strings.Join(a[:32], " "), a[6], "academic", 1)}, a[32], "does not fit: probably word 7 is wrong", "word 7: " + a[6], a[32]},
		"many wrong":      {[]string{strings.Join(append(append([]string{}, a[:20]...), b[20:32]...), " ")}, a[32], "does not fit: a word is wrong or in another place", "^$", a[32]},
		"indented":        {[]string{strings.Join(append(append([]string{}, a[:20]...), b[20:32]...), " ")}, "   " + a[32] + " ", "a word is wrong or in another place", "^$", "   " + a[32] + " "},
		"indented slip":   {nil, "   " + a[0] + " " + a[1] + "x", "not a word of the list", ".*", a[1] + "x"},
		"another set":     {[]string{strings.Join(a, " ")}, strings.Join(c[:4], " "), "a share of set|another set than those", "^$", strings.Join(c[:4], " ")},
		"the share again": {[]string{strings.Join(a, " "), strings.Join(a[:3], " ")}, a[3], "typed before", "^$", a[3]},
	} {
		e := Codec{}.Entry()
		for _, row := range test.before {
			if err := e.Take([]byte(row), true); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		ask, text := e.Ask(), string(e.Text())
		err := e.Take([]byte(test.row), false)
		var slip *backup.Slip
		if !errors.As(err, &slip) || !regexp.MustCompile(test.why).MatchString(slip.Why) || !regexp.MustCompile(test.hint).MatchString(slip.Hint) {
			t.Errorf("%s: %v, %+v", name, err, slip)
		} else if at := test.row[slip.At.From:slip.At.To]; at != test.at {
			t.Errorf("%s: the slip is at %q", name, at)
		}
		if e.Ask() != ask || string(e.Text()) != text {
			t.Errorf("%s: a row that does not check was taken", name)
		}
		if err := e.Take([]byte(test.row), true); err != nil || e.Ask() == ask {
			t.Errorf("%s: a row that the typist insists on is not taken: %v", name, err)
		}
		e.Destroy()
	}
}

func TestEntryLooks(t *testing.T) {
	for row, want := range map[string]string{
		"acad":                 "[] emic",
		"ac":                   "[] ",
		"ACADEM":               "[] ic",
		"academic":             "[] ",
		"acx":                  "[{0 3}] ",
		"1 acad":               "[] emic",
		"1 academic 3 acid":    "[{11 12}] ",
		"aca acid":             "[{0 3}] ",
		"academic acidd drift": "[{9 14}] ",
		"document":             "[] ",
		"document QPZR-Y9":     "[] ",
		"academicacademic":     "[{0 16}] ",
		"":                     "[] ",
	} {
		e := Codec{}.Entry()
		if wrong, rest := e.Look([]byte(row)); fmt.Sprint(wrong, rest) != want && fmt.Sprint(wrong)+" "+rest != want {
			t.Errorf("%q: %v %q", row, wrong, rest)
		}
	}
}

// What a typist insists on is for Decode: an unread word is put right by the document's number.
func TestEntryInsist(t *testing.T) {
	_, list := sheets(t, 0, backup.Group{Need: 2, Of: 3})
	e := Codec{}.Entry()
	defer e.Destroy()
	for _, s := range list[:2] {
		for _, row := range []string{"Document " + s.DocumentID, strings.Join(wordsOf(s)[:30], " "), "", "h?????", wordsOf(s)[32]} {
			if err := e.Take([]byte(row), row == "" || row == "h?????"); err != nil {
				t.Fatalf("%q: %v", row, err)
			}
		}
	}
	if e.Ask() != "" {
		t.Errorf("asks for %s", e.Ask())
	}
	r, err := Codec{}.Decode(e.Text())
	if err != nil || len(r.Corrections) != 4 || r.Corrections[3].Place() != "page 2 word 32" {
		t.Errorf("%+v, %v", r, err)
	}
}

// Whatever is typed, looking at it and taking it does no harm, and what comes back in the end is what was typed.
func FuzzEntry(f *testing.F) {
	_, list := sheets(f, 0, backup.Group{Need: 2, Of: 3})
	f.Add(string(list[0].Text)+string(list[1].Text), true)
	f.Add(strings.Join(wordsOf(list[0]), "\n")+"\nDocument QPZR-Y9X8\n33 a\n", false)
	f.Fuzz(func(t *testing.T, text string, insist bool) {
		e := Codec{}.Entry()
		defer e.Destroy()
		rows := strings.Split(text, "\n")
		for _, row := range rows[:min(len(rows), 200)] {
			wrong, _ := e.Look([]byte(row))
			for _, p := range wrong {
				_ = row[p.From:p.To]
			}
			var slip *backup.Slip
			if err := e.Take([]byte(row), insist); errors.As(err, &slip) {
				_ = row[slip.At.From:slip.At.To]
			}
			e.Ask()
		}
		if len(e.Text()) < backup.MaxTextSize {
			if r, err := (Codec{}).Decode(e.Text()); err == nil {
				r.Destroy()
			}
		}
		for e.Back() != nil {
			e.Ask()
		}
	})
}
