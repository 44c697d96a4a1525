package deflate

import (
	"encoding/binary"
	"math/bits"
)

// What zlib's level 9 and memory level 8 mean.
const (
	windowSize = 32768
	minMatch   = 3
	maxMatch   = 258
	ahead      = maxMatch + minMatch + 1 // it wants so many bytes before it looks for a match, if there are so many
	maxReach   = windowSize - ahead      // the largest distance it takes, for that reason
	tooFar     = 4096                    // a match of 3 bytes farther away is worse than 3 literals
	goodMatch  = 32                      // after such a match it looks at a quarter of the chain only
	maxChain   = 4096
	hashSize   = 1 << 15
)

// finder finds earlier strings. It has the whole input, and follows the window that zlib would have: a buffer of 64 KiB that is filled, and
// whose second half moves into the first when less than `ahead` is left of it.
type finder struct {
	data []byte
	base int   // where zlib's buffer begins in data
	head []int // the last position of each hash; 0 is none, as zlib never takes a match at the beginning of its buffer
	prev []int // the position before with the same hash, by position modulo windowSize
}

func newFinder(data []byte) finder {
	return finder{data: data, head: make([]int, hashSize), prev: make([]int, windowSize)}
}

// slide moves the buffer if zlib would, before it looks at pos.
func (f *finder) slide(pos int) {
	filled := min(len(f.data), f.base+2*windowSize)
	if filled-pos < ahead && pos-f.base >= windowSize+maxReach {
		f.base += windowSize
	}
}

// insert remembers the string at pos, and returns the last one with its hash, or 0.
func (f *finder) insert(pos int) (before int) {
	if len(f.data)-pos < minMatch {
		return 0
	}
	s := f.data[pos : pos+minMatch]
	hash := (uint(s[0])<<10 ^ uint(s[1])<<5 ^ uint(s[2])) % hashSize
	before = f.head[hash]
	f.prev[pos%windowSize] = before
	f.head[hash] = pos
	return before
}

// longest follows the chain from at for the nearest of the longest matches that are longer than beat.
func (f *finder) longest(pos, at, beat int) match {
	if at <= f.base || pos-at > maxReach {
		return none
	}
	here := f.data[pos:min(len(f.data), pos+maxMatch)]
	chain, limit := maxChain, max(f.base, pos-maxReach)
	if beat >= goodMatch {
		chain /= 4
	}
	best := match{length: beat}
	for best.length < len(here) {
		there := f.data[at : at+len(here)]
		if there[best.length] == here[best.length] && there[best.length-1] == here[best.length-1] {
			if n := common(here, there); n > best.length {
				best = match{n, pos - at}
			}
		}
		at = f.prev[at%windowSize]
		if chain--; chain == 0 || at <= limit {
			break
		}
	}
	if best.length == minMatch && best.distance > tooFar {
		return none
	}
	return best
}

// common counts the bytes that two strings of one length begin with.
func common(a, b []byte) int {
	n := 0
	for ; n+8 <= len(a); n += 8 {
		if differ := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); differ != 0 {
			return n + bits.TrailingZeros64(differ)/8
		}
	}
	for n < len(a) && a[n] == b[n] {
		n++
	}
	return n
}
