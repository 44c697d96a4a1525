package scan

import (
	"cmp"
	"image"
	"math"
	"slices"
)

// sight is a picture with what is needed to tell dark from light at any place of it.
type sight struct {
	*grey
	around *sums
}

// shade tells how much darker a place is than what is around it, within radius; darker than light is positive.
func (s sight) shade(x, y float64, radius int) float64 {
	return float64(s.around.mean(int(x), int(y), radius)) - s.between(x, y)
}

// fit is a code that three finders may belong to, of one size.
type fit struct {
	version int
	ends    [4]point // in the picture: the middles of the finders (corner, right, below), and of the fourth corner's alignment pattern
	from    [4]point // the same in the code
	radius  int
	score   float64
}

// contrast bounds what one module can say for a fit, so that a few very dark ones do not outvote the rest.
const contrast = 40

// fits lists the sizes that three finders may be of, those whose timing patterns show best first.
func (s sight) fits(corner, right, below finder) (list []fit) {
	unit := (corner.unit + right.unit + below.unit) / 3
	side := (math.Hypot(right.x-corner.x, right.y-corner.y) + math.Hypot(below.x-corner.x, below.y-corner.y)) / 2
	for version := 1; version <= maxVersion; version++ {
		size := float64(sizeOf(version))
		// A finder that is turned by 45 degrees is 1.4 times as wide along a row; a narrow view makes it smaller.
		if ratio := side / (size - 7) / unit; ratio < 0.6 || ratio > 1.35 {
			continue
		}
		f := fit{version: version, radius: max(int(6.5*side/(size-7)), 3)}
		f.from = [4]point{{3.5, 3.5}, {size - 3.5, 3.5}, {3.5, size - 3.5}, {size - 3.5, size - 3.5}}
		f.ends = [4]point{{corner.x, corner.y}, {right.x, right.y}, {below.x, below.y}, {right.x + below.x - corner.x, right.y + below.y - corner.y}}
		g, ok := gridOf(f.from, f.ends)
		if !ok {
			continue
		}
		if f.score = s.timing(g, sizeOf(version), f.radius); f.score >= 0.62 {
			list = append(list, f)
		}
	}
	slices.SortStableFunc(list, func(a, b fit) int { return cmp.Compare(b.score, a.score) })
	return list[:min(len(list), 3)]
}

// timing is the part of both timing patterns that has the right colours.
func (s sight) timing(g grid, size, radius int) float64 {
	good, all := 0, 0
	for i := 8; i < size-8; i++ {
		for _, p := range [2]point{{float64(i) + 0.5, 6.5}, {6.5, float64(i) + 0.5}} {
			x, y := g.at(p.x, p.y)
			good += bit(s.shade(x, y, radius) > 0 == (i%2 == 0))
			all++
		}
	}
	return float64(good) / float64(all)
}

// align finds the alignment pattern near the fourth corner, which stands apart from where a parallelogram has its corner as far as the
// picture was taken aslant. Version 1 has none.
func (s sight) align(f fit) fit {
	if f.version < 2 {
		return f
	}
	g, ok := gridOf(f.from, f.ends)
	if !ok {
		return f
	}
	at := float64(sizeOf(f.version)) - 6.5
	reach := 3 + float64(sizeOf(f.version))/10
	best, place := math.Inf(-1), point{}
	for dy := -reach; dy <= reach; dy += 0.5 {
		for dx := -reach; dx <= reach; dx += 0.5 {
			sum := -0.02 * contrast * math.Hypot(dx, dy) // of two alike the nearer one
			for y := -2.0; y <= 2; y++ {
				for x := -2.0; x <= 2; x++ {
					px, py := g.at(at+dx+x, at+dy+y)
					v := clip(s.shade(px, py, f.radius))
					if max(abs(x), abs(y)) == 1 {
						v = -v
					}
					sum += v
				}
			}
			if sum > best {
				best = sum
				place.x, place.y = g.at(at+dx, at+dy)
			}
		}
	}
	f.from[3], f.ends[3] = point{at, at}, place
	return f
}

func clip(v float64) float64 { return min(max(v, -contrast), contrast) }

// settle moves the four ends by less and less, as long as more of the fixed patterns show.
func (s sight) settle(f fit) fit {
	fixed := patterns(f.version)
	unit := math.Hypot(f.ends[1].x-f.ends[0].x, f.ends[1].y-f.ends[0].y) / (f.from[1].x - f.from[0].x)
	f.score = s.match(f, fixed)
	for step := 0.6 * unit; step > 0.04*unit; step /= 2 {
		for again := 0; again < 4; again++ {
			moved := false
			for i := range 16 {
				try := f
				way := step * float64(1-i%2*2)
				if i/2%2 == 0 {
					try.ends[i/4].x += way
				} else {
					try.ends[i/4].y += way
				}
				if try.score = s.match(try, fixed); try.score > f.score {
					f, moved = try, true
				}
			}
			if !moved {
				break
			}
		}
	}
	return f
}

// match tells how well the fixed patterns show.
func (s sight) match(f fit, fixed []function) (sum float64) {
	g, ok := gridOf(f.from, f.ends)
	if !ok {
		return math.Inf(-1)
	}
	for _, m := range fixed {
		x, y := g.at(float64(m.x)+0.5, float64(m.y)+0.5)
		v := clip(s.shade(x, y, f.radius))
		if !m.dark {
			v = -v
		}
		sum += v
	}
	return sum
}

// box is what the code covers.
func (f fit) box() (box image.Rectangle) {
	size := float64(sizeOf(f.version))
	g, _ := gridOf(f.from, f.ends)
	for _, p := range [4]point{{0, 0}, {size, 0}, {0, size}, {size, size}} {
		x, y := g.at(p.x, p.y)
		box = box.Union(image.Rect(int(x), int(y), int(x)+1, int(y)+1))
	}
	return box
}

// use marks the finders that a code covers, and what looks like one in its midst.
func (f fit) use(found []finder) {
	back, ok := gridOf(f.ends, f.from)
	size := float64(sizeOf(f.version))
	for i := range found {
		x, y := back.at(found[i].x, found[i].y)
		found[i].used = found[i].used || ok && x > 0 && y > 0 && x < size && y < size
	}
}
