package shares

import (
	"strings"

	"sigtool/internal/slip39"
)

const maxSuggestions = 4

// suggest lists words of the list that differ from what was typed only by letters that could not be read, or where there are none,
// those one slip away: a letter wrong, missing or too many, two swapped, or right in the first four.
func suggest(word []byte) string {
	small, ok := lower(word[:min(len(word), longest)])
	if !ok || len(word) < 3 || len(word) > longest+1 {
		return ""
	}
	typed := small[:min(len(word), longest)]
	var near, same []string
	for _, entry := range slip39.Words() {
		if len(word) == len(entry) && matches(typed, entry) {
			same = append(same, entry)
		}
		if oneSlip(typed, entry) || len(word) >= 4 && entry[:4] == string(small[:4]) {
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

// alike takes ? for any letter.
func alike(a, b byte) bool { return a == b || a == '?' }

func matches(word []byte, entry string) bool {
	for i, c := range word {
		if !alike(c, entry[i]) {
			return false
		}
	}
	return true
}

// oneSlip looks at what is left of two words without the start and the end that they share.
func oneSlip(word []byte, entry string) bool {
	for len(word) > 0 && entry != "" && alike(word[0], entry[0]) {
		word, entry = word[1:], entry[1:]
	}
	for len(word) > 0 && entry != "" && alike(word[len(word)-1], entry[len(entry)-1]) {
		word, entry = word[:len(word)-1], entry[:len(entry)-1]
	}
	if len(word) == 2 && len(entry) == 2 {
		return word[0] == entry[1] && word[1] == entry[0]
	}
	return len(word) <= 1 && len(entry) <= 1
}
