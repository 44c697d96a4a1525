package codex32

import (
	"crypto/subtle"

	"sigtool/backup"
	"sigtool/internal/gf"
)

// Arithmetic in two fields, without a table that a secret would index and without a branch that a secret would take.
//
// GF(32) is bech32's: five bits, the polynomial x^5 + x^3 + 1 (BIP-173). GF(1024) is GF(32) with an element ζ for which
// ζ² = ζ + 1 (BIP-93, "Mathematical Companion"): a + bζ is kept as the number a + 32b.

const (
	symbolBits = 5
	symbolMask = 1<<symbolBits - 1
)

func mul(a, b byte) byte {
	return byte(gf.Field{Bits: symbolBits, Poly: 0x29}.Mul(uint16(a), uint16(b)))
}
func inverse(a byte) byte { return byte(gf.Field{Bits: symbolBits, Poly: 0x29}.Inverse(uint16(a))) }

// element is one of GF(1024).
type element uint16

func (e element) low() byte  { return byte(e & symbolMask) }
func (e element) high() byte { return byte(e >> symbolBits) }

// times multiplies: (a + bζ)(c + dζ) = (ac + bd) + (ad + bc + bd)ζ.
func (e element) times(f element) element {
	ac, bd := mul(e.low(), f.low()), mul(e.high(), f.high())
	all := mul(e.low()^e.high(), f.low()^f.high())
	return element(ac^bd) | element(all^ac)<<symbolBits
}

// power raises to a power that is no secret.
func (e element) power(n int) element {
	p := element(1)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			p = p.times(e)
		}
		e = e.times(e)
	}
	return p
}

// inverse of an element other than 0.
func (e element) inverse() element { return e.power(1022) }

// letter is the character of a five-bit number, in capitals. It looks at the whole alphabet, whatever the number.
func letter(symbol byte) byte {
	var c byte
	for i := range len(backup.Alphabet) {
		c |= backup.Alphabet[i] & -byte(subtle.ConstantTimeByteEq(symbol, byte(i)))
	}
	return c
}

// unknown stands for a symbol that could not be read.
const unknown = 0xff

// symbolOf is the five-bit number of a capital or a digit; unknown for what is not of the alphabet. It looks at the whole alphabet too.
func symbolOf(c byte) byte {
	var symbol, found byte
	for i := range len(backup.Alphabet) {
		same := -byte(subtle.ConstantTimeByteEq(c, backup.Alphabet[i]))
		symbol |= byte(i) & same
		found |= same
	}
	return symbol | ^found
}
