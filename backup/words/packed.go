package words

import (
	"crypto/sha256"

	"sigtool/backup"
)

// number is the document's number of a seed.
func number(seed []byte) uint64 {
	sum := sha256.Sum256(seed)
	return backup.IDOf(sum[:])
}

// packed is a seed and its checksum: 24 places in the list, of 11 bits each.
type packed [backup.SeedSize + 1]byte

func pack(seed []byte) (p packed) {
	copy(p[:], seed)
	p[backup.SeedSize] = byte(number(seed) >> 32)
	return p
}

// pack returns the 24 words without the check line.
func (c *code) pack() (p packed) {
	for i := range count {
		p.setWord(i, c[i])
	}
	return p
}

// unpack sets the 24 words, and the check line to what belongs to them.
func (c *code) unpack(p *packed) {
	for i := range count {
		c[i] = p.word(i)
	}
	c.seal()
}

// bits returns the three bytes that hold word i, and how far its bits are from the right end of them.
func (p *packed) bits(i int) (b []byte, shift int) {
	start := min(i*wordBits/8, len(p)-3)
	return p[start : start+3], 24 - (i*wordBits - 8*start) - wordBits
}

func (p *packed) word(i int) uint16 {
	b, shift := p.bits(i)
	return uint16((uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])) >> shift & (1<<wordBits - 1))
}

func (p *packed) setWord(i int, index uint16) {
	b, shift := p.bits(i)
	v := uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])
	v = v&^((1<<wordBits-1)<<shift) | uint32(index)<<shift
	b[0], b[1], b[2] = byte(v>>16), byte(v>>8), byte(v)
}

func (p *packed) seed() []byte { return p[:backup.SeedSize] }

// fits tells whether the checksum is the seed's.
func (p *packed) fits() bool { return p[backup.SeedSize] == byte(number(p.seed())>>32) }

// proves tells whether the document's number is the seed's, and with its first 8 bits the checksum.
func (p *packed) proves(id uint64) bool {
	return p[backup.SeedSize] == byte(id>>32) && number(p.seed()) == id
}

// fits tells whether BIP-39's checksum is that of the 24 words.
func (c *code) fits() bool {
	p := c.pack()
	defer clear(p[:])
	return p.fits()
}

// proves tells whether the document's number is that of the 24 words.
func (c *code) proves(id uint64) bool {
	p := c.pack()
	defer clear(p[:])
	return p.proves(id)
}
