// Package wordlist finds the words of a list in what people typed, capitals or not, and keeps rows of them while they
// type. It makes no strings of them, which can't be wiped: they can be a secret.
package wordlist

import (
	"crypto/subtle"
	"slices"
	"strings"
	"sync"
)

// List is a list of words in small letters and in order of the alphabet, of which no two begin with the same four letters.
type List struct{ words func() []string }

// New makes a list of a text, one word to a line. The text is read when the first word is asked for.
func New(text string) *List {
	return &List{sync.OnceValue(func() []string { return strings.Fields(text) })}
}

// Words returns the list. Nobody may change it.
func (l *List) Words() []string { return l.words() }

// longest is how many letters a word has at most, in either list.
const longest = 8

// AppendWord appends the word at a place, from 0. It reads the whole list whichever word is wanted, for which one it is may be a secret.
func (l *List) AppendWord(to []byte, place int) []byte {
	var word [longest]byte
	size := 0
	for i, entry := range l.Words() {
		mask := -subtle.ConstantTimeEq(int32(i), int32(place))
		for k := range len(entry) {
			word[k] |= entry[k] & byte(mask)
		}
		size |= len(entry) & mask
	}
	defer clear(word[:])
	return append(to, word[:size]...)
}

// Pad fills a row with spaces up to a width.
func Pad(row []byte, width int) []byte {
	for len(row) < width {
		row = append(row, ' ')
	}
	return row
}

// Index returns the place of a word, from 0, and false for any other; capitals make it another.
func (l *List) Index(word string) (int, bool) { return slices.BinarySearch(l.Words(), word) }

// Find returns a word's place in the list, from 0, or where it would stand.
func (l *List) Find(word []byte) (place int, exact bool) {
	return slices.BinarySearchFunc(l.Words(), word, compare)
}

// compare makes no string of a word, which could not be wiped.
func compare(entry string, word []byte) int {
	for i := range min(len(entry), len(word)) {
		if c := small(word[i]); entry[i] != c {
			return int(entry[i]) - int(c)
		}
	}
	return len(entry) - len(word)
}

func small(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// Lookup finds a word of the list, or the only one that begins with the four letters or more that were typed.
func (l *List) Lookup(word []byte) (place int, ok bool) {
	place, exact := l.Find(word)
	if !exact && (len(word) < 4 || !l.begins(place, word)) {
		return 0, false
	}
	return place, true
}

// begins tells whether the word at a place begins so.
func (l *List) begins(place int, start []byte) bool {
	list := l.Words()
	return place < len(list) && len(list[place]) >= len(start) && compare(list[place][:len(start)], start) == 0
}

// Complete returns what is left of the only word that begins so. It returns false where no word does; of a start with a ? in it that
// can't be said.
func (l *List) Complete(start []byte) (rest string, ok bool) {
	place, _ := l.Find(start)
	if !l.begins(place, start) {
		return "", slices.Contains(start, '?')
	}
	if l.begins(place+1, start) {
		return "", true
	}
	return l.Words()[place][len(start):], true
}

const maxSuggestions = 4

// Suggest lists, with "or" between, the words that differ from what was typed only by letters that could not be read, or where there
// are none, those one slip away: a letter wrong, missing or too many, two swapped, or right in the first four. "" if they are many.
func (l *List) Suggest(word []byte) string {
	var same, near []string
	for _, entry := range l.Words() {
		rest, left := strip(word, entry)
		switch {
		case len(rest) == 0 && left == "":
			same = append(same, entry)
		case oneSlip(rest, left) || len(word) >= 4 && compare(entry[:min(4, len(entry))], word[:4]) == 0:
			near = append(near, entry)
		}
	}
	if same != nil {
		near = same
	}
	if len(near) > maxSuggestions {
		return ""
	}
	return strings.Join(near, " or ")
}

// OneSlip tells whether a typed word is another one but for one slip at most.
func OneSlip(word []byte, other string) bool { return oneSlip(strip(word, other)) }

func oneSlip(rest []byte, left string) bool {
	if len(rest) == 2 && len(left) == 2 {
		return small(rest[0]) == left[1] && small(rest[1]) == left[0]
	}
	return len(rest) <= 1 && len(left) <= 1
}

// strip returns what is left of two words without the start and the end that they share.
func strip(word []byte, entry string) (rest []byte, left string) {
	for len(word) > 0 && entry != "" && alike(word[0], entry[0]) {
		word, entry = word[1:], entry[1:]
	}
	for len(word) > 0 && entry != "" && alike(word[len(word)-1], entry[len(entry)-1]) {
		word, entry = word[:len(word)-1], entry[:len(entry)-1]
	}
	return word, entry
}

// alike takes ? for any letter.
func alike(typed, letter byte) bool { return small(typed) == letter || typed == '?' }
