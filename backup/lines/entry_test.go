package lines

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
)

// body is a printed row without its number.
func body(row []byte) string {
	_, chars, _ := strings.Cut(string(row), "  ")
	return chars
}

func slipOf(t *testing.T, e backup.Entry, row string) *backup.Slip {
	t.Helper()
	err := e.Take([]byte(row), false)
	var slip *backup.Slip
	if !errors.As(err, &slip) {
		t.Fatalf("%q was taken: %v", row, err)
	}
	if slip.At.From < 0 || slip.At.To > len(row) || slip.At.From > slip.At.To || slip.Why == "" {
		t.Fatalf("%q: %+v", row, slip)
	}
	return slip
}

func take(t *testing.T, e backup.Entry, rows ...string) {
	t.Helper()
	for _, row := range rows {
		if err := e.Take([]byte(row), false); err != nil {
			t.Fatalf("%q: %v", row, err)
		}
	}
}

func wantAsk(t *testing.T, e backup.Entry, want string) {
	t.Helper()
	if got := e.Ask(); got != want {
		t.Fatalf("asks for %q, not %q", got, want)
	}
}

func comesBack(t *testing.T, e backup.Entry, p backup.Payload, corrections int) {
	t.Helper()
	r, err := Codec{}.Decode(e.Text())
	if err != nil || !backuptest.Same(r.Payload, p) || len(r.Corrections) != corrections {
		t.Fatalf("%v, %+v\n%s", err, r, e.Text())
	}
}

func TestEntryOfAWholeSheet(t *testing.T) {
	p, s := fixed(t)
	e := Codec{}.Entry()
	defer e.Destroy()
	wantAsk(t, e, "line 01: begin with its number and the number of lines, 01/NN")
	if slip := slipOf(t, e, body(s.Rows[0])); !strings.Contains(slip.Why, "01/19") {
		t.Errorf("%+v", slip)
	}
	take(t, e, string(s.Rows[0]))
	for i, row := range s.Rows[1:] {
		if want := "line " + string(row[:2]) + " of 19 (page 1)"; e.Ask() != want {
			t.Fatalf("asks for %q, not %q", e.Ask(), want)
		}
		typed := body(row)
		switch i % 4 {
		case 1:
			typed = strings.ToLower(strings.ReplaceAll(typed, " ", ""))
		case 2:
			typed = string(row)
		case 3:
			typed = strings.NewReplacer("0", "O", "8", "B", "L", "1").Replace(typed)
		}
		if wrong, rest := e.Look([]byte(typed)); wrong != nil || rest != "" {
			t.Fatalf("%q: %v, %q", typed, wrong, rest)
		}
		take(t, e, typed)
	}
	wantAsk(t, e, "")
	r, err := Codec{}.Decode(e.Text())
	if err != nil || !backuptest.Same(r.Payload, p) {
		t.Fatalf("%v\n%s", err, e.Text())
	}
}

// What a typist gets wrong is pointed at, and taken only if the paper has it so.
func TestEntryPointsAtTheGroup(t *testing.T) {
	p, s := fixed(t)
	e := Codec{}.Entry()
	take(t, e, string(s.Rows[0]), string(s.Rows[1]))
	row := []byte(body(s.Rows[2]))
	at := strings.Index(body(s.Rows[2]), " ") + 2 // the second character of the second group
	row[at] = alphabet[(value(row[at])+1)%32]
	slip := slipOf(t, e, string(row))
	if slip.At != (backup.Place{From: 5, To: 9}) || !strings.Contains(slip.Why, "one wrong character") {
		t.Errorf("%+v", slip)
	}
	if wrong, _ := e.Look(row); !slices.Equal(wrong, []backup.Place{slip.At}) {
		t.Errorf("marks %v", wrong)
	}
	if slip := slipOf(t, e, body(s.Rows[5])); !strings.Contains(slip.Why, "fits line 6") {
		t.Errorf("%+v", slip)
	}
	if slip := slipOf(t, e, "03/19 "+body(s.Rows[2])[:30]); !strings.Contains(slip.Why, "characters, not 40") {
		t.Errorf("%+v", slip)
	}
	if slip := slipOf(t, e, "03/18 "+body(s.Rows[2])); !strings.Contains(slip.Why, "19 lines, not 18") {
		t.Errorf("%+v", slip)
	}
	if slip := slipOf(t, e, "23 "+body(s.Rows[2])); !strings.Contains(slip.Why, "1 to 19") {
		t.Errorf("%+v", slip)
	}
	slipOf(t, e, "")
	if err := e.Take(row, true); err != nil {
		t.Fatal(err)
	}
	wantAsk(t, e, "line 04 of 19 (page 1)")
	if err := e.Take(nil, true); err != nil {
		t.Fatal(err)
	}
	for _, row := range s.Rows[4:] {
		take(t, e, body(row))
	}
	wantAsk(t, e, "")
	comesBack(t, e, p, 2)
	text := e.Text()
	e.Destroy()
	if len(bytes.Trim(text, "\x00")) > 0 {
		t.Error("what was typed is not wiped")
	}
}

