package scan

import (
	"image"
	"math"
)

const (
	workPixels = 16 << 20 // a larger picture is made smaller first: 600 dpi are no better than 300
	tinySide   = 200      // up to here a picture can be a code with one pixel a module
	enlarged   = 6        // times, such a picture
	smallSide  = 2000     // up to here it is worth to look twice as closely
)

// page is one picture that is being read.
type page struct {
	texts  [][]byte          // of each code that was read; the caller wipes them
	places []image.Rectangle // where each is, in the picture as it was looked at
	others int               // codes of another kind than ours, in the last look
	lost   int               // places that look like a code and could not be read, in the last look
	read   []fit             // the codes that the present look has found
	tries  int               // grids that were laid so far
	effort *int              // what may still be done for the whole file
}

// maxTries bounds the work for a picture that is full of finder patterns. A page needs one for each code, and has no more than fifty.
const maxTries = 400

// maxEffort bounds the same for all pictures of a file: 1 for a guess at three finders, tryEffort for a grid; together about ten seconds.
const (
	maxEffort = 500_000
	tryEffort = 100
)

// read finds the codes of a picture, which stays the caller's. enough is asked after a look that lost something, whether what was found will do.
//
// A page of 300 dpi takes about a quarter of a second. Where something is lost, or no code is found, there is a second look, closer where the
// picture is small, and from further away where it is large and may be blurred.
func read(g *grey, effort *int, enough func(*page) bool) *page {
	p := &page{effort: effort}
	if max(g.w, g.h) <= tinySide {
		p.tiny(g)
		return p
	}
	if n := int(math.Ceil(math.Sqrt(float64(g.w*g.h) / workPixels))); n > 1 {
		g = g.smaller(n)
		defer g.wipe()
	}
	side := max(g.w, g.h)
	p.look(g, side/100, side/40, side/8)
	if len(p.texts) > 0 && (p.lost == 0 || enough(p)) {
		return p
	}
	other, scale := g.smaller, 200
	if side <= smallSide {
		other, scale = g.larger, 50
	}
	o := other(2)
	p.look(o, side/scale, side*4/scale)
	o.wipe()
	if len(p.texts) > 0 || p.others > 0 {
		return p
	}
	n := g.negative()
	p.look(n, side/50)
	n.wipe()
	return p
}

// tiny reads a picture that may be one code, one pixel a module, with a frame or without.
func (p *page) tiny(g *grey) {
	l := g.framed(enlarged, 36)
	p.look(l, 24, 100)
	l.wipe()
	if len(p.texts) > 0 {
		return
	}
	n := g.negative()
	l = n.framed(enlarged, 36)
	p.look(l, 24)
	n.wipe()
	l.wipe()
}

// look reads what it can of a picture. What is dark is told by what is around, in each of these radiuses:
// small ones, of about three modules, see through blur, and large ones see large codes.
func (p *page) look(g *grey, radii ...int) {
	s := sight{g, sumsOf(g)}
	defer s.around.wipe()
	p.lost, p.others, p.read = 0, 0, nil
	for _, radius := range radii {
		b := bitmapOf(g, s.around, max(radius, 8))
		found := b.finders()
		b.wipe()
		for _, f := range p.read {
			f.use(found)
		}
		p.lost = 0
		for _, t := range triples(found) {
			p.try(s, found, t)
		}
	}
}

// try reads the code of three finders, if it is one.
func (p *page) try(s sight, found []finder, t triple) {
	corner, right, below := &found[t.corner], &found[t.right], &found[t.below]
	if *p.effort--; corner.used || right.used || below.used || *p.effort < 0 {
		return
	}
	for i, f := range s.fits(*corner, *right, *below) {
		if *p.effort < tryEffort || p.tries == maxTries {
			return
		}
		p.tries++
		*p.effort -= tryEffort
		f = s.settle(s.align(f))
		sampled, ok := s.sample(f)
		if !ok {
			continue
		}
		text, code := sampled.decode()
		sampled.wipe()
		if code {
			p.read = append(p.read, f)
			p.add(text, f.box())
			f.use(found)
			return
		}
		if i == 0 && f.score > 0.5*contrast*float64(len(patterns(f.version))) {
			p.lost++
		}
	}
}

func (p *page) add(text []byte, place image.Rectangle) {
	if text == nil {
		p.others++
		return
	}
	p.texts = append(p.texts, text)
	p.places = append(p.places, place)
}
