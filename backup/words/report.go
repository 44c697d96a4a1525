package words

import (
	"strings"

	"sigtool/backup"
)

// corrections lists what was put right, in order.
func (r *reading) corrections(right *code, by string) (all []backup.Correction) {
	for i := range r.places() {
		why := r.why[i]
		if why == "" && r.code[i] == right[i] {
			continue
		}
		c := backup.Correction{Page: 1, Unit: "word", Line: i + 1, Was: string(r.was[i]), Is: list.Words()[right[i]]}
		if r.torn != "" && i >= count {
			c.Is, why = right.checkLine(), r.torn
		}
		c.Why = r.reason(right, i, why, "") + "; put right by " + by
		if all = append(all, c); r.torn != "" && i >= count {
			break
		}
	}
	for i, f := range r.extra {
		all = append(all, backup.Correction{Page: 1, Unit: "word", Line: f.Line, Was: string(r.over[i]), Why: f.Why + "; left out"})
	}
	return all
}

// places is how many places the sheet has: a sheet of the first version has no check line.
func (r *reading) places() int {
	if r.checked {
		return total
	}
	return count
}

// checkLine is the four words of the check line.
func (c *code) checkLine() string {
	var words []string
	for _, n := range c[count:] {
		words = append(words, list.Words()[n])
	}
	return strings.Join(words, " ")
}

// reason says why place i is not as it should be.
func (r *reading) reason(right *code, i int, why, probably string) string {
	if why == "" {
		why = probably + "another word"
		for j := range r.code {
			if right[i] != right[j] && r.code[i] == right[j] && r.code[j] == right[i] {
				why = probably + "swapped with another"
			}
		}
	}
	if i >= count && r.torn == "" {
		why = "of the check line: " + why
	}
	return why
}

// damage refuses, and says which words are at fault as far as the check line can tell.
func (r *reading) damage(stated bool) error {
	near := r.code
	defer clear(near[:])
	told := r.checked && near.repair(r.missing, (checks-len(r.missing))/2, (*code).fits)
	d := &backup.Damage{Unit: "word", Total: count}
	for i := range r.places() {
		why, hint := r.why[i], r.hint[i]
		switch {
		case r.torn != "" && i > count:
			continue
		case r.torn != "" && i == count:
			why = r.torn
		case told && (why != "" || near[i] != r.code[i]):
			hint = list.Words()[near[i]] + ", by the check line"
		case why == "":
			continue
		}
		d.Faults = append(d.Faults, backup.Fault{Page: 1, Line: i + 1, Why: r.reason(&near, i, why, "probably "), Hint: hint})
	}
	d.Faults = append(d.Faults, r.extra...)
	if len(d.Faults) == 0 {
		d.Faults = []backup.Fault{{Page: 1, Why: r.unclear(stated)}}
	}
	d.Note = r.advice(stated, told)
	return d
}

func (r *reading) unclear(stated bool) string {
	switch {
	case r.checked:
		return "three or more words are wrong or in another place; which ones can't be told"
	case stated:
		return "two or more words are wrong or in another place; which ones can't be told"
	}
	return "one or more words are wrong or in another place; the checksum of BIP-39 can't tell which"
}

// advice is what a person can do.
func (r *reading) advice(stated, told bool) string {
	fits := r.missingWords() == 0 && r.code.fits()
	switch {
	case stated && told:
		return "the document's number does not prove it: check that against the paper too"
	case stated && fits:
		return "the words have a checksum that fits, the document's number does not: check both against the paper"
	case stated:
		return ""
	case r.checked && fits:
		return "the words have a checksum that fits; the document's number from the head of the sheet would prove them"
	case r.checked:
		return "the document's number from the head of the sheet would help, if it is one"
	case len(r.missing) == 0:
		return "the check line or the document's number from the head of the sheet would tell, if it is one"
	}
	return ""
}