// A first line that is wrong shows when the next ones are right: it is asked for again.
func TestEntryWithAWrongFirstLine(t *testing.T) {
	p, s := fixed(t)
	e := Codec{}.Entry()
	first := bytes.Clone(s.Rows[0])
	first[7] = alphabet[(value(first[7])+1)%32]
	take(t, e, string(first))
	slip := slipOf(t, e, body(s.Rows[1]))
	if slip.At != (backup.Place{From: 0, To: 4}) || !strings.Contains(slip.Why, "line 01 and this line do not agree") {
		t.Errorf("%+v", slip)
	}
	if err := e.Take([]byte(body(s.Rows[1])), true); err != nil {
		t.Fatal(err)
	}
	take(t, e, body(s.Rows[2]))
	wantAsk(t, e, "line 01 of 19 (page 1) again: it does not fit the others")
	take(t, e, body(s.Rows[0]))
	for _, row := range s.Rows[3:] {
		take(t, e, body(row))
	}
	wantAsk(t, e, "")
	comesBack(t, e, p, 0)
}

func TestEntryInAnyOrderAndBack(t *testing.T) {
	p, s := fixed(t)
	e := Codec{}.Entry()
	if e.Back() != nil {
		t.Error("a row was given back that nobody typed")
	}
	take(t, e, "Document  "+strings.ToLower(s.DocumentID)+" (the same number)", "Lines: 19")
	wantAsk(t, e, "line 01 of 19 (page 1)")
	slipOf(t, e, "Document: QPZR")
	for _, i := range rand.New(rand.NewPCG(5, 6)).Perm(len(s.Rows)) {
		take(t, e, string(s.Rows[i]))
	}
	wantAsk(t, e, "")
	last := e.Back()
	ask := e.Ask()
	if !strings.HasPrefix(ask, "line "+string(last[:2])) {
		t.Errorf("gave %q back and asks for %q", last, ask)
	}
	take(t, e, body(last))
	comesBack(t, e, p, 0)
	last = e.Back()
	for e.Back() != nil {
	}
	if len(e.Text()) > 0 {
		t.Errorf("there is still %q", e.Text())
	}
	if len(bytes.Trim(last, "\x00")) > 0 {
		t.Errorf("a row that was given back is not wiped: %q", last)
	}
	take(t, e, string(s.Rows[0]))
	last = e.Back()
	if e.Destroy(); len(last) != len(s.Rows[0]) || len(bytes.Trim(last, "\x00")) > 0 {
		t.Errorf("destroyed, the entry leaves %q", last)
	}
}

