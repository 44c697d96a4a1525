package scan

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/boombuler/barcode/qr"
)

// paint puts codes on a white page.
func paint(t testing.TB, w, h int, module float64, columns int, texts []string) *grey {
	g := newGrey(w, h)
	for i := range g.pix {
		g.pix[i] = 255
	}
	for i, text := range texts {
		m := modulesOf(draw(t, text, qr.AlphaNumeric))
		box := int(float64(m.size+8) * module)
		x0, y0 := 40+i%columns*box+i*3, 40+i/columns*box+i*5
		for y := range int(float64(m.size) * module) {
			for x := range int(float64(m.size) * module) {
				if m.at(int(float64(x)/module), int(float64(y)/module)) {
					g.pix[(y0+y)*w+x0+x] = 20
				}
			}
		}
	}
	return g
}

// What a camera and a scanner do to six codes of 400 characters at 150 dpi, and how far it may go.
func TestHurtCodes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	var texts []string
	for range 6 {
		texts = append(texts, randomText(r, 390))
	}
	fine := paint(t, 1240*2, 1754*2, 9.4, 2, texts)
	g := fine.smaller(2)
	hurt := map[string]*grey{"as it is": g, "at 300 dpi": fine, "at 100 dpi": fine.smaller(3), "noise": noisy(turned(g, 2), 20), "blurred by 2": blurred(turned(g, 1), 2)}
	for _, degrees := range []float64{1, 3, 10, 33, 45, 90, 135, 180, 183, 270} {
		hurt[fmt.Sprintf("turned by %v", degrees)] = blurred(turned(g, degrees), 1)
	}
	for _, shrink := range []float64{0.1, 0.2} {
		hurt[fmt.Sprintf("aslant by %v", shrink)] = blurred(aslant(turned(g, 5), shrink), 1)
	}
	for name, g := range hurt {
		got := codesOf(throughJPEG(t, unevenlyLit(g), 40)).texts
		read := map[string]bool{}
		for _, text := range got {
			read[string(text)] = true
		}
		for i, text := range texts {
			if !read[text] {
				t.Errorf("%s: code %d was not read", name, i+1)
			}
		}
		if len(read) != len(texts) {
			t.Errorf("%s: %d codes", name, len(read))
		}
	}
}
