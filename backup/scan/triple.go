package scan

import (
	"cmp"
	"math"
	"slices"
)

// triple is three finders that may be the corners of a code.
type triple struct {
	corner, right, below int     // indices
	skew                 float64 // how far from a right angle with equal sides
}

// maxTriples bounds the work for a picture of noise.
const maxTriples = 20000

// triples lists what may be codes, the squarest first.
func triples(found []finder) (list []triple) {
	for i := range found {
		near := neighbours(found, i)
		for a, j := range near {
			for _, k := range near[a+1:] {
				if t, ok := corners(found, i, j, k); ok && len(list) < maxTriples {
					list = append(list, t)
				}
			}
		}
	}
	slices.SortStableFunc(list, func(a, b triple) int { return cmp.Compare(a.skew, b.skew) })
	return list
}

// neighbours returns the finders that have the same size, as far away as those of one code.
func neighbours(found []finder, i int) (near []int) {
	f := found[i]
	for j, g := range found {
		unit := (f.unit + g.unit) / 2
		d := math.Hypot(f.x-g.x, f.y-g.y) / unit
		if j != i && d > 9 && d < float64(sizeOf(maxVersion)) && f.unit < 1.7*g.unit && g.unit < 1.7*f.unit {
			near = append(near, j)
		}
	}
	return near
}

func corners(found []finder, i, j, k int) (triple, bool) {
	ax, ay := found[j].x-found[i].x, found[j].y-found[i].y
	bx, by := found[k].x-found[i].x, found[k].y-found[i].y
	la, lb := math.Hypot(ax, ay), math.Hypot(bx, by)
	cosine := (ax*bx + ay*by) / (la * lb)
	ratio := max(la/lb, lb/la)
	if math.Abs(cosine) > 0.4 || ratio > 1.6 {
		return triple{}, false
	}
	t := triple{i, j, k, math.Abs(cosine) + ratio - 1}
	if ax*by-ay*bx < 0 { // y grows downwards, so right, then below, turns with the clock
		t.right, t.below = k, j
	}
	return t, true
}
