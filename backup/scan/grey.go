package scan

import "sigtool/internal/secret"

// grey is a picture, 0 black to 255 white, row by row.
type grey struct {
	w, h int
	pix  []byte
}

func newGrey(w, h int) *grey { return &grey{w, h, make([]byte, w*h)} }

func (g *grey) wipe() { secret.Wipe(g.pix) }

// smaller returns the picture at 1/n of its size: each pixel is the mean of n by n.
func (g *grey) smaller(n int) *grey {
	s := newGrey(max(g.w/n, 1), max(g.h/n, 1))
	for y := range s.h {
		for x := range s.w {
			sum, count := 0, 0
			for v := y * n; v < min(y*n+n, g.h); v++ {
				for u := x * n; u < min(x*n+n, g.w); u++ {
					sum += int(g.pix[v*g.w+u])
					count++
				}
			}
			s.pix[y*s.w+x] = byte(sum / count)
		}
	}
	return s
}

// larger returns the picture n times as large, with smooth steps.
func (g *grey) larger(n int) *grey {
	l := newGrey(g.w*n, g.h*n)
	for y := range l.h {
		for x := range l.w {
			l.pix[y*l.w+x] = byte(g.between((float64(x)+0.5)/float64(n), (float64(y)+0.5)/float64(n)))
		}
	}
	return l
}

// framed returns the picture n times as large, each pixel a square, in a white frame: a quiet zone for a code that is drawn without one.
func (g *grey) framed(n, frame int) *grey {
	l := newGrey(g.w*n+2*frame, g.h*n+2*frame)
	for i := range l.pix {
		l.pix[i] = 255
	}
	for y := range g.h * n {
		for x := range g.w * n {
			l.pix[(y+frame)*l.w+x+frame] = g.pix[y/n*g.w+x/n]
		}
	}
	return l
}

// negative returns the picture with light and dark exchanged.
func (g *grey) negative() *grey {
	n := newGrey(g.w, g.h)
	for i, p := range g.pix {
		n.pix[i] = 255 - p
	}
	return n
}

// between is the brightness at a point, between the four pixels around it; the middle of the first pixel is 0.5, 0.5.
func (g *grey) between(x, y float64) float64 {
	x, y = min(max(x-0.5, 0), float64(g.w-1)), min(max(y-0.5, 0), float64(g.h-1))
	x0, y0 := int(x), int(y)
	fx, fy := x-float64(x0), y-float64(y0)
	x1, y1 := min(x0+1, g.w-1), min(y0+1, g.h-1)
	top, bottom := g.pix[y0*g.w:y0*g.w+g.w], g.pix[y1*g.w:y1*g.w+g.w]
	return (float64(top[x0])*(1-fx)+float64(top[x1])*fx)*(1-fy) + (float64(bottom[x0])*(1-fx)+float64(bottom[x1])*fx)*fy
}

// sums holds for each pixel the sum of all above it and to its left, so that the mean of any box is four look-ups: what counts as dark
// is told by what is around, which uneven light does not mislead. A sum may overflow; the difference of two is still right, as no
// box has more than maxPixels pixels.
type sums struct {
	w, h int
	sum  []uint32
}

func sumsOf(g *grey) *sums {
	s := &sums{g.w, g.h, make([]uint32, (g.w+1)*(g.h+1))}
	for y := range g.h {
		row := uint32(0)
		above, here := s.sum[y*(g.w+1):(y+1)*(g.w+1)], s.sum[(y+1)*(g.w+1):(y+2)*(g.w+1)]
		for x, p := range g.pix[y*g.w : (y+1)*g.w] {
			row += uint32(p)
			here[x+1] = above[x+1] + row
		}
	}
	return s
}

func (s *sums) wipe() { clear(s.sum) }

// mean is the brightness around a pixel, up to radius pixels away in x and y.
func (s *sums) mean(x, y, radius int) int {
	x0, x1 := max(x-radius, 0), min(x+radius+1, s.w)
	y0, y1 := max(y-radius, 0), min(y+radius+1, s.h)
	if x0 >= x1 || y0 >= y1 {
		return 255
	}
	w := s.w + 1
	return int(s.sum[y1*w+x1]-s.sum[y0*w+x1]-s.sum[y1*w+x0]+s.sum[y0*w+x0]) / ((x1 - x0) * (y1 - y0))
}

// dark tells for each pixel of a row whether it is darker than what is around it, by a twentieth at least: bare paper has no dark.
func (s *sums) dark(g *grey, y, radius int, row []bool) {
	w := s.w + 1
	y0, y1 := max(y-radius, 0), min(y+radius+1, s.h)
	top, bottom := s.sum[y0*w:(y0+1)*w], s.sum[y1*w:(y1+1)*w]
	for x, p := range g.pix[y*g.w : (y+1)*g.w] {
		x0, x1 := max(x-radius, 0), min(x+radius+1, s.w)
		sum := bottom[x1] - top[x1] - bottom[x0] + top[x0]
		row[x] = uint32(p)*uint32((x1-x0)*(y1-y0))/19 < sum/20
	}
}
