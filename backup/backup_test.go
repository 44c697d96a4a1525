package backup

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sigtool/internal/secret"
)

func TestDamageNamesPageLineAndGroup(t *testing.T) {
	d := &Damage{Unit: "line", Total: 40, Note: "any 2 can be rebuilt", Faults: []Fault{
		{Page: 1, Line: 3, Why: "missing"}, {Page: 1, Line: 5, Group: 2, Why: "its check does not fit", Hint: "QPZR"}, {Page: 2, Line: 31},
		{Page: 3, Why: "lines 55 to 81: missing"}, {Page: 3, Why: "its check does not fit"},
	}}
	const want = "the paper does not check: page 1 line 3 (missing), line 5 group 2 (its check does not fit), page 2 line 31, " +
		"page 3 (lines 55 to 81: missing), page 3 (its check does not fit); any 2 can be rebuilt"
	if d.Error() != want || !errors.Is(d, ErrDamaged) {
		t.Errorf("says %q", d.Error())
	}
	if hints := d.Hints(); len(hints) != 1 || hints[0] != "line 5 may be QPZR" {
		t.Errorf("hints %q", hints)
	}
	if data, err := json.Marshal(d); err != nil || strings.Contains(string(data), "QPZR") {
		t.Errorf("JSON shows a piece of the paper: %s %v", data, err)
	}
	d.Faults = make([]Fault, 100)
	if !strings.HasSuffix(d.Error(), ", and 84 more; any 2 can be rebuilt") {
		t.Errorf("says %q", d.Error())
	}
}

func TestCorrectionsKeepThePaperOutOfJSON(t *testing.T) {
	data, err := json.Marshal(Correction{Page: 1, Line: 2, Group: 3, Was: "QPZR", Is: "QPZX", Why: "rebuilt"})
	if err != nil || string(data) != `{"page":1,"line":2,"group":3,"why":"rebuilt"}` {
		t.Errorf("%s %v", data, err)
	}
}

func TestSplits(t *testing.T) {
	group := func(need, of int) []Group { return []Group{{Need: need, Of: of}} }
	two := append(group(1, 1), group(2, 3)...)
	for want, splits := range map[string][]Split{
		"": {{}, {Threshold: 1}, {Holders: []string{"Ann"}}, {Groups: group(2, 3)}, {Groups: group(2, 3), Threshold: 1, Holders: []string{"Ann", "Bob", ""}},
			{Groups: two, Threshold: 2, Holders: []string{"Ann", "Bob", "Cy", "Di"}}},
		"shares: at least 1": {{Groups: group(0, 3)}, {Groups: group(4, 3)}, {Groups: group(-1, -1)}, {Groups: append(two, Group{})}},
		"groups: at least 1": {{Groups: two}, {Groups: two, Threshold: 3}, {Groups: group(2, 3), Threshold: 2}, {Threshold: -1}},
		"2 holders for 3":    {{Groups: group(2, 3), Holders: []string{"Ann", "Bob"}}},
		"4 holders for 3":    {{Groups: group(2, 3), Holders: make([]string, 4)}},
		"2 holders for 1":    {{Holders: []string{"Ann", "Bob"}}},
		"holder":             {{Holders: []string{"Ann\n"}}},
	} {
		for _, s := range splits {
			if err := s.Valid(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%+v: %v, not %q", s, err, want)
			}
		}
	}
}

func TestPlace(t *testing.T) {
	for want, c := range map[string]Correction{"page 1 line 2 group 3": {Page: 1, Line: 2, Group: 3}, "page 2 line 7": {Page: 2, Line: 7}} {
		if got := c.Place(); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                                  "",
		"\ufeffa\r\nb\rc\n":                 "a\nb\nc\n",
		"a\u00a0b\tc\u2003d\u200be":         "a b c d e",
		"a\fb\u2028c":                       "a\nb\nc",
		"Zoë\xff\xfe":                       "Zoë??",
		"\xff\xfea\x00\n\x00\xe9\x00":       "a\né",
		"\xfe\xff\x00a\xd8\x3d\xde\x00\x00": "a😀?",
		"\xff\xfe\x3d\xd8":                  "?",
	} {
		got, err := Clean([]byte(in))
		if err != nil || string(got) != want {
			t.Errorf("%q became %q, not %q (%v)", in, got, want, err)
		}
	}
	if _, err := Clean(make([]byte, MaxTextSize+1)); err == nil {
		t.Error("a text beyond the limit was taken")
	}
}

