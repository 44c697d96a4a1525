package codex32

import "sync"

// checksum is one of BIP-93's two BCH codes over GF(32). The first symbol of a string is the coefficient of the highest power.
//
// A string is sound if 1, the expanded "ms" (3 3 0 13 19) and its data part, divided by the generator, leave the target. The generator
// has the roots root^first … root^(first+7) among others, eight in a row: two sound strings differ in nine places or more.
type checksum struct {
	generator string  // without its leading 1, the highest power first, in bech32's characters
	target    string  // what the division has to leave
	root      element // its powers name the places of a string: root^0 the last character, root^1 the one before
	first     int
	maxData   int // characters of the longest data part
	multiples func() [symbolBits]lanes
}

const (
	shortGenerator = "EM3GQEEELMCSS"
	longGenerator  = "02E6FE4XH4X9KYH"
)

// β = Gζ has order 93; the eight roots in a row are β^77 … β^84.
var short = checksum{generator: shortGenerator, target: "SECRETSHARE32", root: 8 << symbolBits, first: 77, maxData: 93,
	multiples: sync.OnceValue(func() [symbolBits]lanes { return multiplesOf(shortGenerator) })}

// γ = E + Xζ has order 1023; the eight roots in a row are γ^1019 … γ^1026.
var long = checksum{generator: longGenerator, target: "SECRETSHARE32EX", root: 25 | 6<<symbolBits, first: 1019, maxData: 124,
	multiples: sync.OnceValue(func() [symbolBits]lanes { return multiplesOf(longGenerator) })}

// minLong is the shortest data part with a long checksum. Data parts of 94 and 95 characters do not exist.
const minLong = 96

func (c *checksum) len() int { return len(c.generator) }

// humanPart is what the division begins with: 1, and "ms" as BIP-173 expands it.
var humanPart = []byte{1, 3, 3, 0, 13, 19}

// lanes are up to 16 symbols, a byte each, the highest power in the highest byte.
type lanes struct{ high, low uint64 }

// divide goes on with a division whose rest so far is given: these symbols follow.
func (c *checksum) divide(rest, symbols []byte) {
	multiples := c.multiples()
	var r lanes
	for _, symbol := range rest {
		r = r.next(symbol)
	}
	unused := 8 * (16 - len(rest)) // bits of the upper half above the rest
	for _, symbol := range symbols {
		top := r.high << unused >> 56
		r = r.next(symbol)
		for bit, m := range multiples {
			mask := -(top >> bit & 1)
			r.high, r.low = r.high^m.high&mask, r.low^m.low&mask
		}
	}
	for i := len(rest) - 1; i >= 0; i-- {
		rest[i] = byte(r.low)
		r.low, r.high = r.low>>8|r.high<<56, r.high>>8
	}
}

func (l lanes) next(symbol byte) lanes {
	return lanes{l.high<<8 | l.low>>56, l.low<<8 | uint64(symbol)}
}

// multiplesOf are the generator's multiples by 1, 2, 4, 8 and 16. Where the generator's leading 1 would be they hold what takes
// the highest symbol away.
func multiplesOf(generator string) (m [symbolBits]lanes) {
	for bit := range m {
		m[bit].low = 1 << bit
		for i := range len(generator) {
			m[bit] = m[bit].next(mul(1<<bit, symbolOf(generator[i])))
		}
	}
	return m
}

// gap is by how much a data part misses the target: all zeros for a sound one. It depends on what is wrong with the string and on
// nothing else, for the code is linear; so where the errors are may be looked for with branches.
func (c *checksum) gap(data []byte) []byte {
	rest := make([]byte, c.len())
	c.divide(rest, humanPart)
	c.divide(rest, data)
	for i := range rest {
		rest[i] ^= symbolOf(c.target[i])
	}
	return rest
}

// seal writes the checksum into the last symbols of a data part.
func (c *checksum) seal(data []byte) {
	tail := data[len(data)-c.len():]
	clear(tail)
	copy(tail, c.gap(data))
}

func isZero(symbols []byte) bool {
	var any byte
	for _, s := range symbols {
		any |= s
	}
	return any == 0
}
