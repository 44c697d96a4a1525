package codex32

// checksum is one of BIP-93's two BCH codes over GF(32). The first symbol of a string is the coefficient of the highest power.
//
// A string is sound if 1, the expanded "ms" (3 3 0 13 19) and its data part, divided by the generator, leave the target. The generator
// has the roots root^first … root^(first+7) among others, eight in a row: two sound strings differ in nine places or more.
type checksum struct {
	generator [][symbolBits]byte // without its leading 1, the highest power first: each symbol times 1, 2, 4, 8 and 16
	target    []byte             // what the division has to leave
	root      element            // its powers name the places of a string: root^0 the last character, root^1 the one before
	first     int
	maxData   int // characters of the longest data part
}

// β = Gζ has order 93; the eight roots in a row are β^77 … β^84.
var short = checksum{generator: multiplesOf("EM3GQEEELMCSS"), target: symbolsIn("SECRETSHARE32"), root: 8 << symbolBits, first: 77, maxData: 93}

// γ = E + Xζ has order 1023; the eight roots in a row are γ^1019 … γ^1026.
var long = checksum{generator: multiplesOf("02E6FE4XH4X9KYH"), target: symbolsIn("SECRETSHARE32EX"), root: 25 | 6<<symbolBits, first: 1019, maxData: 124}

func symbolsIn(text string) []byte {
	symbols := make([]byte, len(text))
	for i := range symbols {
		symbols[i] = symbolOf(text[i])
	}
	return symbols
}

func multiplesOf(text string) [][symbolBits]byte {
	multiples := make([][symbolBits]byte, len(text))
	for i, symbol := range symbolsIn(text) {
		for bit := range symbolBits {
			multiples[i][bit] = mul(symbol, 1<<bit)
		}
	}
	return multiples
}

// minLong is the shortest data part with a long checksum. Data parts of 94 and 95 characters do not exist.
const minLong = 96

func (c *checksum) len() int { return len(c.generator) }

// humanPart is what the division begins with: 1, and "ms" as BIP-173 expands it.
var humanPart = []byte{1, 3, 3, 0, 13, 19}

// divide goes on with a division whose rest so far is given: these symbols follow. What leaves the rest at its top takes the generator
// as many times with it, which is the sum of the multiples by its bits.
func (c *checksum) divide(rest, symbols []byte) {
	for _, symbol := range symbols {
		top := rest[0]
		bits := [symbolBits]byte{-(top & 1), -(top >> 1 & 1), -(top >> 2 & 1), -(top >> 3 & 1), -(top >> 4 & 1)}
		copy(rest, rest[1:])
		rest[len(rest)-1] = symbol
		for i, g := range c.generator {
			rest[i] ^= g[0]&bits[0] ^ g[1]&bits[1] ^ g[2]&bits[2] ^ g[3]&bits[3] ^ g[4]&bits[4]
		}
	}
}

// gap is by how much a data part misses the target: all zeros for a sound one. It depends on what is wrong with the string and on
// nothing else, for the code is linear; so where the errors are may be looked for with branches.
func (c *checksum) gap(data []byte) []byte {
	rest := make([]byte, c.len())
	c.divide(rest, humanPart)
	c.divide(rest, data)
	for i := range rest {
		rest[i] ^= c.target[i]
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
