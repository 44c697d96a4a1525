package words

const (
	maxWrong = 3 // words that are searched with the document's number, without knowing where they are
	maxLost  = 2 // words that the check line fills in without it

	byNumber = "the document's number"
	byCheck  = "the check line"
	byBoth   = byCheck + " and " + byNumber
)

// mend returns the right words and what proves them, or false where nothing does.
func (r *reading) mend(id uint64, stated bool) (right code, by string, ok bool) {
	right = r.code
	switch sound := len(r.missing) == 0 && right.fits(); {
	case sound && r.checked && right.sums() == [checks]uint16{}: // proven, whatever number the head has
		return right, byCheck, true
	case stated:
		by, ok = r.byNumber(&right, id)
	case r.checked:
		by, ok = byCheck, r.byCheck(&right)
	default:
		ok = sound && len(r.extra) == 0
	}
	return right, by, ok
}

// byNumber takes what the document's number proves: the words as they are, what the check line makes of them, or what one change does.
func (r *reading) byNumber(right *code, id uint64) (by string, ok bool) {
	words := right.pack()
	defer clear(words[:])
	lost := r.missing[:r.missingWords()]
	if len(lost) == 0 && words.proves(id) {
		right.unpack(&words)
		return byNumber, true
	}
	if r.checked && right.repair(r.missing, maxWrong, func(c *code) bool { return c.proves(id) }) {
		return byBoth, true
	}
	if r.checkWords() > 0 || !locate(&words, lost, id) {
		return "", false
	}
	right.unpack(&words)
	return byNumber, true
}

// byCheck takes what the check line and BIP-39's checksum leave no doubt of: one wrong word, two missing ones, two swapped.
func (r *reading) byCheck(right *code) bool {
	wrong := 0
	if len(r.missing) == 0 {
		wrong = 1
	}
	if len(r.missing) <= maxLost && right.repair(r.missing, wrong, (*code).fits) {
		return true
	}
	return len(r.missing) == 0 && right.repair(nil, 2, func(c *code) bool { return c.swapped(&r.code) && c.fits() })
}

// swapped tells whether two words of the 24 have changed places, and nothing else differs.
func (c *code) swapped(was *code) bool {
	var at []int
	for i := range c {
		if c[i] != was[i] {
			at = append(at, i)
		}
	}
	return len(at) == 2 && at[1] < count && c[at[0]] == was[at[1]] && c[at[1]] == was[at[0]]
}

// locate puts right, by the document's number alone, one word: the lost one, or where none is lost any; or two that are swapped. It
// returns false if that is not enough.
func locate(words *packed, lost []int, id uint64) bool {
	switch len(lost) {
	case 0:
		for at := range count {
			if tryAll(words, at, id) {
				return true
			}
		}
		return unswap(words, id)
	case 1:
		return tryAll(words, lost[0], id)
	}
	return false
}

// tryAll tries every word of the list in one place.
func tryAll(words *packed, at int, id uint64) bool {
	was := words.word(at)
	for n := range list.Words() {
		if words.setWord(at, uint16(n)); words.proves(id) {
			return true
		}
	}
	words.setWord(at, was)
	return false
}

// unswap tries every two words in each other's place.
func unswap(words *packed, id uint64) bool {
	for i := range count {
		for j := range i {
			a, b := words.word(i), words.word(j)
			words.setWord(i, b)
			words.setWord(j, a)
			if words.proves(id) {
				return true
			}
			words.setWord(i, a)
			words.setWord(j, b)
		}
	}
	return false
}