func TestReadHead(t *testing.T) {
	h := ReadHead([]byte(strings.Join([]string{
		"===", Title + "      code: lines", "*** REHEARSAL *** ...", "",
		"label:  Kernel   modules ", "Algorithm     p256", "CONTENTS  key (a remark)", "Lines of prose are no field", "Labelled  x", "Document into it", "Made p384", // no date "note that",
		"Note : two words", "Holder", "Document      qpzr-y9x8 (a remark)", "01/19  QPZR",
	}, "\n")))
	want := []Field{
		{Name: FieldLabel, Value: "Kernel modules"}, {Name: FieldAlgorithm, Value: "p256"}, {Name: FieldContents, Value: "key (a remark)"}, {Name: FieldMade},
		{Name: FieldNote, Value: "two words"}, {Name: FieldDocument, Value: "qpzr-y9x8 (a remark)"},
	}
	if !h.Printed || h.Code != "lines" || !h.Rehearsal || len(h.Fields) != len(want) {
		t.Fatalf("%+v", h)
	}
	for i, f := range h.Fields {
		if f != want[i] {
			t.Errorf("%+v, not %+v", f, want[i])
		}
	}
	if id, ok := h.DocumentID(); !ok || FormatID(id) != "QPZR-Y9X8" {
		t.Errorf("document %x, %v", id, ok)
	}
	proven := NewHead(Payload{Kind: KindKey, Label: "Kernel modules", Algorithm: "p256"}, Meta{}, Field{Name: FieldDocument, Value: "QPZR-Y9X8"})
	if differs := h.Differs(proven, true); len(differs) != 1 || !strings.Contains(differs[0], `"made" can't be read`) {
		t.Errorf("differs: %q", differs)
	}
	if differs := h.Differs(proven[1:], false); len(differs) != 3 {
		t.Errorf("a label that the code does not have and a rehearsal: %q", differs)
	}
}

func TestFingerprints(t *testing.T) {
	for _, wrong := range []string{"x", "SHA256:", "sha256:" + strings.Repeat("A", 43) + "=", "SHA256:" + strings.Repeat("A", 43), "SHA256:" + strings.Repeat("A", 42) + "B="} {
		if d, err := DigestOf(wrong); err == nil {
			t.Errorf("%q is taken for the fingerprint %x", wrong, d)
		}
	}
	fp := FingerprintOf(make([]byte, 32))
	if d, err := DigestOf(fp); err != nil || len(d) != 32 || FingerprintOf(nil) != "" {
		t.Errorf("%s: %x, %v", fp, d, err)
	}
}

func TestWrap(t *testing.T) {
	text := strings.Repeat("some words, 12 of them with 345678 digits in front and 9 ", 20)
	lines := Wrap(text)
	for _, line := range lines {
		if len(line) >= Width || isDigit(line[0]) {
			t.Errorf("%q", line)
		}
	}
	if strings.Join(strings.Fields(text), " ") != strings.Join(lines, " ") {
		t.Error("words were lost")
	}
}

// Every combination of kind and derivation makes a sheet's prose that fits a page and that no line of code can be mistaken for.
func TestProse(t *testing.T) {
	for _, k := range Kinds() {
		for _, d := range []string{"", "seed", "scalar", "c2sp-det-keygen/v1", strings.Repeat("x", 32)} {
			for _, a := range []string{"", "ed25519", "p256", "secp256k1", "rsa4096"} {
				p := Payload{Kind: k, Label: strings.Repeat("é", 32), Algorithm: a, Derivation: d, Secret: secret.New(32)}
				m := Meta{Date: time.Unix(0, 0), Holder: strings.Repeat("x", 64), Note: "0"}
				s := Sheet{Code: "lines", Rehearsal: true, Intro: Intro(k), Head: NewHead(p, m, Field{Name: FieldDocument, Value: "QPZR-Y9X8"}), Guide: SeedGuide(p, "cat seed.hex")}
				s.Lay()
				for _, line := range strings.Split(string(s.Text), "\n") {
					if utf8.RuneCountInString(line) > Width || line != "" && isDigit(line[0]) {
						t.Errorf("%q", line)
					}
				}
				p.Secret.Destroy()
			}
		}
	}
}
