package deflate

import "math/bits"

// The alphabets of RFC 1951 §3.2.5 and §3.2.7.
const (
	endOfBlock   = 256
	firstLength  = 257 // the symbol for matches of 3 bytes
	literals     = 286 // literals, the end and lengths
	distances    = 30
	lengthsKinds = 19 // lengths of codes, and their repetitions
)

// symbol is what stands for a length or a distance: its number in the alphabet and the bits that follow.
type symbol struct {
	number int
	extra  uint32
	bits   uint
}

// lengthSymbol is for a match of 3 to 258 bytes. Above 10 there are 4 symbols for each number of extra bits; 258 has one of its own.
func lengthSymbol(length int) symbol {
	n := uint32(length - minMatch)
	switch {
	case length == maxMatch:
		return symbol{number: literals - 1}
	case n < 8:
		return symbol{number: firstLength + int(n)}
	}
	extra := uint(bits.Len32(n)) - 3
	return symbol{firstLength + int(uint32(4*extra)+n>>extra), n & (1<<extra - 1), extra}
}

// distanceSymbol is for a distance from 1. There are 2 symbols for each number of extra bits.
func distanceSymbol(distance int) symbol {
	n := uint32(distance - 1)
	if n < 4 {
		return symbol{number: int(n)}
	}
	extra := uint(bits.Len32(n)) - 2
	return symbol{int(uint32(2*extra) + n>>extra), n & (1<<extra - 1), extra}
}
