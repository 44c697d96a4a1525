package scan

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"testing"
)

// What happens to a page between the printer and the reader. Each returns a new picture.

func turned(g *grey, degrees float64) *grey {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	w, h := float64(g.w), float64(g.h)
	out := newGrey(int(w*abs(cos)+h*abs(sin)), int(w*abs(sin)+h*abs(cos)))
	for y := range out.h {
		for x := range out.w {
			dx, dy := float64(x)+0.5-float64(out.w)/2, float64(y)+0.5-float64(out.h)/2
			sx, sy := dx*cos+dy*sin+w/2, dy*cos-dx*sin+h/2
			v := 90.0 // the table it lies on
			if sx >= 0 && sy >= 0 && sx < w && sy < h {
				v = g.between(sx, sy)
			}
			out.pix[y*out.w+x] = byte(v)
		}
	}
	return out
}

// aslant is what a camera sees that is not held straight above: the far edge is shorter by the part shrink.
func aslant(g *grey, shrink float64) *grey {
	w, h := float64(g.w), float64(g.h)
	t, _ := gridOf([4]point{{w * shrink / 2, 0}, {w - w*shrink/2, 0}, {0, h}, {w, h}}, [4]point{{0, 0}, {w, 0}, {0, h}, {w, h}})
	out := newGrey(g.w, g.h)
	for y := range g.h {
		for x := range g.w {
			if sx, sy := t.at(float64(x)+0.5, float64(y)+0.5); sx >= 0 && sx < w && sy >= 0 && sy < h {
				out.pix[y*g.w+x] = byte(g.between(sx, sy))
			}
		}
	}
	return out
}

func blurred(g *grey, sigma float64) *grey {
	reach := int(3*sigma) + 1
	var weights []float64
	for d := -reach; d <= reach; d++ {
		weights = append(weights, math.Exp(-float64(d*d)/(2*sigma*sigma)))
	}
	along := func(g *grey, dx, dy int) *grey {
		out := newGrey(g.w, g.h)
		for y := range g.h {
			for x := range g.w {
				sum, all := 0.0, 0.0
				for i, k := range weights {
					u, v := x+(i-reach)*dx, y+(i-reach)*dy
					if u >= 0 && u < g.w && v >= 0 && v < g.h {
						sum += k * float64(g.pix[v*g.w+u])
						all += k
					}
				}
				out.pix[y*g.w+x] = byte(sum/all + 0.5)
			}
		}
		return out
	}
	return along(along(g, 1, 0), 0, 1)
}

// unevenly lit: from full light at the left above to a third of it at the right below.
func unevenlyLit(g *grey) *grey {
	out := newGrey(g.w, g.h)
	for i, p := range g.pix {
		far := (float64(i%g.w)/float64(g.w) + float64(i/g.w)/float64(g.h)) / 2
		out.pix[i] = byte(float64(p) * (1 - 0.67*far))
	}
	return out
}

func noisy(g *grey, sigma float64) *grey {
	r := rand.New(rand.NewPCG(7, 7))
	out := newGrey(g.w, g.h)
	for i, p := range g.pix {
		out.pix[i] = byte(min(max(float64(p)+r.NormFloat64()*sigma, 0), 255))
	}
	return out
}

func blackedOut(g *grey, box image.Rectangle) *grey {
	out := &grey{g.w, g.h, bytes.Clone(g.pix)}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			out.pix[y*g.w+x] = 10
		}
	}
	return out
}

func asJPEG(t testing.TB, g *grey, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, asImage(g), &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asImage(g *grey) *image.Gray {
	return &image.Gray{Pix: g.pix, Stride: g.w, Rect: image.Rect(0, 0, g.w, g.h)}
}

func throughJPEG(t testing.TB, g *grey, quality int) *grey {
	t.Helper()
	out, err := decodePicture(asJPEG(t, g, quality))
	if err != nil {
		t.Fatal(err)
	}
	return out
}
