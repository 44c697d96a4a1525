package backup

import (
	"strings"
	"testing"
)

// sniffed are texts by the code that they seem to be of.
var sniffed = map[string][]string{
	"lines": {strings.Repeat("01/19  QPZR Y9X8 GF2T VDW0  S3JN 54KH CE6M UA7L   QPZR Y9X8\n", 2)},
	"words": {Title + "  code: words\nLabel: x\nDocument  QPZR-Y9X8 (y)\n*** REHEARSAL", strings.Repeat("abandon ", 24)},
	"codex32": {
		Title + "  code: codex32\n", "ms10testsxxxxxxxxxxxxxxxxxxxxxxxxxx4nzvca9cmczlw",
		"1/3  MS10 LEET SLLH DMN9 M42V CSAM X24Z\n2/3  RXGS 3QRL 7AHW VHW4 FNZR HVE2 5GVE\n3/3  ZZYQ QTUM 9PGV 99YC MA\n",
	},
	"shares": {Title + "  code: shares\n", strings.Repeat("academic ", 20), strings.Repeat("01 academic\n", 33)},
	"":       {"", "\xff\xfe1\x00/\x00", "MS1", "01/19  QPZR Y9X8", strings.Repeat("acid ", 30), Title + "  code: none\n", "\xbf\xbf\xbf\xc3\xb7 x"},
}

func TestSniff(t *testing.T) {
	for want, texts := range sniffed {
		for _, text := range texts {
			if got := Sniff([]byte(text)); got != want {
				t.Errorf("%q is taken for %q, not %q", text, got, want)
			}
		}
	}
}

func FuzzSniff(f *testing.F) {
	for _, texts := range sniffed {
		for _, text := range texts {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if name := Sniff(text); sniffed[name] == nil {
			t.Errorf("no such codec: %q", name)
		}
		clean, err := Clean(text)
		if err != nil {
			return
		}
		h := ReadHead(clean)
		h.Differs(nil, true)
		h.DocumentID()
		if m := h.People(); m.Valid() != nil {
			t.Errorf("people of the head that no sheet can carry: %+v", m)
		}
	})
}