// A wrong number of lines is found by the document's number, and put right by what the head says.
func TestEntryWithAWrongNumberOfLines(t *testing.T) {
	p, s := fixed(t)
	wrong := strings.Replace(string(s.Rows[0]), "/19", "/91", 1)
	e := Codec{}.Entry()
	take(t, e, "Document "+s.DocumentID)
	if slip := slipOf(t, e, wrong); !strings.Contains(slip.Why, "of 19 lines, not 91") || slip.At != (backup.Place{To: 5}) {
		t.Errorf("%+v", slip)
	}
	e = Codec{}.Entry()
	take(t, e, wrong)
	for _, row := range s.Rows[1:] {
		take(t, e, body(row))
	}
	wantAsk(t, e, "line 20 of 91 (page 1)")
	take(t, e, "Lines  19")
	wantAsk(t, e, "")
	comesBack(t, e, p, 1)
}

// What stands below a page is held to the lines above it.
func TestEntryTakesFooters(t *testing.T) {
	p := fivePages()
	s := mustEncode(t, p)
	e := Codec{}.Entry()
	take(t, e, string(s.Rows[0]))
	for i, row := range s.Rows[1:] {
		if i == 26 {
			wantAsk(t, e, "line 028 of 131 (page 2)")
			slipOf(t, e, strings.Replace(s.Footer(0), "check ", "check QQ", 1))
			slipOf(t, e, "page 1 of 4, lines 1 to 27")
			take(t, e, s.Footer(0))
		}
		take(t, e, body(row))
	}
	wantAsk(t, e, "")
	comesBack(t, e, p, 0)
}

func TestEntryLooks(t *testing.T) {
	_, s := fixed(t)
	e := Codec{}.Entry()
	take(t, e, string(s.Rows[0]))
	for row, want := range map[string][]backup.Place{
		"":                         nil,
		"0":                        nil,
		"02":                       nil,
		"02/1":                     nil,
		"02/19  QPZR Y9":           nil,
		"QPZR OIB1 y9x8":           nil,
		"QPZR ???? ____ Y9":        nil,
		"QPZ Y":                    {{From: 0, To: 3}},
		"QPZ":                      nil,
		"QPZRY Y9X8":               {{From: 0, To: 5}},
		"QPZRY9X8 GF2T":            nil,
		"QPZR Y9!8":                {{From: 7, To: 8}, {From: 5, To: 7}},
		"QPZR YÉ":                  {{From: 6, To: 8}},
		"22/19 QPZR":               {{From: 0, To: 5}},
		"02/29 QPZR":               {{From: 0, To: 5}},
		string(s.Rows[1]) + " QP":  {{From: len(s.Rows[1]) + 1, To: len(s.Rows[1]) + 3}},
		string(s.Rows[1]) + "  #!": nil,
		"Document  QPZR-Y9X8":      nil,
	} {
		if wrong, _ := e.Look([]byte(row)); !slices.Equal(wrong, want) {
			t.Errorf("%q: marks %v, not %v", row, wrong, want)
		}
	}
}

// Whatever is typed, places are in the row, and a row that was insisted on is there for Decode.
func FuzzEntry(f *testing.F) {
	_, s := fixed(f)
	f.Add(append(bytes.Join(s.Rows[:6], []byte("\n")), "\n\n7 ????\nDocument QPZR-Y9X8\npage 1 of 1, check QPZR-Y9X8"...), uint64(0x0ff0))
	f.Add([]byte("01/91 QPZR\n\xff\n255/255\n00/00 Q\npage 9 of 9"), uint64(0xffff))
	f.Fuzz(func(t *testing.T, text []byte, insist uint64) {
		e := Codec{}.Entry()
		defer e.Destroy()
		for i, row := range bytes.SplitN(text, []byte("\n"), 24) {
			wrong, _ := e.Look(row)
			err := e.Take(row, insist>>(i%64)&1 == 1)
			var slip *backup.Slip
			if errors.As(err, &slip) {
				wrong = append(wrong, slip.At)
			} else if err != nil {
				t.Fatalf("%q: %v is no slip", row, err)
			}
			for _, p := range wrong {
				if p.From < 0 || p.From > p.To || p.To > len(row) {
					t.Fatalf("%q: %v", row, wrong)
				}
			}
			e.Ask()
			if i%7 == 6 {
				e.Back()
			}
		}
		if r, err := (Codec{}).Decode(e.Text()); err == nil {
			r.Destroy()
		}
	})
}
