package scan

import "testing"

// Pages in a worse state than TestHurtPhotographsRestore's: the levels at which other readers of QR codes were compared with this one
// (CONTRIBUTING.md), at 150 dpi and JPEG of quality 40. Each code is read, though a sheet can do without one in five.
func TestHardPages(t *testing.T) {
	t.Parallel()
	for name, hurt := range map[string]func(*grey) *grey{
		"blurred by 1.7":                func(g *grey) *grey { return blurred(g, 1.7) },
		"aslant by 0.25, turned by 10":  func(g *grey) *grey { return blurred(aslant(turned(g, 10), 0.25), 1) },
		"turned by 40, noise":           func(g *grey) *grey { return noisy(turned(g, 40), 20) },
		"noise 25":                      func(g *grey) *grey { return noisy(g, 25) },
		"a fourth of the light, uneven": func(g *grey) *grey { return noisy(unevenlyLit(dimmed(g)), 5) },
		"aslant by 0.15, upside down":   func(g *grey) *grey { return blurred(aslant(turned(g, 180), 0.15), 1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range stories() {
				if len(s.sheets) > 1 {
					continue // pages of shares look as a page of one sheet does
				}
				i := min(1, s.sheets[0].PageCount()-1) // of several pages, one that is full of codes
				page := s.halves[i]()
				want, got := page.codes.texts, codesOf(throughJPEG(t, hurt(page.g), 40)).texts
				if len(want) < 3 || !sameSet(asStrings(want), asStrings(got)) {
					t.Errorf("%s: %d of %d codes were read", s.name, len(got), len(want))
				}
			}
		})
	}
}

func dimmed(g *grey) *grey {
	out := newGrey(g.w, g.h)
	for i, p := range g.pix {
		out.pix[i] = p / 4
	}
	return out
}

func asStrings(texts [][]byte) (list []string) {
	for _, text := range texts {
		list = append(list, string(text))
	}
	return list
}
