package scan

import (
	"math/rand/v2"
	"testing"
	"time"
)

// Pictures made to keep the reader busy do not.
func TestHostilePictures(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	noise := newGrey(2000, 2000)
	for i := range noise.pix {
		noise.pix[i] = byte(r.Uint32())
	}
	pictures := map[string]*grey{
		"noise": noise, "blurred noise": blurred(noise, 2),
		"small finders": finderField(2, 3, 2000), "spread finders": finderField(7, 3, 2000), "large finders": finderField(9, 7, 2000),
	}
	for name, g := range pictures {
		effort, start := maxEffort, time.Now()
		p := read(g, &effort, func(*page) bool { return false })
		if len(p.texts) > 0 || p.tries > maxTries || effort < maxEffort/10 {
			t.Errorf("%s: %d codes, %d tries, %d of the effort is left", name, len(p.texts), p.tries, effort)
		}
		t.Logf("%s: %v", name, time.Since(start).Round(time.Millisecond))
	}
}

// finderField is a picture full of finder patterns, gap modules apart, with timing patterns between them.
func finderField(gap, module, side int) *grey {
	g := newGrey(side, side)
	pitch := 7 + gap
	for i := range g.pix {
		x, y := i%side/module%pitch, i/side/module%pitch
		ring := max(distance(x, 3), distance(y, 3))
		dark := ring <= 1 || ring == 3 || ring > 4 && (x+y)%2 == 0
		if !dark {
			g.pix[i] = 255
		}
	}
	return g
}
