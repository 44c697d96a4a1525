package scan

import "sync"

// The field GF(256) of QR codes: polynomials over GF(2) modulo x^8+x^4+x^3+x^2+1 (ISO/IEC 18004 §7.5.2), with 2 as its generator.
type field struct {
	exp [510]byte
	log [256]int
}

var theField = sync.OnceValue(func() *field {
	f := new(field)
	for i, x := 0, 1; i < 255; i++ {
		f.exp[i], f.exp[i+255] = byte(x), byte(x)
		f.log[x] = i
		if x <<= 1; x > 255 {
			x ^= 0x11d
		}
	}
	return f
})

func (f *field) mul(a, b byte) byte {
	if a == 0 || b == 0 {
		return 0
	}
	return f.exp[f.log[a]+f.log[b]]
}

func (f *field) div(a, b byte) byte {
	if a == 0 {
		return 0
	}
	return f.exp[f.log[a]+255-f.log[b]]
}

// power returns 2 to the n, n from -254 to 254.
func (f *field) power(n int) byte { return f.exp[(n+255)%255] }

// eval is the value at x of a polynomial whose lowest coefficient comes first.
func (f *field) eval(poly []byte, x byte) (sum byte) {
	for i := len(poly) - 1; i >= 0; i-- {
		sum = f.mul(sum, x) ^ poly[i]
	}
	return sum
}

// syndromes returns the values of a block at the first n powers of 2, and whether one of them is not zero: whether it is damaged.
func (f *field) syndromes(block []byte, n int) (list []byte, damaged bool) {
	list = make([]byte, n)
	for i := range list {
		for _, b := range block {
			list[i] = f.mul(list[i], f.power(i)) ^ b
		}
		damaged = damaged || list[i] != 0
	}
	return list, damaged
}

// correct repairs a Reed-Solomon block in place, whose last check bytes are checks: by Berlekamp and Massey's shortest register, whose
// roots are the places (Chien), with Forney's values. It tells false if there are more errors than can be put right.
func (f *field) correct(block []byte, checks int) bool {
	syndromes, damaged := f.syndromes(block, checks)
	if !damaged {
		return true
	}
	locator := f.register(syndromes)
	errors := len(locator) - 1
	if errors == 0 || 2*errors > checks {
		return false
	}
	evaluator := make([]byte, checks) // syndromes times locator, modulo x^checks
	for i, s := range syndromes {
		for j, l := range locator {
			if i+j < checks {
				evaluator[i+j] ^= f.mul(s, l)
			}
		}
	}
	derivative := make([]byte, len(locator)) // in characteristic 2 only the odd powers are left
	for i := 1; i < len(locator); i += 2 {
		derivative[i-1] = locator[i]
	}
	repaired := 0
	for place := range block {
		exponent := len(block) - 1 - place
		inverse := f.power(-exponent % 255)
		if f.eval(locator, inverse) != 0 {
			continue
		}
		slope := f.eval(derivative, inverse)
		if slope == 0 {
			return false
		}
		block[place] ^= f.mul(f.power(exponent), f.div(f.eval(evaluator, inverse), slope))
		repaired++
	}
	_, damaged = f.syndromes(block, checks)
	return repaired == errors && !damaged
}

// register returns the shortest linear register that makes the syndromes: the polynomial whose roots are the inverse places of errors.
func (f *field) register(syndromes []byte) []byte {
	now, before := []byte{1}, []byte{1}
	length, shift, last := 0, 1, byte(1)
	for n := range syndromes {
		gap := syndromes[n]
		for i := 1; i <= length && i < len(now); i++ {
			gap ^= f.mul(now[i], syndromes[n-i])
		}
		if gap == 0 {
			shift++
			continue
		}
		next := make([]byte, max(len(now), len(before)+shift))
		copy(next, now)
		for i, b := range before {
			next[i+shift] ^= f.mul(f.div(gap, last), b)
		}
		if 2*length <= n {
			before, length, last, shift = now, n+1-length, gap, 1
		} else {
			shift++
		}
		now = next
	}
	for len(now) > 1 && now[len(now)-1] == 0 {
		now = now[:len(now)-1]
	}
	return now
}
