package shares

// The field GF(256) of Rijndael: polynomials over GF(2) modulo x^8+x^4+x^3+x+1. There are no tables, which secrets would index, and no
// branches on secrets: the time depends on nothing but the number of bytes.

func mul(a, b byte) (product byte) {
	for range 8 {
		product ^= a & -(b & 1)
		a = a<<1 ^ 0x1b&-(a>>7)
		b >>= 1
	}
	return product
}

// inverse is a^254; zero has none and gives zero.
func inverse(a byte) byte {
	r := a
	for range 6 {
		r = mul(mul(r, r), a) // a^3, a^7 … a^127
	}
	return mul(r, r)
}

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
