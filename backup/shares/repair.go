package shares

import "slices"

// What can be put right where the document's number proves it. Three words that are changed, whichever, fit the checksum in one way on
// average, fewer hardly ever by chance. So with one word open the others are chosen in C(32,2) = 496 ways, with two in 31, and with
// none there are the 11 rows. In the worst case, two open of which one can be guessed in two ways, mend holds 2·496+31 = 1023 shares
// against the 40 bits of the number: that it fits a wrong one has a chance of one in 2^30.
const (
	maxChanged = sumWords
	maxUnknown = 2
)

// repair finds the words that the checksum and the document's number prove, where those at the open places are not known and few
// others are wrong. It changes words if it finds them.
func repair(words []uint16, open []int, id uint64) bool {
	proves := func(w []uint16) bool { return number(w) == id }
	for unknown := 0; unknown <= maxUnknown && len(open)+unknown <= maxChanged; unknown++ {
		if try(words, open, unknown, proves) {
			return true
		}
	}
	return len(open) == 0 && repairRow(words, proves)
}

// repairRow takes one row to be wrong, as when it is one of another sheet.
func repairRow(words []uint16, proves func([]uint16) bool) bool {
	for first := 0; first < len(words); first += columns {
		if attempt(words, []int{first, first + 1, first + 2}, proves) {
			return true
		}
	}
	return false
}

// try changes the words at the open places and at so many others, which it searches for.
func try(words []uint16, open []int, others int, proves func([]uint16) bool) bool {
	choice := make([]int, others)
	for i := range choice {
		choice[i] = i
	}
	for ok := true; ok; ok = next(choice, len(words)) {
		if slices.ContainsFunc(choice, func(c int) bool { return slices.Contains(open, c) }) {
			continue
		}
		if attempt(words, append(choice[:others:others], open...), proves) {
			return true
		}
	}
	return false
}

// attempt changes the words at the places if that makes the checksum fit and proves right.
func attempt(words []uint16, places []int, proves func([]uint16) bool) bool {
	changed := make([]uint16, len(words))
	defer clear(changed)
	for _, isExtendable := range []bool{true, false} {
		copy(changed, words)
		if solve(changed, isExtendable, places) && proves(changed) {
			copy(words, changed)
			return true
		}
	}
	return false
}

// locate finds the one word that is probably wrong, by the checksum alone: a guess, because three wrong words can look like another
// one.
func locate(words []uint16) (place int, word uint16, ok bool) {
	fixed := slices.Clone(words)
	defer clear(fixed)
	if !try(fixed, nil, 1, func([]uint16) bool { return true }) {
		return 0, 0, false
	}
	for i, w := range fixed {
		if w != words[i] {
			return i, w, true
		}
	}
	return 0, 0, false
}
