package shares

import (
	"bytes"
	"crypto/subtle"
	"fmt"
	"slices"

	"sigtool/internal/secret"
)

// misfit is a share that does not go with the others, by its place among those given.
type misfit struct {
	at  int
	why string
}

// misfits refuse shares that are sound one by one and do not belong together.
type misfits []misfit

func (m misfits) Error() string { return m[0].why }

// missing says what more is needed.
type missing struct{ want string }

func (m *missing) Error() string { return m.want }

// combine returns the encrypted master secret of shares, of which there may be more than needed; all have to agree. The caller
// wipes it. Error: misfits, or *missing.
func combine(all []*share) ([]byte, error) {
	if err := sameSet(all); err != nil {
		return nil, err
	}
	groups, err := byGroup(all)
	if err != nil {
		return nil, err
	}
	if want := wanted(all, groups); want != "" {
		return nil, &missing{want}
	}
	var points []point
	defer func() { wipePoints(points) }()
	var refused misfits
	for g, members := range groups {
		if len(members) == 0 || len(members) < all[members[0]].need {
			continue
		}
		y, odd := join(all[members[0]].need, pointsOf(all, members))
		if y == nil || len(odd) > 0 {
			refused = append(refused, oddShares(members, odd)...)
			secret.Wipe(y)
			continue
		}
		points = append(points, point{byte(g), y})
	}
	if refused != nil {
		return nil, refused
	}
	y, odd := join(all[0].groupNeed, points)
	if y == nil || len(odd) > 0 {
		secret.Wipe(y)
		return nil, oddGroups(groups, points, odd)
	}
	return y, nil
}

// sameSet refuses shares of several sets.
func sameSet(all []*share) error {
	for _, s := range all {
		if s.set == all[0].set {
			continue
		}
		var m misfits
		for i, s := range all {
			m = append(m, misfit{i, "of set " + s.name() + s.alike(all)})
		}
		return m
	}
	return nil
}

// alike adds what tells a set from another with the same name.
func (s *share) alike(all []*share) string {
	for _, other := range all {
		if other.id == s.id && other.set != s.set {
			return fmt.Sprintf(" with %d of %d groups needed, exponent %d", s.groupNeed, s.groupOf, s.exponent)
		}
	}
	return ""
}

// byGroup sorts the shares into their groups, without those that are there twice, and refuses what one split can't have made.
func byGroup(all []*share) (groups [][]int, err error) {
	groups = make([][]int, all[0].groupOf)
	for i, s := range all {
		if s.group >= s.groupOf {
			return nil, misfits{{i, fmt.Sprintf("of group %d, and there are %d", s.group+1, s.groupOf)}}
		}
		again := false
		for _, j := range groups[s.group] {
			switch other := all[j]; {
			case other.need != s.need:
				return nil, misfits{{j, needs(other)}, {i, needs(s)}}
			case other.member == s.member && !bytes.Equal(other.value, s.value):
				why := fmt.Sprintf("share %d, and another paper has the same number with other words: one of them is forged or of another set", s.member+1)
				return nil, misfits{{j, why}, {i, why}}
			case other.member == s.member:
				again = true
			}
		}
		if !again {
			groups[s.group] = append(groups[s.group], i)
		}
	}
	return groups, nil
}

func needs(s *share) string {
	return fmt.Sprintf("says that %d restore its group, and another paper says otherwise", s.need)
}

func pointsOf(all []*share, members []int) (points []point) {
	for _, i := range members {
		points = append(points, point{byte(all[i].member), all[i].value})
	}
	return points
}

// join returns the secret of points, and the places of those that do not agree with it; nil where no choice of them has a digest
// that fits. The first choice is the right one unless something is wrong.
func join(need int, points []point) (whole []byte, odd []int) {
	if need == 1 {
		return same(points)
	}
	choice := make([]int, need)
	for i := range choice {
		choice[i] = i
	}
	for ok := true; ok; ok = next(choice, len(points)) {
		var base []point
		for _, i := range choice {
			base = append(base, points[i])
		}
		if whole = prove(base); whole == nil {
			continue
		}
		for i, p := range points {
			y := interpolate(p.x, base)
			if subtle.ConstantTimeCompare(y, p.y) == 0 {
				odd = append(odd, i)
			}
			secret.Wipe(y)
		}
		return whole, odd
	}
	return nil, nil
}

// prove returns the secret of as many points as are needed, or nil if its digest does not fit.
func prove(base []point) []byte {
	whole, proof := interpolate(secretAt, base), interpolate(digestAt, base)
	defer secret.Wipe(proof)
	want := digest(proof[digestSize:], whole)
	if subtle.ConstantTimeCompare(proof[:digestSize], want) == 0 {
		secret.Wipe(whole)
		return nil
	}
	return whole
}

// same takes points of which one is enough: they have to be the same. The odd ones can be told where more agree than not.
func same(points []point) (whole []byte, odd []int) {
	for _, p := range points {
		odd = odd[:0]
		for i, other := range points {
			if subtle.ConstantTimeCompare(p.y, other.y) == 0 {
				odd = append(odd, i)
			}
		}
		if 2*len(odd) < len(points) {
			return slices.Clone(p.y), odd
		}
	}
	return nil, nil
}

// next makes the next choice of so many places in order; false after the last.
func next(choice []int, of int) bool {
	for i := len(choice) - 1; i >= 0; i-- {
		if choice[i] < of-len(choice)+i {
			choice[i]++
			for j := i + 1; j < len(choice); j++ {
				choice[j] = choice[j-1] + 1
			}
			return true
		}
	}
	return false
}
