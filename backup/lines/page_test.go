package lines

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
	"sigtool/internal/oracle"
	"sigtool/internal/secret"
)

// texts are the pages of a sheet as they stand on paper, the head on the first.
func texts(s *backup.Sheet) [][]byte { return bytes.Split(s.Text, []byte("\f\n")) }

func TestSheetsHavePagesOfTheSameLength(t *testing.T) {
	for total := minTotal; total <= maxTotal; total++ {
		p := pagingOf(total)
		from, to := p.span(p.count())
		if last := to - from + 1; p.perPage > maxPerPage || to != total || last > p.perPage || last < p.perPage-p.count()+1 {
			t.Errorf("%d lines: %d pages of %d, %d on the last one", total, p.count(), p.perPage, last)
		}
		for line := 1; line <= total; line++ {
			if from, to := p.span(p.page(line)); line < from || line > to {
				t.Errorf("line %d is on page %d, which has %d to %d", line, p.page(line), from, to)
			}
		}
	}
	s := mustEncode(t, fivePages())
	if len(s.Rows) != 131 || s.PageCount() != 5 || len(texts(s)) != 5 || !strings.HasPrefix(s.Footer(1), "page 2 of 5, lines 28 to 54, check ") {
		t.Errorf("%d lines on %d pages: %s", len(s.Rows), s.PageCount(), s.Footer(1))
	}
	if !bytes.Contains(s.Text, []byte("type all pages")) {
		t.Error("the sheet does not say that all its pages are to be typed")
	}
}

// Pages may come in any order, in one text or several, with footers or without, and encoded otherwise each.
func TestPagesInAnyOrder(t *testing.T) {
	p := fivePages()
	s := mustEncode(t, p)
	pages := texts(s)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		rng.Shuffle(len(pages), func(i, j int) { pages[i], pages[j] = pages[j], pages[i] })
		for _, given := range [][][]byte{pages, {bytes.Join(pages, nil)}, append(slices.Clone(pages), pages[2], s.Text)} {
			r, err := Codec{}.Decode(given...)
			if err != nil || !backuptest.Same(r.Payload, p) || !r.Sound() {
				t.Fatalf("%+v, %v", r, err)
			}
		}
	}
	pages[0] = append([]byte("\ufeff"), bytes.ReplaceAll(pages[0], []byte("\n"), []byte("\r\n"))...)
	if r, err := (Codec{}).Decode(pages...); err != nil || !r.Sound() {
		t.Errorf("one page with a byte order mark and CRLF: %+v, %v", r, err)
	}
}

// A page of which there is nothing is one fault, and the pages whose checks fit are named. Footers are not needed for the former.
func TestALostPageIsNamed(t *testing.T) {
	s := mustEncode(t, fivePages())
	for lost := range 5 {
		given := slices.Delete(texts(s), lost, lost+1)
		from, to := pagingOf(len(s.Rows)).span(lost + 1)
		want := backup.Fault{Page: lost + 1, Why: fmt.Sprintf("lines %d to %d: missing", from, to)}
		for _, footers := range []bool{true, false} {
			if !footers {
				given = [][]byte{bytes.Join(slices.Concat(s.Rows[:from-1], s.Rows[to:]), []byte("\n"))}
			}
			_, err := Codec{}.Decode(given...)
			var d *backup.Damage
			if !errors.As(err, &d) || !slices.Equal(d.Faults, []backup.Fault{want}) {
				t.Errorf("page %d is lost: %v", lost+1, err)
			} else if strings.Contains(d.Note, "whole, by their checks") != footers {
				t.Errorf("says %q", d.Note)
			}
		}
	}
	rows := slices.Clone(s.Rows)
	rows[0], rows[60], rows[61] = nil, nil, nil
	_, err := Codec{}.Decode(append(bytes.Join(rows, []byte("\n")), ("\n" + s.Footer(1) + "\n" + s.Footer(2))...))
	var d *backup.Damage
	if !errors.As(err, &d) || len(d.Faults) != 3 || d.Faults[0].Page != 1 || d.Faults[1].Page != 3 || !strings.HasSuffix(d.Note, "; page 2 is whole, by its check") {
		t.Errorf("%v", err)
	}
}

