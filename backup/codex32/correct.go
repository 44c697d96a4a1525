package codex32

import "slices"

// span is how many roots of the generator stand in a row, and with it what can be put right: two for each wrong symbol, one for each
// that could not be read.
const span = 8

// maxErased is how many unreadable symbols a checksum of 13 can fill in where nothing else is wrong and they happen to stand well, as
// any 13 in a row do. Beyond span nothing is left to tell a wrong filling, so something else has to prove it.
const maxErased = 13

// correct puts a data part right in place: wrong symbols, and the unknown ones. It returns the places that it changed or filled in.
// It changes nothing that it can't make sound.
func (c *checksum) correct(data []byte, maxWrong int) (places []int, ok bool) {
	var erased []int
	for i, symbol := range data {
		if symbol == unknown {
			erased = append(erased, i)
			data[i] = 0
		}
	}
	places, values, ok := c.find(data, erased, maxWrong)
	if ok {
		for i, at := range places {
			data[at] ^= values[i]
		}
		if ok = isZero(c.gap(data)); !ok {
			for i, at := range places {
				data[at] ^= values[i]
			}
		}
	}
	if !ok {
		for _, at := range erased {
			data[at] = unknown
		}
		return nil, false
	}
	return places, true
}

// find returns the places that are wrong or erased, and what has to be added to the symbols there.
func (c *checksum) find(data []byte, erased []int, maxWrong int) (places []int, values []byte, ok bool) {
	gap := c.gap(data)
	if isZero(gap) {
		return erased, make([]byte, len(erased)), true
	}
	if len(erased) > span || maxWrong == 0 {
		values, ok = c.solve(gap, erased, len(data))
		return erased, values, ok
	}
	s := c.syndromes(gap)
	locator, wrong := c.locate(s, erased, len(data))
	if wrong > maxWrong || 2*wrong+len(erased) > span {
		return nil, nil, false
	}
	x, step := element(1), c.root.inverse() // the inverse of the last place's name, and from a place to the one before
	for at := len(data) - 1; at >= 0; at-- {
		if locator.at(x) == 0 {
			places = append(places, at)
		}
		x = x.times(step)
	}
	if len(places) != wrong+len(erased) {
		return nil, nil, false
	}
	values, ok = c.solve(gap, places, len(data))
	return places, values, ok
}

// name is the power of the root that stands for a place.
func (c *checksum) name(at, n int) element { return c.root.power(n - 1 - at) }

// syndromes are the values of the gap at the eight roots in a row: of a sound string 0 each.
func (c *checksum) syndromes(gap []byte) (s [span]element) {
	x := c.root.power(c.first)
	for i := range s {
		for _, symbol := range gap {
			s[i] = s[i].times(x) ^ element(symbol)
		}
		x = x.times(c.root)
	}
	return s
}

// polynomial has its constant first.
type polynomial []element

func (p polynomial) at(x element) (y element) {
	for _, coefficient := range slices.Backward(p) {
		y = y.times(x) ^ coefficient
	}
	return y
}

// plus returns p + f·q·x.
func (p polynomial) plus(f element, q polynomial) polynomial {
	sum := make(polynomial, max(len(p), len(q)+1))
	copy(sum, p)
	for i, coefficient := range q {
		sum[i+1] ^= f.times(coefficient)
	}
	return sum
}

// locate is the algorithm of Berlekamp and Massey, begun with the places that are known to be erased (Blahut). The locator is
// 0 at the inverse of the name of each place that is erased or wrong; wrong is how many of the latter it thinks there are.
func (c *checksum) locate(s [span]element, erased []int, n int) (locator polynomial, wrong int) {
	locator = polynomial{1}
	for _, at := range erased {
		locator = locator.plus(c.name(at, n), locator)
	}
	length, before := len(erased), locator
	for r := len(erased); r < span; r++ {
		var discrepancy element
		for i := 0; i < len(locator) && i <= r; i++ {
			discrepancy ^= locator[i].times(s[r-i])
		}
		next := before.shifted()
		if discrepancy != 0 {
			better := locator.plus(discrepancy, before)
			if 2*length <= r+len(erased) {
				length = r + 1 + len(erased) - length
				next = locator.scaled(discrepancy.inverse())
			}
			locator = better
		}
		before = next
	}
	return locator, length - len(erased)
}

func (p polynomial) shifted() polynomial { return append(polynomial{0}, p...) }

func (p polynomial) scaled(f element) polynomial {
	q := make(polynomial, len(p))
	for i := range p {
		q[i] = p[i].times(f)
	}
	return q
}
