package words

import "sync"

// GF(2^11) modulo x^11+x^2+1: a word's number in the list is an element, its bits the coefficients, and x, the number 2, generates all
// but 0. The sums run the same way whatever the words are: no table is looked up and no branch taken by a piece of the secret.
const (
	polynomial = 1<<wordBits | 1<<2 | 1
	generator  = 2
)

// mul multiplies.
func mul(a, b uint16) (product uint16) {
	for range wordBits {
		product ^= a & -(b & 1)
		b >>= 1
		a = a<<1 ^ polynomial&-(a>>(wordBits-1)&1)
	}
	return product
}

// inverse is 1/a: a^2046, since a^2047 is 1.
func inverse(a uint16) uint16 {
	r, square := uint16(1), a
	for range wordBits - 1 {
		square = mul(square, square)
		r = mul(r, square)
	}
	return r
}

// locators returns x^27, x^26, ... 1, which stand for the 28 places.
var locators = sync.OnceValue(func() *[total]uint16 {
	var at [total]uint16
	p := uint16(1)
	for i := total - 1; i >= 0; i-- {
		at[i] = p
		p = mul(p, generator)
	}
	return &at
})
