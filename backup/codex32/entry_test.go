package codex32

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
)

func rowsTyped(text string) []string { return strings.Split(strings.TrimSpace(rowsOf(text)), "\n") }

func TestEntryOfAString(t *testing.T) {
	p, _, text := single(t)
	for name, rows := range map[string][]string{
		"rows":             rowsTyped(text),
		"small letters":    rowsTyped(strings.ToLower(text)),
		"no numbers":       {text[:28], text[28:56], text[56:]},
		"in one piece":     {text},
		"with its number":  append([]string{"Document GT2V-TKP3"}, rowsTyped(text)...),
		"a look-alike":     rowsTyped(strings.Replace(text, "0", "O", 1)),
		"a dot for number": {"1. " + text[:28], "2: " + text[28:56], "3) " + text[56:]},
	} {
		e := Codec{}.Entry()
		for _, row := range rows {
			if e.Ask() == "" {
				t.Errorf("%s: nothing is wanted before %q", name, row)
			}
			if wrong, _ := e.Look([]byte(row)); len(wrong) > 0 {
				t.Errorf("%s: %q is wrong at %v", name, row, wrong)
			}
			if err := e.Take([]byte(row), false); err != nil {
				t.Errorf("%s: %q: %v", name, row, err)
			}
		}
		r, err := Codec{}.Decode(e.Text())
		if e.Ask() != "" || err != nil || !r.Secret.Equal(p.Secret) {
			t.Errorf("%s: asks %q; %v\n%s", name, e.Ask(), err, e.Text())
		}
		e.Destroy()
	}
}

func TestEntryPointsAtSlips(t *testing.T) {
	_, _, text := single(t)
	rows := rowsTyped(text)
	bad := func(places ...int) []string {
		wrong := []byte(text)
		for _, at := range places {
			wrong[at] = other(wrong[at])[0]
		}
		return rowsTyped(string(wrong))
	}
	many := bad(12, 22, 32, 42, 52, 62)
	for name, c := range map[string]struct {
		before []string
		row    string
		at     string // the text that the slip points at
		why    string
		hint   string
	}{
		"no such character":  {nil, "1/3 MS10 L7Q! SHG0", "!", "can't stand here", ""},
		"not MS1":            {nil, strings.Replace(rows[0], "MS", "MX", 1), "X", "can't stand here", ""},
		"no threshold":       {nil, strings.Replace(rows[0], "MS10", "MS1Q", 1), "Q", "a digit", ""},
		"a character lost":   {rows[:1], strings.Replace(rows[1], text[32:36], text[32:35], 1), text[32:35], "27 characters, not 28", ""},
		"one too many":       {rows[:1], strings.Replace(rows[1], text[32:36], text[32:36]+"Q", 1), text[32:36] + "Q", "29 characters", ""},
		"another row":        {rows[:1], rows[2], rows[2], "this is row 3, row 2 is wanted", ""},
		"wrong in this row":  {rows[:2], bad(61)[2], text[60:61] + other(text[61]) + text[62:64], "row 3 group 2 is probably wrong", "row 3 group 2 may be " + text[60:64]},
		"wrong in row 1":     {bad(9)[:2], rows[2], rows[2], "row 1 group 3 is probably wrong", "row 1 group 3 may be " + text[8:12]},
		"much too wrong":     {many[:2], many[2], many[2], "more characters are wrong than the checksum can put right", ""},
		"all in one, wrong":  {nil, text[:33] + other(text[33]) + text[34:], text[32:33] + other(text[33]) + text[34:36], "row 2 group 2", text[32:36]},
		"unreadable, filled": {rows[:2], strings.Replace(rows[2], text[56:60], "????", 1), "????", "row 3 group 1", text[56:60]},
	} {
		e := Codec{}.Entry()
		for _, row := range c.before {
			if err := e.Take([]byte(row), false); err != nil {
				t.Fatalf("%s: %q: %v", name, row, err)
			}
		}
		asked := e.Ask()
		err := e.Take([]byte(c.row), false)
		var slip *backup.Slip
		if !errors.As(err, &slip) || e.Ask() != asked {
			t.Errorf("%s: %v, asks %q", name, err, e.Ask())
			continue
		}
		if got := c.row[slip.At.From:slip.At.To]; got != c.at || !strings.Contains(slip.Why, c.why) || !strings.Contains(slip.Hint, c.hint) {
			t.Errorf("%s: at %q, %s, hint %q", name, got, slip.Why, slip.Hint)
		}
		if err := e.Take([]byte(c.row), true); err != nil || e.Ask() == asked {
			t.Errorf("%s: insisting: %v", name, err)
		}
		got := e.Back()
		if string(got) != c.row || e.Ask() != asked {
			t.Errorf("%s: back gives %q", name, got)
		}
		before := e.Back()
		if len(bytes.Trim(got, "\x00")) > 0 || len(c.before) > 0 && string(before) != c.before[len(c.before)-1] {
			t.Errorf("%s: back gives %q, and leaves %q", name, before, got)
		}
		if e.Destroy(); len(bytes.Trim(before, "\x00")) > 0 {
			t.Errorf("%s: what was given back is not wiped: %q", name, before)
		}
	}
}

