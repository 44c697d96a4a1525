package deflate

import "math/bits"

// code is a Huffman code: for each symbol, how many bits it has, and which, as they are written.
type code struct {
	lengths []int
	words   []uint32
}

// newCode numbers the codes of each length in the order of their symbols (RFC 1951 §3.2.2), and turns them around, as their highest bit
// is written first (§3.1.1).
func newCode(lengths []int) code {
	var next [16]uint32 // the next code of each length
	for _, n := range lengths {
		if n > 0 && n < 15 {
			next[n+1]++
		}
	}
	for n := 1; n < 16; n++ {
		next[n] = (next[n-1] + next[n]) << 1
	}
	words := make([]uint32, len(lengths))
	for symbol, n := range lengths {
		if n > 0 {
			words[symbol] = bits.Reverse32(next[n]) >> (32 - n)
			next[n]++
		}
	}
	return code{lengths, words}
}

// cost returns how many bits it takes to write symbols that occur so often.
func (c code) cost(counts []int) int {
	sum := 0
	for symbol, count := range counts {
		sum += count * c.lengths[symbol]
	}
	return sum
}

// used returns how many symbols there are up to the last that has a code.
func (c code) used() int {
	n := len(c.lengths)
	for n > 0 && c.lengths[n-1] == 0 {
		n--
	}
	return n
}

func (c code) put(w *bitWriter, symbol int) {
	w.write(c.words[symbol], uint(c.lengths[symbol]))
}

// fixedLiterals is the code of RFC 1951 §3.2.6. Its last two symbols never occur, but they count when the codes are numbered.
func fixedLiterals() code {
	lengths := make([]int, 288)
	for symbol := range lengths {
		switch {
		case symbol < 144 || symbol >= 280:
			lengths[symbol] = 8
		case symbol < 256:
			lengths[symbol] = 9
		default:
			lengths[symbol] = 7
		}
	}
	return newCode(lengths)
}

// fixedDistances has 5 bits for each symbol.
func fixedDistances() code {
	lengths := make([]int, distances)
	for symbol := range lengths {
		lengths[symbol] = 5
	}
	return newCode(lengths)
}
