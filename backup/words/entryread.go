package words

import (
	"bytes"
	"fmt"
	"strconv"

	"sigtool/backup"
)

// read reads a finished row, and says what does not check.
func (e *entry) read(typed []byte) (r row, slip *backup.Slip) {
	r = row{raw: append([]byte{}, typed...), low: append([]byte{}, typed...), check: e.next() > count}
	lower(r.low)
	words, slips := e.walk(r.low)
	for _, at := range words {
		r.words = append(r.words, r.low[at.From:at.To])
	}
	all := backup.Place{To: len(typed)}
	switch {
	case len(slips) > 0:
		slip = slips[0]
	case len(words) == 0 && r.check:
		slip = e.unchecked()
	case len(words) == 0:
		slip = &backup.Slip{At: all, Why: fmt.Sprintf("word %d is missing", e.next())}
	case r.check && len(words) != checks:
		slip = &backup.Slip{At: all, Why: fmt.Sprintf("the check line has %d words, not %d", len(words), checks)}
	case r.check:
		slip = e.compare(r, words)
	}
	if len(words) == 0 && !r.check {
		r.words = [][]byte{{'?'}}
	}
	return r, slip
}

// walk goes through a row in small letters: where its words are, and every number and word that can't be right.
func (e *entry) walk(low []byte) (words []backup.Place, slips []*backup.Slip) {
	next := e.next()
	check := next > count
	all := spans(low)
	if check && len(all) != checks && len(all) > 0 && string(low[all[0].From:all[0].To]) == checkName {
		all = all[1:]
	}
	wrong := func(at backup.Place, why, hint string) {
		slips = append(slips, &backup.Slip{At: at, Why: why, Hint: hint})
	}
	for _, at := range all {
		token := low[at.From:at.To]
		if class(token[0]) == 1 {
			if n := next + len(words); check {
				wrong(at, "the check line has no numbers", "")
			} else if len(token) > 2 || decimal(token) != n {
				wrong(at, fmt.Sprintf("word %d is next", n), "")
			}
			continue
		}
		words = append(words, at)
		if _, ok := lookUp(token); !ok {
			hint := ""
			if len(slips) == 0 { // Take tells of the first one alone
				hint = suggest(token)
			}
			wrong(at, "not a word of the list", hint)
		} else if !check && next+len(words)-1 > count {
			wrong(at, fmt.Sprintf("there are %d words, not more; the check line is for itself", count), "")
		}
	}
	return words, slips
}

// Look marks what can't be right, but leaves the word at the end its time, and completes it where only one word begins like that.
func (e *entry) Look(typed []byte) (wrong []backup.Place, rest string) {
	low := append([]byte{}, typed...)
	defer clear(low)
	lower(low)
	_, slips := e.walk(low)
	end := backup.Place{}
	if all := spans(low); len(all) > 0 && all[len(all)-1].To == len(low) {
		end = all[len(all)-1]
	}
	for _, slip := range slips {
		if slip.At != end || !e.canBecome(low[end.From:end.To]) {
			wrong = append(wrong, slip.At)
		}
	}
	if end.To > end.From {
		rest = complete(low[end.From:end.To])
	}
	return wrong, rest
}

// canBecome tells whether a token that can't be right as it is may be the start of one that can.
func (e *entry) canBecome(token []byte) bool {
	if class(token[0]) == 1 {
		return len(token) == 1 && e.next() <= count // of two digits
	}
	at, _ := find(token)
	return bytes.IndexByte(token, '?') >= 0 || at < len(list()) && bytes.HasPrefix([]byte(list()[at]), token)
}

// complete is what follows, if one word of the list alone begins like that.
func complete(start []byte) string {
	at, exact := find(start)
	begins := func(i int) bool { return i < len(list()) && bytes.HasPrefix([]byte(list()[i]), start) }
	if exact || !begins(at) || begins(at+1) {
		return ""
	}
	return list()[at][len(start):]
}

// unchecked judges 24 words without a check line.
func (e *entry) unchecked() *backup.Slip {
	r := place(e.found(row{}))
	defer clear(r.code[:])
	if len(r.missing) == 0 && !r.code.fits() {
		return &backup.Slip{Why: "the checksum of BIP-39 does not fit: a word is wrong or in another place"}
	}
	return nil
}

// found is all that was typed, and a check line.
func (e *entry) found(check row) (f found) {
	n := 0
	for _, r := range e.rows {
		for _, word := range r.words {
			n++
			f.words = append(f.words, typed{n, word})
		}
	}
	if len(check.words) > 0 {
		f.takeCheck(check.words)
	}
	return f
}

// compare holds a check line against the words: it points at those that are wrong.
func (e *entry) compare(check row, places []backup.Place) *backup.Slip {
	r := place(e.found(check))
	defer clear(r.code[:])
	near := r.code
	defer clear(near[:])
	all := backup.Place{To: len(check.raw)}
	switch {
	case len(r.missing) > checks || near.repair(r.missing, 0, (*code).fits):
		return nil // nothing is wrong beside what the typist said is missing
	case !near.repair(r.missing, (checks-len(r.missing))/2, (*code).fits):
		return &backup.Slip{At: all, Why: "it does not fit the 24 words; which of them is wrong can't be told"}
	}
	slip := &backup.Slip{At: all}
	for i := range near {
		if near[i] == r.code[i] || r.why[i] != "" {
			continue
		}
		name, hint := "word "+strconv.Itoa(i+1), list()[near[i]]
		if i >= count {
			name = "word " + strconv.Itoa(i+1-count) + " of the check line"
			slip.At = places[i-count]
		}
		if slip.Why != "" {
			slip.Why, slip.Hint = slip.Why+" and ", slip.Hint+", and "
		}
		slip.Why += name
		slip.Hint += hint + " as " + name
	}
	slip.Why += " does not fit the others"
	return slip
}
