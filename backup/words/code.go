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

// fill sets the words at the places, at most four, to the only ones that can stand there if all others are right. It changes nothing
// and returns false where the others can't be.
func (c *code) fill(places []int) bool {
	sums := c.sums()
	left := sums
	for _, place := range places {
		left = without(left, place)
	}
	for _, sum := range left[:checks-len(places)] {
		if sum != 0 {
			return false
		}
	}
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
	return true
}

// seal sets the check line.
func (c *code) seal() { c.fill([]int{count, count + 1, count + 2, count + 3}) }

// repair fills in what is missing, and puts other words into as few further places as it takes, at most more, until the words are
// right. It returns false, and is as it was, if there is no way.
func (c *code) repair(missing []int, more int, right func(*code) bool) bool {
	for n := 0; n <= more && len(missing)+n <= checks; n++ {
		if c.repairAt(missing, 0, n, right) {
			return true
		}
	}
	return false
}

// repairAt puts other words into n places from a first one on.
func (c *code) repairAt(places []int, first, n int, right func(*code) bool) bool {
	if n == 0 {
		was := *c
		if c.fill(places) && right(c) {
			return true
		}
		*c = was
		clear(was[:])
		return false
	}
	for place := first; place < total; place++ {
		if !slices.Contains(places, place) && c.repairAt(append(places[:len(places):len(places)], place), place+1, n-1, right) {
			return true
		}
	}
	return false
}
