package scan

import (
	"cmp"
	"math"
	"slices"
)

// finder is a place that looks like a finder pattern: on a line through its middle, at any angle, dark, light, dark, light and dark
// are as 1:1:3:1:1.
type finder struct {
	x, y float64 // its middle
	unit float64 // a seventh of its width along the rows, which grows as it is turned
	seen int     // how many rows crossed it
	used bool    // it belongs to a code that was read
}

const (
	maxFinders = 240  // the ones most rows crossed; a page has 3 for each code, and text makes some
	maxRaw     = 2000 // before they are sorted
	minUnit    = 1.5  // pixels; smaller modules can't be read
)

// bitmap is a picture in dark and light.
type bitmap struct {
	w, h int
	dark []bool
}

func bitmapOf(g *grey, s *sums, radius int) *bitmap {
	b := &bitmap{g.w, g.h, make([]bool, g.w*g.h)}
	for y := range g.h {
		s.dark(g, y, radius, b.dark[y*g.w:(y+1)*g.w])
	}
	return b
}

func (b *bitmap) wipe() { clear(b.dark) }

// finders looks for finder patterns along the rows, and crosswise where one shows.
func (b *bitmap) finders() []finder {
	var found []finder
	step := 1
	if b.h > 1500 {
		step = 2
	}
	for y := step / 2; y < b.h; y += step {
		var runs [5]int // the last five, the newest last
		row := b.dark[y*b.w : (y+1)*b.w]
		start := 0
		for x := 1; x <= b.w; x++ {
			if x < b.w && row[x] == row[x-1] {
				continue
			}
			copy(runs[:], runs[1:])
			runs[4] = x - start
			start = x
			if row[x-1] && finderLike(runs) {
				found = b.confirm(found, x, y, runs)
			}
		}
	}
	found = slices.DeleteFunc(found, func(f finder) bool { return f.seen < 2 })
	slices.SortStableFunc(found, func(f, g finder) int { return cmp.Compare(g.seen, f.seen) })
	return found[:min(len(found), maxFinders)]
}

// finderLike tells whether five runs are as 1:1:3:1:1, give or take what blur and a coarse picture do.
func finderLike(runs [5]int) bool {
	total := 0
	for _, r := range runs {
		if r == 0 {
			return false
		}
		total += r
	}
	unit := float64(total) / 7
	if unit < minUnit {
		return false
	}
	slack := 0.5*unit + 0.6
	for i, r := range runs {
		want, allowed := unit, slack
		if i == 2 {
			want, allowed = 3*unit, 2*slack
		}
		if math.Abs(float64(r)-want) > allowed {
			return false
		}
	}
	return true
}

// confirm crosses what a row showed downwards and sideways again, and adds it to the list or to the finder it is part of.
func (b *bitmap) confirm(found []finder, end, y int, runs [5]int) []finder {
	total := runs[0] + runs[1] + runs[2] + runs[3] + runs[4]
	cx := end - runs[4] - runs[3] - (runs[2]+1)/2
	cy, height, ok := b.cross(cx, y, 0, 1, total)
	if !ok {
		return found
	}
	mx, width, ok := b.cross(cx, int(cy), 1, 0, total)
	if !ok || width > 1.7*height || height > 1.7*width {
		return found
	}
	unit := (width + height) / 14
	for i := range found {
		f := &found[i]
		if math.Abs(f.x-mx) < 2*unit && math.Abs(f.y-cy) < 2*unit && f.unit < 1.6*unit && unit < 1.6*f.unit {
			n := float64(f.seen)
			f.x, f.y, f.unit = (f.x*n+mx)/(n+1), (f.y*n+cy)/(n+1), (f.unit*n+unit)/(n+1)
			f.seen++
			return found
		}
	}
	if len(found) == maxRaw {
		return found
	}
	return append(found, finder{x: mx, y: cy, unit: unit, seen: 1})
}

// cross measures the five runs through a dark pixel along x or y. middle is that of the middle run, in x or y.
func (b *bitmap) cross(x, y, dx, dy, expected int) (middle, total float64, ok bool) {
	if x < 0 || x >= b.w || y < 0 || y >= b.h || !b.dark[y*b.w+x] {
		return 0, 0, false
	}
	var runs [5]int
	limit := 2 * expected
	walk := func(sx, sy int, sign int, into ...int) {
		px, py, dark := sx, sy, true
		for _, i := range into {
			for px >= 0 && px < b.w && py >= 0 && py < b.h && b.dark[py*b.w+px] == dark && runs[i] < limit {
				runs[i]++
				px, py = px+sign*dx, py+sign*dy
			}
			dark = !dark
		}
	}
	walk(x+dx, y+dy, 1, 2, 3, 4)
	after := runs[2]
	walk(x, y, -1, 2, 1, 0)
	if !finderLike(runs) {
		return 0, 0, false
	}
	start := x*dx + y*dy + 1 + after // one behind the middle run
	return float64(start) - float64(runs[2])/2, float64(runs[0] + runs[1] + runs[2] + runs[3] + runs[4]), true
}
