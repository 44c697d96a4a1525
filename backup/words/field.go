package words

import (
	"sync"

	"sigtool/internal/gf"
)

// A word's number in the list is an element of GF(2^11) modulo x^11+x^2+1; x, the number 2, generates all but 0.
const generator = 2

func mul(a, b uint16) uint16  { return gf.Field{Bits: wordBits, Poly: 0x805}.Mul(a, b) }
func inverse(a uint16) uint16 { return gf.Field{Bits: wordBits, Poly: 0x805}.Inverse(a) }

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
