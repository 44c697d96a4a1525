package print

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
	"sigtool/backup/shares"
)

// box is where a mark is, in mm. Letters reach 0.78 em above the line and 0.22 below it.
func (m mark) box() (x0, y0, x1, y1 float64) {
	if m.kind != text {
		return m.x, m.y, m.x + m.w, m.y + m.h
	}
	em := m.size * point
	return m.x, m.y - 0.78*em, m.x + width(string(m.text), m.size), m.y + 0.22*em
}

// Nothing leaves the field, no text runs into another or into a code, and each row, code and line of instructions is there once.
func TestMarksKeepApart(t *testing.T) {
	t.Parallel()
	for name, sheets := range samples(t) {
		pages, err := pagesOf(sheets)
		if err != nil {
			t.Fatal(name, err)
		}
		for n, p := range pages {
			for i, a := range p.marks {
				ax0, ay0, ax1, ay1 := a.box()
				if ax0 < -0.01 || ay0 < -0.01 || ax1 > fieldW+0.3 || ay1 > fieldH+0.8 {
					t.Errorf("%s, page %d: %q leaves the field: %.1f %.1f to %.1f %.1f", name, n+1, a.text, ax0, ay0, ax1, ay1)
				}
				for _, b := range p.marks[i+1:] {
					if a.kind == filled || a.kind == framed || b.kind == filled || b.kind == framed {
						continue
					}
					bx0, by0, bx1, by1 := b.box()
					if ax0+0.1 < bx1 && bx0+0.1 < ax1 && ay0+0.1 < by1 && by0+0.1 < ay1 {
						t.Errorf("%s, page %d: %q and %q overlap", name, n+1, a.text, b.text)
					}
				}
			}
		}
	}
}

// No page has rows of two sheets, and each names its own document.
func TestSheetsDoNotShareAPage(t *testing.T) {
	t.Parallel()
	all := samples(t)
	both := append(slices.Clone(all["a passphrase"]), all["a sealed P256"]...)
	pages, err := pagesOf(both)
	if err != nil {
		t.Fatal(err)
	}
	for n, p := range pages {
		found := map[string]bool{}
		for _, m := range p.marks {
			for _, s := range both {
				if strings.Contains(string(m.text), s.DocumentID) {
					found[s.DocumentID] = true
				}
			}
		}
		if len(found) != 1 {
			t.Errorf("page %d names the documents %v", n+1, found)
		}
	}
}

// Rows grow no larger than lets codes stand below them, and codes below are level with those beside.
func TestCodesStandWithTheRows(t *testing.T) {
	t.Parallel()
	p := backuptest.Payload(backup.KindSeed, 32, "Kernel modules 2026")
	defer p.Secret.Destroy()
	m := backuptest.Meta()
	m.Companion = "in the other safe" // a line more: rows of 14 points leave no room for codes
	split := backup.Split{Groups: []backup.Group{{Need: 2, Of: 3}, {Need: 1, Of: 1}, {Need: 3, Of: 5}}, Threshold: 2, Rand: bytes.NewReader(backuptest.Bytes(1<<14, "groups"))}
	groups, err := shares.Codec{}.Encode(p, m, split)
	if err != nil {
		t.Fatal(err)
	}
	for page, sheet := range []*backup.Sheet{groups[0], samples(t)["RSA-4096"][0]} {
		pages, err := pagesOf([]*backup.Sheet{sheet})
		if err != nil {
			t.Fatal(err)
		}
		level := map[float64]int{}
		for _, m := range pages[page].marks {
			if m.kind == coded {
				level[m.y]++
			}
		}
		if !slices.Contains(slices.Collect(maps.Values(level)), 3) {
			t.Errorf("page %d of %s: no three codes on one level: %v", page+1, sheet.Code, level)
		}
	}
}

func TestPagesAreNamed(t *testing.T) {
	t.Parallel()
	pages, err := pagesOf(samples(t)["RSA-4096"])
	if err != nil {
		t.Fatal(err)
	}
	names := func(p *page) (s string) {
		for _, m := range p.marks {
			s += string(m.text) + "\n"
		}
		return s
	}
	first, last := names(pages[0]), names(pages[len(pages)-1])
	if !strings.Contains(first, "page 1 of 5, lines 1 to ") || !strings.Contains(first, ", and 1 annex") || !strings.Contains(last, "annex 1 of 1") {
		t.Errorf("%s\n%s", first, last)
	}
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"Zoë Ωмега": "Zoë Ωмега", "中\u0007": "U+4E2DU+0007", "01/19  QPZR": "01/19  QPZR"} {
		if got := string(printable([]byte(in))); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}

func TestReflow(t *testing.T) {
	t.Parallel()
	got := reflow([]string{"some words to", "write", "  a command  ", "", "", "and 12 more", ""}, 14)
	want := []string{"some words to", "write", "  a command  ", "", "and 12 more"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := backup.Flow("and so there are 12 of them", 16); !slices.Equal(got, []string{"and so there", "are 12 of them"}) {
		t.Errorf("%q", got)
	}
	if got := backup.Flow("hexadecimal 98F2, 79B7, 1E4F.", 22); !slices.Equal(got, []string{"hexadecimal 98F2,", "79B7, 1E4F."}) {
		t.Errorf("%q", got)
	}
}
