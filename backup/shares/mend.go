package shares

import (
	"slices"

	"sigtool/backup"
	"sigtool/internal/slip39"
)

// mend finds the words that the document's number proves: those that are a slip away from one word of the list are taken for it first.
func (r *reading) mend(open []int, id uint64) bool {
	was := slices.Clone(r.indices)
	defer clear(was)
	rest := r.guess(open)
	if !repair(r.indices, rest, id) {
		copy(r.indices, was)
		if len(rest) == len(open) || !repair(r.indices, open, id) {
			return false
		}
	}
	r.correct(was, open)
	return true
}

// guess fills open places whose word can be one only, and returns the others.
func (r *reading) guess(open []int) (rest []int) {
	for _, place := range open {
		i := slices.IndexFunc(r.words, func(t typed) bool { return t.number == place+1 })
		if i >= 0 && !r.words[i].known {
			if index, ok := slip39.Index(suggest(r.words[i].word)); ok {
				r.indices[place] = uint16(index)
				continue
			}
		}
		rest = append(rest, place)
	}
	return rest
}

// correct lists what repair changed.
func (r *reading) correct(was []uint16, open []int) {
	for i, index := range r.indices {
		c := backup.Correction{Page: r.page, Line: i + 1, Was: r.as(i + 1), Is: slip39.Words()[index]}
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
