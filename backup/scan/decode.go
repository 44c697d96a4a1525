package scan

import (
	"math/bits"

	"sigtool/internal/secret"
)

// Only level M is read, which our sheets are printed in. By version from 1, ISO/IEC 18004 table 9: check bytes of a block, and blocks.
var (
	checksOfBlock = [maxVersion]int{10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26}
	blocksOfCode  = [maxVersion]int{1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16}
)

const levelM = 0

// decode reads a code's text. The caller wipes it. code tells that this is certainly a QR code, even if not one of level M.
func decode(m modules) (text []byte, code bool) {
	version := (m.size - 17) / 4
	level, mask, off := format(m)
	if level != levelM || off > 6 {
		return nil, off <= 1
	}
	words := codewords(m, version, mask)
	defer secret.Wipe(words)
	data, ok := unravel(words, version)
	defer secret.Wipe(data)
	if !ok {
		return nil, false
	}
	text, _ = segments(data, version)
	return text, true
}

// formatMask keeps the format information from being all light (§7.9.1).
const formatMask = 0x5412

// format reads the level and mask: five bits and ten of a BCH code of distance 7, written twice.
//
//	beside the finder at the top left, from its right above to its left below; and in part beside each of the other two
//
// off is how many of the thirty bits are wrong.
func format(m modules) (level, mask, off int) {
	var first, second int
	for i := range 15 {
		first |= bit(m.at(firstFormat(i))) << i
		if i < 8 {
			second |= bit(m.at(m.size-1-i, 8)) << i
		} else {
			second |= bit(m.at(8, m.size-15+i)) << i
		}
	}
	off = 31
	for data := range 32 {
		word := data << 10
		for i := 14; i >= 10; i-- {
			if word>>i&1 == 1 {
				word ^= 0x537 << (i - 10)
			}
		}
		word = (word | data<<10) ^ formatMask
		if d := bits.OnesCount(uint(word^first)) + bits.OnesCount(uint(word^second)); d < off {
			off, level, mask = d, data>>3, data&7
		}
	}
	return level, mask, off
}

// firstFormat is where bit i of the first copy stands; the timing patterns are stepped over.
func firstFormat(i int) (x, y int) {
	switch {
	case i < 6:
		return 8, i
	case i < 8:
		return 8, i + 1
	case i == 8:
		return 7, 8
	}
	return 14 - i, 8
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// masked tells whether a mask turns a module over (§7.8.2).
func masked(mask, x, y int) bool {
	switch mask {
	case 0:
		return (x+y)%2 == 0
	case 1:
		return y%2 == 0
	case 2:
		return x%3 == 0
	case 3:
		return (x+y)%3 == 0
	case 4:
		return (x/3+y/2)%2 == 0
	case 5:
		return x*y%2+x*y%3 == 0
	case 6:
		return (x*y%2+x*y%3)%2 == 0
	}
	return ((x+y)%2+x*y%3)%2 == 0
}

// codewords reads the data modules in their order (§7.7.3): columns in pairs from the right, upwards and downwards in turn.
func codewords(m modules, version, mask int) []byte {
	skip := reserved(version)
	words := make([]byte, 0, m.size*m.size/8)
	word, n, up := 0, 0, true
	for right := m.size - 1; right > 0; right -= 2 {
		if right == 6 {
			right-- // the timing pattern's column
		}
		for i := range m.size {
			y := i
			if up {
				y = m.size - 1 - i
			}
			for _, x := range [2]int{right, right - 1} {
				if skip.at(x, y) {
					continue
				}
				word = word<<1 | bit(m.at(x, y) != masked(mask, x, y))
				if n++; n%8 == 0 {
					words = append(words, byte(word))
					word = 0
				}
			}
		}
		up = !up
	}
	return words
}

// unravel parts the codewords into blocks, which are written column by column (§7.6), repairs them and returns the data.
func unravel(words []byte, version int) (data []byte, ok bool) {
	blocks, checks := blocksOfCode[version-1], checksOfBlock[version-1]
	short := len(words)/blocks - checks // data bytes of a short block
	long := len(words) % blocks         // the last blocks have one byte more
	dataSize := short*blocks + long
	data = make([]byte, 0, dataSize)
	for b := range blocks {
		size, isLong := short, b >= blocks-long
		if isLong {
			size++
		}
		block := make([]byte, 0, size+checks)
		for i := range short {
			block = append(block, words[i*blocks+b])
		}
		if isLong {
			block = append(block, words[short*blocks+b-(blocks-long)])
		}
		for i := range checks {
			block = append(block, words[dataSize+i*blocks+b])
		}
		ok := theField().correct(block, checks)
		data = append(data, block[:size]...)
		secret.Wipe(block)
		if !ok {
			return data, false
		}
	}
	return data, true
}
