package lines

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// A line says with its check which document it is of: the number comes out of any whole line (identity). So the lines of a text
// vote, and what disagrees is damaged or from elsewhere. How many lines the sheet has is part of the vote, since the check covers it.

// key is what lines agree on.
type key struct {
	total int
	id    uint64
}

// ballot is a key and how many line numbers speak for it.
type ballot struct {
	key
	votes int
}

const (
	minTotal = 5 // three of data and two for repair: with two replaced the true ones still are the most
	maxTotal = 255
)

// elect returns the keys that whole lines speak for, the most likely first. totals are the numbers of lines to reckon with.
func (t *reading) elect(totals []int) []ballot {
	type vote struct {
		key
		number int
	}
	var votes []vote
	for _, l := range t.all {
		values, ok := l.likely()
		if !ok {
			continue
		}
		base := identity(l.number, 0, values)
		secret.Wipe(values)
		for _, total := range totals {
			if l.number >= 1 && l.number <= total {
				votes = append(votes, vote{key{total, base ^ headShare(0, total)}, l.number})
			}
		}
	}
	if id, ok := t.head.DocumentID(); ok { // a whole head is worth a line
		for _, total := range totals {
			votes = append(votes, vote{key{total, id}, 0})
		}
	}
	slices.SortFunc(votes, func(a, b vote) int {
		return cmp.Or(cmp.Compare(a.total, b.total), cmp.Compare(a.id, b.id), cmp.Compare(a.number, b.number))
	})
	var ballots []ballot
	for i, v := range slices.Compact(votes) {
		if i == 0 || ballots[len(ballots)-1].key != v.key {
			ballots = append(ballots, ballot{v.key, 0})
		}
		ballots[len(ballots)-1].votes++
	}
	slices.SortStableFunc(ballots, func(a, b ballot) int { return cmp.Compare(b.votes, a.votes) })
	return ballots
}

// likely returns the values of a line with each look-alike taken for the likeliest character; false if it can't be whole.
func (l typed) likely() ([]byte, bool) {
	if len(l.chars) != lineChars || slices.Contains(l.chars, unreadable) {
		return nil, false
	}
	values := make([]byte, lineChars)
	for i, c := range l.chars {
		v := value(c)
		if v < 0 {
			v = value(backup.LookAlikes(c)[0])
		}
		values[i] = byte(v)
	}
	return values, true
}

// unclear tells whether a line has characters that are none of the alphabet.
func (l typed) unclear() bool {
	return slices.ContainsFunc(l.chars, func(c byte) bool { return value(c) < 0 })
}

// maxOpen is how many unclear characters of a line are worked out: a whole group. They leave the check 20 bits, so that one in a
// million wrong lines might be taken for a right one; the digest then refuses it.
const maxOpen = 4

// resolve returns the forty values of a line whose check fits the key, or nil. Characters that are none of the alphabet are worked
// out; a character of the alphabet is never changed.
func (l typed) resolve(k key) []byte {
	if len(l.chars) != lineChars || l.number < 1 || l.number > k.total {
		return nil
	}
	if values, ok := l.likely(); ok {
		if identity(l.number, k.total, values) == k.id {
			return values
		}
		secret.Wipe(values)
	}
	values := make([]byte, lineChars)
	var open []int
	for i, c := range l.chars {
		if v := value(c); v >= 0 {
			values[i] = byte(v)
		} else {
			open = append(open, i)
		}
	}
	if len(open) == 0 || len(open) > maxOpen || !settle(values, l.chars, open, identity(l.number, k.total, values)^k.id) {
		secret.Wipe(values)
		return nil
	}
	return values
}

// settle finds the values of the open places that make up for the gap between the check and the key: forty equations between bits, of
// which at most twenty are unknown. There is one solution at most, for the code tells apart any two lines that differ in five places.
func settle(values, chars []byte, open []int, gap uint64) bool {
	type row struct{ sum, bits uint64 } // what the chosen bits of the open places add to the remainder
	var rows [5 * checkChars]row
	reduce := func(r row) (row, int) {
		for r.sum != 0 {
			top := bits.Len64(r.sum) - 1
			if rows[top].sum == 0 {
				return r, top
			}
			r.sum ^= rows[top].sum
			r.bits ^= rows[top].bits
		}
		return r, -1
	}
	for i, p := range open {
		for b := range 5 {
			r, top := reduce(row{shareTable().shares[headChars+p][1<<b], 1 << (5*i + b)})
			if top >= 0 {
				rows[top] = r
			}
		}
	}
	solution, rest := reduce(row{sum: gap})
	if rest >= 0 {
		return false
	}
	for i, p := range open {
		values[p] = byte(solution.bits >> (5 * i) & 31)
		if like := backup.LookAlikes(chars[p]); like != "" && strings.IndexByte(like, alphabet[values[p]]) < 0 {
			return false
		}
	}
	return true
}
