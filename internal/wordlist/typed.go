package wordlist

import (
	"fmt"
	"slices"
)

// Want is what a row that a person types should hold.
type Want struct {
	Next int    // the number of its first word, which may stand before it
	Last int    // the number of the last word there is room for
	More string // what is said of words behind that
	Bare string // what is said of any number, where words have none; else ""
}

// Fault is a token that can't be right.
type Fault struct {
	Token
	Why, Hint string // the hint may show a piece of the secret
	early     bool   // more letters or digits behind it can make it right
}

// Check returns the words of a row, and the numbers and words that can't be right.
func (l *List) Check(tokens []Token, want Want) (words []Token, faults []Fault) {
	for _, t := range tokens {
		number := want.Next + len(words)
		fault := Fault{Token: t}
		if t.IsNumber() {
			switch {
			case want.Bare != "":
				fault.Why = want.Bare
			case t.Number() != number:
				fault.Why, fault.early = fmt.Sprintf("word %d is next", number), len(t.Text) == 1
			}
		} else {
			words = append(words, t)
			if _, ok := l.Lookup(t.Text); number > want.Last {
				fault.Why = want.More
			} else if !ok {
				fault.Why = "not a word of the list"
				if slices.Contains(t.Text, '?') {
					fault.Why = "a word that can't be read"
				}
				_, fault.early = l.Complete(t.Text)
				if len(faults) == 0 { // a typist is told of the first alone
					fault.Hint = l.Suggest(t.Text)
				}
			}
		}
		if fault.Why != "" {
			faults = append(faults, fault)
		}
	}
	return words, faults
}

// Look marks what can't be right in a row that is not finished, but leaves what stands at its end its time, and completes that where
// only one word begins so.
func (l *List) Look(row []byte, tokens []Token, want Want) (wrong []Token, rest string) {
	_, faults := l.Check(tokens, want)
	for _, f := range faults {
		if !f.early || f.To < len(row) {
			wrong = append(wrong, f.Token)
		}
	}
	if n := len(tokens); n > 0 && tokens[n-1].To == len(row) {
		rest, _ = l.Complete(tokens[n-1].Text)
	}
	return wrong, rest
}
