package gf

import (
	"math/rand/v2"
	"testing"
)

// fields are those of the package's comment, with an element whose powers are all of them but 0.
var fields = map[string]struct {
	Field
	generator uint16
}{
	"codex32": {Field{5, 0x29}, 2},
	"SLIP-39": {Field{8, 0x11b}, 3},
	"lines":   {Field{8, 0x11d}, 2},
	"words":   {Field{11, 0x805}, 2},
}

func TestLaws(t *testing.T) {
	for name, f := range fields {
		size := 1 << f.Bits
		rng := rand.New(rand.NewPCG(1, uint64(f.Poly)))
		for range 20_000 {
			a, b, c := uint16(rng.IntN(size)), uint16(rng.IntN(size)), uint16(rng.IntN(size))
			switch {
			case int(f.Mul(a, b)) >= size:
				t.Fatalf("%s: %d times %d is no element", name, a, b)
			case f.Mul(a, b) != f.Mul(b, a):
				t.Fatalf("%s: %d times %d depends on the order", name, a, b)
			case f.Mul(f.Mul(a, b), c) != f.Mul(a, f.Mul(b, c)):
				t.Fatalf("%s: %d times %d times %d depends on the brackets", name, a, b, c)
			case f.Mul(a, b^c) != f.Mul(a, b)^f.Mul(a, c):
				t.Fatalf("%s: %d times %d plus %d is not the sum of the products", name, a, b, c)
			case f.Mul(a, 1) != a || f.Mul(a, 2) != f.Double(a):
				t.Fatalf("%s: %d times 1, or times 2", name, a)
			}
		}
	}
}

func TestInverse(t *testing.T) {
	for name, f := range fields {
		for a := range uint16(1) << f.Bits {
			if got := f.Mul(a, f.Inverse(a)); got != min(a, 1) {
				t.Fatalf("%s: %d times its inverse is %d", name, a, got)
			}
		}
	}
}

func TestGenerators(t *testing.T) {
	for name, f := range fields {
		order, power := 1, f.generator
		for ; power != 1 && order < 1<<f.Bits; order++ {
			power = f.Mul(power, f.generator)
		}
		if order != 1<<f.Bits-1 {
			t.Errorf("%s: %d has the order %d", name, f.generator, order)
		}
	}
}

// What others have published: FIPS 197 §4.2 for Rijndael's field; the product of two powers for the others.
func TestKnownProducts(t *testing.T) {
	for _, c := range []struct {
		name          string
		a, b, product uint16
	}{
		{"SLIP-39", 0x57, 0x83, 0xc1},
		{"SLIP-39", 0x57, 0x13, 0xfe},
		{"codex32", 1 << 4, 2, 0x29 ^ 1<<5},
		{"lines", 1 << 7, 2, 0x1d},
		{"words", 1 << 10, 2, 5},
	} {
		if got := fields[c.name].Mul(c.a, c.b); got != c.product {
			t.Errorf("%s: %#x times %#x is %#x, not %#x", c.name, c.a, c.b, got, c.product)
		}
	}
}