// A correction has the page it is on.
func TestCorrectionsHaveTheirPage(t *testing.T) {
	p := fivePages()
	s := mustEncode(t, p)
	text := bytes.Replace(s.Text, s.Rows[70], nil, 1)
	text = bytes.Replace(text, s.Rows[130], s.Rows[130][:40], 1)
	r, err := Codec{}.Decode(text)
	if err != nil || !backuptest.Same(r.Payload, p) || len(r.HeaderDiffers) > 0 || len(r.Corrections) != 2 || r.Corrections[0].Place() != "page 3 line 71" || r.Corrections[1].Page != 5 {
		t.Errorf("%+v, %v", r, err)
	}
}

// What stands below a page is held to the proven lines.
func TestFootersDiffer(t *testing.T) {
	p := fivePages()
	s := mustEncode(t, p)
	check := s.PageCheck(1)
	for want, change := range map[string][2]string{
		"below page 2 stands the check QQQQ-QQQQ": {check, "QQQQ-QQQQ"},
		"below page 2 stands the check I":         {check, "I" + check[1:]},
		"says page 2 of 6":                        {"page 2 of 5", "page 2 of 6"},
		"says page 2 of 5, lines 28 to 55":        {"28 to 54", "28 to 55"},
		"":                                        {", check " + check, ""},
		" ":                                       {"page 2 of 5, lines 28 to 54, check " + check, "Page 2 of 5: check " + strings.ToLower(strings.Replace(check, "-", " ", 1))},
	} {
		text := strings.Replace(string(s.Text), change[0], change[1], 1)
		if text == string(s.Text) {
			t.Fatalf("no %q", change[0])
		}
		r, err := Codec{}.Decode([]byte(text))
		if err != nil || !backuptest.Same(r.Payload, p) || len(r.Corrections) > 0 {
			t.Fatalf("%q: %v", change[1], err)
		}
		if want = strings.TrimSpace(want); want == "" && !r.Sound() || want != "" && (len(r.HeaderDiffers) != 1 || !strings.Contains(r.HeaderDiffers[0], want)) {
			t.Errorf("%q: %q", change[1], r.HeaderDiffers)
		}
	}
}

// Where lines were changed together with their checks, the check of a page says which page it was.
func TestAPageCheckFindsForgedLines(t *testing.T) {
	s := mustEncode(t, fivePages())
	text := s.Text
	for _, i := range []int{60, 62, 64} {
		text = bytes.Replace(text, s.Rows[i-1], forge(s, i), 1)
	}
	_, err := Codec{}.Decode(text)
	var d *backup.Damage
	if !errors.As(err, &d) || len(d.Faults) != 1 || d.Faults[0].Page != 3 || d.Note != "pages 1, 2, 4 and 5 are whole, by their checks" {
		t.Errorf("%v", err)
	}
}

// An age file goes onto paper as it is; of a key's, the sheet says how to open it.
func TestAFileOfAge(t *testing.T) {
	age, keygen := oracle.Need(t, "age"), oracle.Need(t, "age-keygen")
	identity := write(t, "identity.txt", oracle.Run(t, keygen))
	public := strings.TrimSpace(string(oracle.Run(t, keygen, "-y", identity)))
	for _, flags := range [][]string{{"-r", public, "../../testdata/keys/rsa4096.pem"}, {"-a", "-r", public, "../../testdata/keys/rsa2048.pem"}} {
		cmd := exec.Command(age, flags...)
		sealed, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []backup.Kind{backup.KindAgeKey, backup.KindData} {
			p := backuptest.Payload(kind, 1, "sealed to a recipient")
			p.Secret = secret.From(bytes.Clone(sealed))
			s := mustEncode(t, p)
			r, err := Codec{}.Decode(s.Text)
			if err != nil || !backuptest.Same(r.Payload, p) || !r.Sound() {
				t.Fatalf("%s: %v", kind, err)
			}
			if says := bytes.Contains(s.Text, []byte("age -d -i identity.txt")); says != (kind == backup.KindAgeKey) {
				t.Errorf("%s: the sheet says how to use age: %v", kind, says)
			}
		}
	}
}
