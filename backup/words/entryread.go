package words

import (
	"fmt"
	"strconv"

	"sigtool/backup"
	"sigtool/internal/wordlist"
)

// read reads a finished row, and says what does not check.
func (e *entry) read(typed []byte) (row wordlist.Row, slip *backup.Slip) {
	row = wordlist.NewRow(typed)
	row.Aside = e.next() > count
	tokens, want := e.want(row.Raw)
	words, faults := list.Check(tokens, want)
	if len(words) > 0 || !row.Aside {
		row.Set(words)
	}
	all := backup.Place{To: len(typed)}
	switch {
	case len(faults) > 0:
		slip = &backup.Slip{At: placeOf(faults[0].Token), Why: faults[0].Why, Hint: faults[0].Hint}
	case len(words) == 0 && row.Aside:
		slip = e.unchecked()
	case len(words) == 0:
		slip = &backup.Slip{At: all, Why: fmt.Sprintf("word %d is missing", e.next())}
	case row.Aside && len(words) != checks:
		slip = &backup.Slip{At: all, Why: fmt.Sprintf("the check line has %d words, not %d", len(words), checks)}
	case row.Aside:
		slip = e.compare(words, all)
	}
	return row, slip
}

func placeOf(t wordlist.Token) backup.Place { return backup.Place{From: t.From, To: t.To} }

// want returns the tokens of the next row, without the name of the check line, and what they should be.
func (e *entry) want(row []byte) ([]wordlist.Token, wordlist.Want) {
	tokens, next := wordlist.Tokens(row), e.next()
	if next <= count {
		return tokens, wordlist.Want{Next: next, Last: count, More: fmt.Sprintf("there are %d words, not more; the check line is for itself", count)}
	}
	if len(tokens) != checks && len(tokens) > 0 && isName(tokens[0]) {
		tokens = tokens[1:]
	}
	return tokens, wordlist.Want{Last: len(tokens), Bare: "the check line has no numbers"}
}

// Look marks what can't be right, but leaves the word at the end its time, and completes it where only one word begins like that.
func (e *entry) Look(typed []byte) (wrong []backup.Place, rest string) {
	tokens, want := e.want(typed)
	marked, rest := list.Look(typed, tokens, want)
	for _, t := range marked {
		wrong = append(wrong, placeOf(t))
	}
	return wrong, rest
}

// unchecked judges 24 words without a check line.
func (e *entry) unchecked() *backup.Slip {
	r := place(e.found(nil))
	defer clear(r.code[:])
	if len(r.missing) == 0 && !r.code.fits() {
		return &backup.Slip{Why: "the checksum of BIP-39 does not fit: a word is wrong or in another place"}
	}
	return nil
}

// found is all that was typed, and a check line.
func (e *entry) found(check []wordlist.Token) (f found) {
	for i, word := range e.rows.Words() {
		f.words = append(f.words, wordlist.Pair{Number: i + 1, Word: word})
	}
	if len(check) > 0 {
		f.takeCheck(check)
	}
	return f
}

// compare holds a check line against the words: it points at those that are wrong.
func (e *entry) compare(check []wordlist.Token, all backup.Place) *backup.Slip {
	r := place(e.found(check))
	defer clear(r.code[:])
	near := r.code
	defer clear(near[:])
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
		name, hint := "word "+strconv.Itoa(i+1), list.Words()[near[i]]
		if i >= count {
			name = "word " + strconv.Itoa(i+1-count) + " of the check line"
			slip.At = placeOf(check[i-count])
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
