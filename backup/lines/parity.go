package lines

import (
	"slices"

	"sigtool/internal/gf"
)

// The two repair lines are those of RAID-6 (H. P. Anvin, "The mathematics of RAID-6"): P is the XOR of the data lines, Q the sum of
// g^i times data line i, i from 0, byte by byte in GF(2^8) modulo x^8+x^4+x^3+x^2+1 with g = 2. A library for Reed-Solomon codes
// would do as much, with a matrix that is its own; this one fits in two sentences on the sheet.

func mul(a, b byte) byte  { return byte(gf.Field{Bits: 8, Poly: 0x11d}.Mul(uint16(a), uint16(b))) }
func inverse(a byte) byte { return byte(gf.Field{Bits: 8, Poly: 0x11d}.Inverse(uint16(a))) }
func double(a byte) byte  { return byte(gf.Field{Bits: 8, Poly: 0x11d}.Double(uint16(a))) }

// power is g^n.
func power(n int) byte {
	p := byte(1)
	for range n {
		p = double(p)
	}
	return p
}

// parity returns P and Q of all data lines but those left out.
func parity(data [][]byte, leftOut ...int) (p, q [lineBytes]byte) {
	for i := len(data) - 1; i >= 0; i-- { // Horner's rule: q = (…(d[k-1]*g + d[k-2])*g + …)*g + d[0]
		out := slices.Contains(leftOut, i)
		for j := range q {
			q[j] = double(q[j])
			if !out {
				p[j] ^= data[i][j]
				q[j] ^= data[i][j]
			}
		}
	}
	return p, q
}

// rebuild fills in the data lines among the lost ones, at most two in all; lines holds the data lines, then P, then Q.
func rebuild(lines [][]byte, lost []int) {
	k := len(lines) - 2
	data, p, q := lines[:k], lines[k], lines[k+1]
	var gone []int
	for _, i := range lost {
		if i < k {
			gone = append(gone, i)
		}
	}
	if len(gone) == 0 {
		return
	}
	x := gone[0]
	restP, restQ := parity(data, gone...)
	if len(gone) == 2 {
		y := gone[1]
		gx, gy := power(x), power(y)
		scale := inverse(gx ^ gy)
		for j := range lineBytes {
			both, sum := p[j]^restP[j], q[j]^restQ[j] // Dx+Dy and gx*Dx+gy*Dy
			data[x][j] = mul(scale, mul(gy, both)^sum)
			data[y][j] = both ^ data[x][j]
		}
		return
	}
	scale := inverse(power(x))
	for j := range lineBytes {
		if slices.Contains(lost, k) {
			data[x][j] = mul(scale, q[j]^restQ[j])
		} else {
			data[x][j] = p[j] ^ restP[j]
		}
	}
}
