package lines

import (
	"encoding/binary"
	"sync"

	"sigtool/backup"
	"sigtool/internal/fivebit"
)

const alphabet = backup.Alphabet

// value is the number of a character, or -1.
func value(c byte) int { return int(charValues[c]) - 1 }

var charValues = func() (v [256]byte) {
	for i, c := range []byte(alphabet) {
		v[c] = byte(i + 1)
	}
	return v
}()

const (
	dataChars  = 32 // of a line: lineBytes in characters of five bits
	checkChars = 8
	lineChars  = dataChars + checkChars
	lineBytes  = 20
	headChars  = 4 // the line's number and the number of lines, two characters each, checked but not printed as characters
)

// polymod is the remainder that CashAddr's checksum is made of, 40 bits; start is 1 there.
func polymod(start uint64, values []byte) uint64 {
	c := start
	for _, v := range values {
		top := c >> 35
		c = (c&0x07ffffffff)<<5 ^ uint64(v)
		for i, g := range [5]uint64{0x98f2bc8e61, 0x79b76d99e2, 0xf33e5fb3c4, 0xae2eabe2a8, 0x1e4f43e470} {
			if top>>i&1 == 1 {
				c ^= g
			}
		}
	}
	return c
}

// The remainder is linear, so a line's is the sum (XOR) of what each of its characters adds alone: a table makes the many trials of
// a damaged sheet cheap. shares[p][v] is what value v adds at place p of the four characters of the head and the forty of a line.
// constant is what the 1 adds that the sum begins with. They are made when the first sheet is: most runs of the program have none.
var shareTable = sync.OnceValue(func() *shareSums {
	t := &shareSums{}
	word := make([]byte, len(t.shares))
	for p := range t.shares {
		for v := range t.shares[p] {
			word[p] = byte(v)
			t.shares[p][v] = polymod(0, word)
		}
		word[p] = 0
	}
	t.constant = polymod(1, word)
	return t
})

type shareSums struct {
	shares   [headChars + lineChars][32]uint64
	constant uint64
}

// identity returns the 40-bit document number that a line's check was made with, if the line is whole. chars are its forty values.
func identity(number, total int, chars []byte) uint64 {
	sums := shareTable()
	id := sums.constant ^ headShare(number, total)
	for i, v := range chars {
		id ^= sums.shares[headChars+i][v]
	}
	return id
}

func headShare(number, total int) uint64 {
	s := &shareTable().shares
	return s[0][number>>5&31] ^ s[1][number&31] ^ s[2][total>>5&31] ^ s[3][total&31]
}

// seal writes the check of a line behind its 32 values; chars has room for forty.
func seal(number, total int, id uint64, chars []byte) {
	clear(chars[dataChars:])
	check := identity(number, total, chars) ^ id
	fivebit.Append(chars[:dataChars], binary.BigEndian.AppendUint64(nil, check<<24)[:5])
}

// text turns values into characters.
func text(values []byte) []byte {
	t := make([]byte, len(values))
	for i, v := range values {
		t[i] = alphabet[v]
	}
	return t
}