func TestEntryOfShares(t *testing.T) {
	sheets := split(t, "entered", 4, 2, 3)
	foreign := split(t, "entered", 5, 2, 3)
	e := Codec{}.Entry()
	defer e.Destroy()
	asked := []string{"row 1 of 3", "share 1 of 2 needed, row 2 of 3", "share 1 of 2 needed, row 3 of 3", "share 2 of 2 needed, row 1 of 3"}
	for i, row := range rowsTyped(stringOf(sheets[2])) {
		if e.Ask() != asked[i] {
			t.Errorf("asks %q, not %q", e.Ask(), asked[i])
		}
		if err := e.Take([]byte(row), false); err != nil {
			t.Fatal(err)
		}
	}
	if e.Ask() != asked[3] {
		t.Errorf("asks %q", e.Ask())
	}
	set := sheets[0].Share.Set
	for typed, want := range map[string]string{"m": "S12", "MS": "12", "1/3 MS12 ": "", "1/3 MS12 " + set[:1]: set[1:], "q": "", "": ""} {
		if _, rest := e.Look([]byte(typed)); rest != want {
			t.Errorf("%q is completed by %q, not %q", typed, rest, want)
		}
	}
	for _, wrong := range []string{rowsTyped(stringOf(foreign[0]))[0], rowsTyped(stringOf(sheets[2]))[0]} {
		if err := e.Take([]byte(wrong), false); err == nil {
			t.Errorf("%q was taken", wrong)
		}
	}
	for _, row := range rowsTyped(stringOf(sheets[0])) {
		if err := e.Take([]byte(row), false); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Codec{}.Decode(e.Text())
	if e.Ask() != "" || err != nil || !r.Secret.Equal(backuptest.Payload(backup.KindSeed, 32, "entered").Secret) || len(r.Shares) != 2 {
		t.Errorf("asks %q; %+v, %v", e.Ask(), r, err)
	}
}

// Whatever is typed, insisted on and taken back, nothing breaks.
func FuzzEntry(f *testing.F) {
	_, head, text := single(f)
	f.Add([]byte(head + rowsOf(text)))
	f.Add([]byte(text + "\n" + text))
	f.Add([]byte("1/3 MS12\n2\n\xff\n \n<\nDocument GT2V-TKP3\n<\n3/3\n"))
	f.Fuzz(func(t *testing.T, typed []byte) {
		if len(typed) > 4096 {
			return
		}
		e := Codec{}.Entry()
		defer e.Destroy()
		for i, row := range strings.Split(string(typed), "\n") {
			if strings.HasPrefix(row, "<") {
				e.Back()
				continue
			}
			wrong, _ := e.Look([]byte(row))
			for _, at := range wrong {
				if at.From < 0 || at.To > len(row) || at.From >= at.To {
					t.Fatalf("%q is wrong at %v", row, at)
				}
			}
			var slip *backup.Slip
			if err := e.Take([]byte(row), i%2 == 1); errors.As(err, &slip) && (slip.At.From < 0 || slip.At.To > len(row) || slip.At.From > slip.At.To) {
				t.Fatalf("a slip of %q at %v", row, slip.At)
			}
			e.Ask()
		}
		if r, err := (Codec{}).Decode(e.Text()); err == nil {
			r.Destroy()
		}
	})
}
