package shares

import (
	"fmt"
	"slices"
	"strings"

	"sigtool/backup"
	"sigtool/internal/wordlist"
)

// reading is one share with what is known of it.
type reading struct {
	*piece
	page        int // place among the shares, from 1
	head        backup.Head
	indices     []uint16 // of its words
	share       *share
	corrections []backup.Correction
	faults      []backup.Fault
	note        string
}

// read makes a share of a piece, or says what is wrong with it.
func (p *piece) read(page int) *reading {
	r := &reading{piece: p, page: page, head: backup.ReadHead(p.notes)}
	if last := p.words[len(p.words)-1].Number; p.bare && last != count {
		r.fault(0, fmt.Sprintf("%d words, not %d", last, count), "")
		return r
	}
	open := r.place()
	id, stated := r.head.DocumentID()
	switch {
	case len(open) == 0 && fits(r.indices):
	case stated:
		if !r.mend(open, id) {
			r.refuse(open, true)
			return r
		}
	default:
		r.refuse(open, false)
		return r
	}
	r.unpack()
	return r
}

func (r *reading) fault(line int, why, hint string) {
	r.faults = append(r.faults, backup.Fault{Page: r.page, Line: line, Why: why, Hint: hint})
}

// place puts the words in order, and lists the places from 0 whose word is not known.
func (r *reading) place() (open []int) {
	r.indices = make([]uint16, count)
	for i := range r.indices {
		index, ok := r.choose(i + 1)
		if !ok {
			open = append(open, i)
		}
		r.indices[i] = index
	}
	return open
}

// choose finds the word that was typed under a number. Where there are several of the list, they must be the same.
func (r *reading) choose(number int) (index uint16, ok bool) {
	for _, t := range r.words {
		if t.Number != number {
			continue
		}
		switch i, known := lookUp(t.Word); {
		case known && ok && i != index:
			return 0, false
		case known:
			index, ok = i, true
		}
	}
	return index, ok
}

// as returns what was typed under a number, every word once.
func (r *reading) as(number int) string {
	var words []string
	for _, t := range r.words {
		if t.Number == number && !slices.Contains(words, string(t.Word)) {
			words = append(words, string(t.Word))
		}
	}
	return strings.Join(words, " or ")
}

// why says what is wrong with a word that is not known.
func (r *reading) why(number int) string {
	known := slices.ContainsFunc(r.words, func(t wordlist.Pair) bool {
		_, ok := lookUp(t.Word)
		return ok && t.Number == number
	})
	switch {
	case known:
		return "there twice, with different words"
	case r.as(number) != "":
		return "not a word of the list"
	}
	return "missing"
}

// hint is what such a word may be.
func (r *reading) hint(number int) string {
	for _, t := range r.words {
		if t.Number != number {
			continue
		}
		if _, known := lookUp(t.Word); known {
			return r.as(number)
		}
		return list.Suggest(t.Word)
	}
	return ""
}

// refuse lists the faults of words that could not be put right.
func (r *reading) refuse(open []int, stated bool) {
	guess := slices.Clone(r.indices)
	defer clear(guess)
	solved := len(open) > 0 && len(open) < sumWords && !stated && try(guess, open, 0, func([]uint16) bool { return true })
	for _, i := range open {
		hint := r.hint(i + 1)
		if solved {
			hint = list.Words()[guess[i]] + ", by the checksum"
		}
		r.fault(i+1, r.why(i+1), hint)
	}
	if len(open) > 0 {
		return
	}
	if place, word, ok := locate(r.indices); ok && !stated {
		r.fault(place+1, "probably another word, by the checksum", list.Words()[word])
		r.note = "the checksum alone proves no correction; with the document's number from the head of the sheet it would"
		return
	}
	r.fault(0, "two or more words are wrong or in another place; which ones can't be told", "")
}

// unpack reads the share of sound words.
func (r *reading) unpack() {
	share, err := unpack(r.indices)
	if err == nil && share.exponent > maxExponent {
		err = fmt.Errorf("its iteration exponent is %d, and more than %d takes too long", share.exponent, maxExponent)
	}
	if err != nil {
		r.fault(0, "the checksum fits, but no tool makes such a share: "+err.Error(), "")
		return
	}
	r.share = share
}
