package codex32

import (
	"bytes"
	"slices"
)

// candidate is what a part may have been: as many characters as it has, ? for those that are not known.
type candidate struct {
	chars []byte
	note  string // what was done to it; empty where it has its length by itself
	other bool   // another reading of the same part was left out
}

// candidates lists the ways to make the tokens of a part as long as it has to be. The first ways change the least.
func (p *part) candidates() (list []candidate) {
	for _, tokens := range p.readings {
		a := aligner{width: p.width, tokens: tokens, chars: join(tokens)}
		list = append(list, a.all()...)
	}
	for i := range list {
		list[i].other = len(p.readings) > 1
	}
	return list
}

type aligner struct {
	width  int
	tokens [][]byte
	chars  []byte
	list   []candidate
}

func (a *aligner) all() []candidate {
	a.try("", a.chars)
	a.oddGroups()
	a.oneCharacter()
	a.oneGroup()
	if missing := a.width - len(a.chars); missing > 0 && missing <= maxErased {
		a.try("its end is missing", a.chars, unread(missing))
		a.try("its beginning is missing", unread(missing), a.chars)
	}
	a.swapped()
	return a.list
}

// try adds the pieces as a candidate if they have the length.
func (a *aligner) try(note string, pieces ...[]byte) {
	if chars := join(pieces); len(chars) == a.width {
		a.list = append(a.list, candidate{chars: chars, note: note})
	}
}

func unread(n int) []byte { return bytes.Repeat([]byte("?"), n) }

func (a *aligner) groups() int { return (a.width + groupLen - 1) / groupLen }

// sizeOf is how many characters group i has.
func (a *aligner) sizeOf(i int) int { return min(groupLen, a.width-i*groupLen) }

// oddGroups takes groups of another size than theirs for unreadable.
func (a *aligner) oddGroups() {
	if len(a.tokens) != a.groups() {
		return
	}
	pieces, odd := make([][]byte, len(a.tokens)), 0
	for i, t := range a.tokens {
		if pieces[i] = t; len(t) != a.sizeOf(i) {
			pieces[i] = unread(a.sizeOf(i))
			odd++
		}
	}
	if odd > 0 && odd <= 3 {
		a.try("a group has not its size", pieces...)
	}
}

// oneCharacter puts one in, or leaves one out, anywhere.
func (a *aligner) oneCharacter() {
	switch len(a.chars) {
	case a.width - 1:
		for i := range a.width {
			a.try("a character is missing", a.chars[:i], unread(1), a.chars[i:])
		}
	case a.width + 1:
		for i := range a.chars {
			a.try("there is a character too many", a.chars[:i], a.chars[i+1:])
		}
	}
}

// oneGroup does the same with a group.
func (a *aligner) oneGroup() {
	switch len(a.tokens) {
	case a.groups() - 1:
		for i := range a.groups() {
			a.try("a group is missing", slices.Insert(slices.Clone(a.tokens), i, unread(a.sizeOf(i)))...)
		}
	case a.groups() + 1:
		for i := range a.tokens {
			a.try("there is a group too many", slices.Delete(slices.Clone(a.tokens), i, i+1)...)
		}
	}
}

// swapped exchanges neighbouring groups.
func (a *aligner) swapped() {
	for i := 1; i < len(a.tokens) && len(a.tokens) == a.groups(); i++ {
		tokens := slices.Clone(a.tokens)
		tokens[i-1], tokens[i] = tokens[i], tokens[i-1]
		a.try("two groups are swapped", tokens...)
	}
}
