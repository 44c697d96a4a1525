package scan

import (
	"bytes"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"slices"
	"strings"
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

// Where the standard library would take more memory or time than a picture is worth, it is not asked.
func TestBombsAreRefused(t *testing.T) {
	t.Parallel()
	d := map[string]string{"Filter": "[/FlateDecode /FlateDecode]", "Width": "10", "Height": "10", "BitsPerComponent": "8"}
	if _, err := imageOf(d, deflated(t, make([]byte, 100))); err == nil || !strings.Contains(err.Error(), "several filters") {
		t.Errorf("compressed twice: %v", err)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 16, 16)), nil); err != nil {
		t.Fatal(err)
	}
	plain := b.Bytes()
	frame := bytes.Index(plain, []byte{0xff, 0xc0})
	stepped := bytes.Clone(plain)
	stepped[frame+1] = 0xc2
	// RST0 has no length. What stands behind it, taken for one, would lead to the false frame in the comment.
	comment := append([]byte{0xff, 0xfe, 0xff, 0xff}, make([]byte, 0xffff-2)...)
	copy(comment[0xfffe-2+2:], []byte{0xff, 0xc0})
	hidden := slices.Concat(plain[:2], []byte{0xff, 0xd0}, comment, stepped[2:])
	for name, c := range map[string]struct {
		data []byte
		want bool
	}{"baseline": {plain, false}, "progressive": {stepped, true}, "behind a restart mark": {hidden, true}, "cut off": {plain[:frame], true}} {
		if got := progressive(c.data); got != c.want {
			t.Errorf("%s: progressive %v", name, got)
		}
	}
	many := append(bytes.Clone(stepped), bytes.Repeat([]byte{0xff, 0xda}, maxSteps)...)
	if _, err := decodePicture(many); err == nil || !strings.Contains(err.Error(), "too many steps") {
		t.Errorf("%d scans: %v", maxSteps+1, err)
	}
}

// A tiny picture counts as what is made of it.
func TestTinyPicturesAreNotFree(t *testing.T) {
	f := &reading{Reader: &Reader{}, effort: maxEffort}
	f.look(newGrey(100, 100))
	if f.pixels < 2*36*100*100 {
		t.Errorf("a picture of 100x100 counts as %d pixels", f.pixels)
	}
}
