package shares

import (
	"slices"

	"sigtool/backup"
)

// mend finds the words that the document's number proves. Words that are a slip away from one word of the list are taken for it, and of
// two readings of a number the first, or the last; if that proves nothing, they are taken for lost.
func (r *reading) mend(open []int, id uint64) bool {
	was := slices.Clone(r.indices)
	defer clear(was)
	for _, last := range []bool{false, true} {
		rest := r.guess(open, last)
		if len(rest) < len(open) && repair(r.indices, rest, id) {
			r.correct(was, open)
			return true
		}
		copy(r.indices, was)
	}
	if !repair(r.indices, open, id) {
		return false
	}
	r.correct(was, open)
	return true
}

// guess fills open places with what was probably meant, and returns those where nothing can be guessed.
func (r *reading) guess(open []int, last bool) (rest []int) {
	for _, place := range open {
		if index, ok := r.meant(place+1, last); ok {
			r.indices[place] = index
		} else {
			rest = append(rest, place)
		}
	}
	return rest
}

// meant is the first or the last word of the list that was typed under a number, or the only one that is a slip away.
func (r *reading) meant(number int, last bool) (index uint16, ok bool) {
	for _, t := range r.words {
		if t.Number != number || ok && !last {
			continue
		}
		if i, known := lookUp(t.Word); known {
			index, ok = i, true
		} else if !ok {
			var i int
			i, ok = list.Index(list.Suggest(t.Word))
			index = uint16(i)
		}
	}
	return index, ok
}

// correct lists what repair changed.
func (r *reading) correct(was []uint16, open []int) {
	for i, index := range r.indices {
		c := backup.Correction{Page: r.page, Unit: "word", Line: i + 1, Was: r.as(i + 1), Is: list.Words()[index]}
		switch isOpen := slices.Contains(open, i); {
		case isOpen:
			c.Why = r.why(i+1) + "; found by the checksum, proven by the document's number"
		case index != was[i]:
			c.Why = "another word; found by the checksum, proven by the document's number"
		default:
			continue
		}
		r.corrections = append(r.corrections, c)
	}
}
