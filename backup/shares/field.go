package shares

import "sigtool/internal/gf"

// mul and inverse are those of Rijndael's GF(256), which SLIP-39 takes.
func mul(a, b byte) byte  { return byte(gf.Field{Bits: 8, Poly: 0x11b}.Mul(uint16(a), uint16(b))) }
func inverse(a byte) byte { return byte(gf.Field{Bits: 8, Poly: 0x11b}.Inverse(uint16(a))) }

// point is one share of a secret: the values at x of as many polynomials as the secret has bytes.
type point struct {
	x byte
	y []byte
}

// interpolate returns the values at x of the polynomials of least degree through the points, whose x all differ. Every x is
// public, so the weights are; the values are secret.
func interpolate(x byte, points []point) []byte {
	at := make([]byte, len(points[0].y))
	for i, p := range points {
		over, under := byte(1), byte(1)
		for j, other := range points {
			if j != i {
				over = mul(over, x^other.x)
				under = mul(under, p.x^other.x)
			}
		}
		weight := mul(over, inverse(under))
		for k, y := range p.y {
			at[k] ^= mul(weight, y)
		}
	}
	return at
}
