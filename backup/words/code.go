package words

import "slices"

// code is the 24 words and the four of the check line, as numbers: in order the coefficients of a polynomial, of x^27 first. A sheet's
// polynomial is 0 at a, a^2, a^3 and a^4 for a = 2: a Reed-Solomon code, any two of which differ in at least five words.
type code [total]uint16

// sums are the values at a to a^4. They depend on what is wrong alone.
func (c *code) sums() (s [checks]uint16) {
	at := locators()
	for j := range s {
		root := at[total-2-j]
		for _, word := range c {
			s[j] = mul(s[j], root) ^ word
		}
	}
	return s
}

// without frees the sums of what is wrong at a place. One less of them counts afterwards.
func without(sums [checks]uint16, place int) (rest [checks]uint16) {
	at := locators()[place]
	for i := range checks - 1 {
		rest[i] = sums[i+1] ^ mul(at, sums[i])
	}
	return rest
}

// fill sets the words at the places, at most four, to those that belong there if all others are right. sums are those of the code.
func (c *code) fill(places []int, sums [checks]uint16) {
	at := locators()
	for _, place := range places {
		rest, scale := sums, at[place]
		for _, other := range places {
			if other != place {
				rest = without(rest, other)
				scale = mul(scale, at[place]^at[other])
			}
		}
		c[place] ^= mul(rest[0], inverse(scale))
	}
}

// seal sets the check line.
func (c *code) seal() { c.fill([]int{count, count + 1, count + 2, count + 3}, c.sums()) }

// repair fills in what is missing, and puts other words into as few further places as it takes, at most more, until the words are
// right. It returns false, and is as it was, if there is no way.
func (c *code) repair(missing []int, more int, right func(*code) bool) bool {
	s := search{code: c, sums: c.sums(), right: right}
	left := s.sums
	for _, place := range missing[:min(len(missing), checks)] {
		left = without(left, place)
	}
	for n := 0; n <= more && len(missing)+n <= checks; n++ {
		if s.try(missing, left, 0, n) {
			return true
		}
	}
	return false
}

// search is one repair.
type search struct {
	code  *code
	sums  [checks]uint16
	right func(*code) bool
}

// try puts other words into the places and into n more, from a first one on. left are the sums without the places: what does not lie
// at them.
func (s *search) try(places []int, left [checks]uint16, first, n int) bool {
	if n == 0 {
		return zero(left[:checks-len(places)]) && s.take(places)
	}
	for place := first; place < total; place++ {
		if !slices.Contains(places, place) && s.try(append(places[:len(places):len(places)], place), without(left, place), place+1, n-1) {
			return true
		}
	}
	return false
}

// take puts other words into the places, and undoes it if they are not right.
func (s *search) take(places []int) bool {
	was := *s.code
	defer clear(was[:])
	if s.code.fill(places, s.sums); s.right(s.code) {
		return true
	}
	*s.code = was
	return false
}

func zero(sums []uint16) bool {
	for _, sum := range sums {
		if sum != 0 {
			return false
		}
	}
	return true
}
