// Package gf calculates in the finite fields that paper codes are made of, in the same time whatever the numbers are: no table is looked
// up and no branch taken by an element, which may be a piece of a secret.
package gf

// Field is GF(2^Bits): an element is a number of so many bits, which are the coefficients of a polynomial over GF(2), the highest first,
// and adding is XOR. Poly is the irreducible polynomial that products are taken modulo, its highest power included. A Field is written
// as a literal where it is used, so that the compiler knows both numbers.
//
//	Field{5, 0x29}     x^5+x^3+1, of bech32 and codex32 (BIP-173, BIP-93)
//	Field{8, 0x11b}    x^8+x^4+x^3+x+1, of Rijndael and SLIP-39
//	Field{8, 0x11d}    x^8+x^4+x^3+x^2+1, of RAID-6 and the sheets of lines
//	Field{11, 0x805}   x^11+x^2+1, of the check line of words
type Field struct {
	Bits int // at most 15
	Poly uint16
}

// Double returns a times x, the element 2.
func (f Field) Double(a uint16) uint16 {
	return a<<1 ^ f.Poly&-(a>>((f.Bits-1)&15))
}

// Mul returns the product of two elements.
func (f Field) Mul(a, b uint16) (product uint16) {
	for range f.Bits {
		product ^= a & -(b & 1)
		a, b = f.Double(a), b>>1
	}
	return product
}

// Inverse returns 1/a, and 0 for 0: a to the power of 2^Bits-2, which is the product of its squares.
func (f Field) Inverse(a uint16) uint16 {
	inverse, square := uint16(1), a
	for range f.Bits - 1 {
		square = f.Mul(square, square)
		inverse = f.Mul(inverse, square)
	}
	return inverse
}
