package lines

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
)

func fixed(t testing.TB) (backup.Payload, *backup.Sheet) {
	p := backuptest.Payload(backup.KindSealedKey, 239, "Kernel modules 2026")
	return p, mustEncode(t, p)
}

// replaceAll rewrites each printed row: its number, the number of lines, and the ten groups.
func replaceAll(s *backup.Sheet, f func(n, total int, groups []string) string) string {
	var out []string
	for i, row := range s.Rows {
		out = append(out, f(i+1, len(s.Rows), strings.Fields(string(row))[1:]))
	}
	return strings.Join(out, "\n")
}

// People type the same line in many ways. None of these is a mistake, so none is a correction.
func TestWaysToTypeALine(t *testing.T) {
	p, s := fixed(t)
	joined := func(groups []string) string { return strings.Join(groups, "") }
	for name, f := range map[string]func(n, total int, groups []string) string{
		"no spaces":    func(n, total int, g []string) string { return fmt.Sprintf("%02d/%02d%s", n, total, joined(g)) },
		"one space":    func(n, total int, g []string) string { return fmt.Sprintf("%d/%d %s", n, total, joined(g)) },
		"no total":     func(n, _ int, g []string) string { return fmt.Sprintf("%d %s", n, strings.Join(g, " ")) },
		"number glued": func(n, _ int, g []string) string { return fmt.Sprintf("%d%s", n, joined(g)) },
		"a colon":      func(n, _ int, g []string) string { return fmt.Sprintf("%d: %s", n, strings.Join(g, "  ")) },
		"a dot":        func(n, _ int, g []string) string { return fmt.Sprintf("%03d. %s", n, strings.Join(g, "-")) },
		"dashes":       func(n, total int, g []string) string { return fmt.Sprintf("%d/%d-%s", n, total, strings.Join(g, "-")) },
		"groups of eight": func(n, total int, g []string) string {
			return fmt.Sprintf("%d / %d  %s", n, total, pairs(joined(g), 8))
		},
		"groups of three":   func(n, total int, g []string) string { return fmt.Sprintf("%d/%d  %s", n, total, pairs(joined(g), 3)) },
		"single characters": func(n, total int, g []string) string { return fmt.Sprintf("%d/%d  %s", n, total, pairs(joined(g), 1)) },
		"small letters":     func(n, total int, g []string) string { return strings.ToLower(fmt.Sprintf("%d/%d %s", n, total, g)) },
		"a quoted mail":     func(n, total int, g []string) string { return fmt.Sprintf("> %d/%d %s", n, total, g) },
		"a remark":          func(n, total int, g []string) string { return fmt.Sprintf("%d/%d %s # hard to read", n, total, g) },
		"prose between": func(n, total int, g []string) string {
			return fmt.Sprintf("Here is line %d:\n%d/%d %s\n12 lines more; 3 of them are hard to read, I believe\n", n, n, total, g)
		},
	} {
		r, err := Codec{}.Decode([]byte(replaceAll(s, f)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !backuptest.Same(r.Payload, p) || !r.Sound() {
			t.Errorf("%s: %+v", name, r.Corrections)
		}
	}
}

func pairs(s string, n int) string {
	return strings.TrimSpace(regexp.MustCompile(strings.Repeat(".", n)).ReplaceAllString(s, "$0 "))
}

// What could be read in one way only is understood, and listed.
func TestSlipsAreUnderstoodAndListed(t *testing.T) {
	p, s := fixed(t)
	rows := string(bytes.Join(s.Rows, []byte("\n")))
	body := regexp.MustCompile(`(?m)  [A-Z0-9 ]+$`)
	slip := func(from, to string) string {
		return body.ReplaceAllStringFunc(rows, func(chars string) string { return strings.ReplaceAll(chars, from, to) })
	}
	for name, text := range map[string]string{
		"O for 0":               slip("0", "O"),
		"small o for 0":         slip("0", "o"),
		"I for L":               slip("L", "I"),
		"1 for L":               slip("L", "1"),
		"B for 8":               slip("8", "B"),
		"O for Q in a line":     strings.Replace(rows, "Q", "O", 1),
		"one ? a line":          string(s.Text[:bytes.Index(s.Text, s.Rows[0])]) + regexp.MustCompile(`(?m).$`).ReplaceAllString(rows, "?"),
		"a group in many lines": regexp.MustCompile(`(?m)^(0[1-9]/.*)....$`).ReplaceAllString(rows, "${1}____"),
		"an accent":             strings.Replace(rows, "E", "É", 1),
		"another total":         strings.ReplaceAll(rows, "/19", "/18"),
		"O1/l9":                 strings.ReplaceAll(strings.ReplaceAll(rows, "\n0", "\nO"), "/19", "/l9"),
	} {
		r, err := Codec{}.Decode([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !backuptest.Same(r.Payload, p) || r.Sound() == (name != "O1/l9") {
			t.Errorf("%s: corrections %+v", name, r.Corrections)
		}
		for _, c := range r.Corrections {
			if c.Page != 1 || c.Was == c.Is || c.Why == "" {
				t.Errorf("%s: %+v", name, c)
			}
		}
	}
}

// What is not of the sheet is left out, and listed.
func TestSuperfluousLines(t *testing.T) {
	p, s := fixed(t)
	other := mustEncode(t, backuptest.Payload(backup.KindSealedKey, 239, "other"))
	for name, c := range map[string]struct {
		extra string
		line  int
	}{
		"a line of another number":      {strings.Replace(string(s.Rows[4]), "05/19", "23/19", 1), 23},
		"line 0":                        {strings.Replace(string(s.Rows[4]), "05/19", "00/19", 1), 0},
		"a second, wrong reading":       {strings.Replace(string(s.Rows[4]), " ", " QQ", 1), 5},
		"a second one of another sheet": {string(other.Rows[6]), 7},
		"half a line":                   {string(s.Rows[9][:30]), 10},
	} {
		r, err := Codec{}.Decode(append([]byte(c.extra+"\n"), s.Text...))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !backuptest.Same(r.Payload, p) || !slices.ContainsFunc(r.Corrections, func(x backup.Correction) bool { return x.Line == c.line }) {
			t.Errorf("%s: %+v", name, r.Corrections)
		}
	}
	both := slices.Concat(s.Text, other.Text)
	if r, err := (Codec{}).Decode(both); err == nil || errors.Is(err, backup.ErrDamaged) || !strings.Contains(err.Error(), s.DocumentID) || !strings.Contains(err.Error(), other.DocumentID) {
		t.Errorf("two sheets in one text: %+v, %v", r, err)
	}
}

// Where a sheet is refused, what is said about each line is what happened to it.
func TestWhatARefusalSays(t *testing.T) {
	_, s := fixed(t)
	other := mustEncode(t, backuptest.Payload(backup.KindSealedKey, 239, "other"))
	rows := slices.Clone(s.Rows)
	change := func(n int, f func(row []byte) []byte) { rows[n-1] = f(bytes.Clone(rows[n-1])) }
	change(2, func(row []byte) []byte { row[13] = alphabet[(value(row[13])+1)%32]; return row })
	change(3, func(row []byte) []byte {
		i := slices.IndexFunc(characters(row)[:31], func(p int) bool { return row[p] != row[p+1] && row[p+1] != ' ' })
		p := characters(row)[i]
		row[p], row[p+1] = row[p+1], row[p]
		return row
	})
	change(4, func([]byte) []byte { return nil })
	change(5, func(row []byte) []byte { return slices.Delete(row, 17, 18) })
	change(6, func([]byte) []byte { return slices.Concat(rows[5][:5], rows[9][5:]) })
	change(7, func([]byte) []byte { return other.Rows[6] })
	change(8, func([]byte) []byte { return other.Rows[7] })
	change(11, func(row []byte) []byte {
		for _, p := range characters(row)[12:17] {
			row[p] = '?'
		}
		return row
	})
	_, err := Codec{}.Decode(bytes.Join(rows, []byte("\n")))
	var d *backup.Damage
	if !errors.As(err, &d) {
		t.Fatal(err)
	}
	want := []string{
		`line 2 group 2 \(.*probably one wrong character here\)`,
		`line 3 group \d+ \(.*probably two characters swapped here\)`,
		`line 4 \(missing\)`,
		`line 5 group 3 \(39 characters, not 40\)`,
		`line 6 \(its check fits line 10\)`,
		`line 7 \(of another sheet, ` + other.DocumentID + `\)`,
		`line 8 \(of another sheet, ` + other.DocumentID + `\)`,
		`line 11 group 4 \(unreadable characters, and its check does not fit\)`,
		`any 2 of the 19 lines can be rebuilt, not 8`,
	}
	if !regexp.MustCompile("^the paper does not check: page 1 " + strings.Join(want[:8], ", ") + "; " + want[8] + "$").MatchString(err.Error()) {
		t.Errorf("the refusal says: %v\nand should say: %s", err, want)
	}
	if d.Total != 19 || d.Unit != "line" || len(d.Faults) != 8 {
		t.Errorf("%+v", d)
	}
	for _, row := range s.Rows {
		for _, group := range strings.Fields(string(row))[1:] {
			if strings.Contains(err.Error(), group) {
				t.Errorf("the refusal shows the group %s", group)
			}
		}
	}
}
