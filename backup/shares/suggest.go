package shares

import (
	"strings"

	"sigtool/internal/slip39"
)

const maxSuggestions = 4

// suggest lists words of the list that are one slip away from what was typed: a letter wrong, missing, too many or not read, two
// swapped, or right in the first four.
func suggest(word []byte) string {
	small, ok := lower(word[:min(len(word), longest)])
	if !ok || len(word) < 3 || len(word) > longest+1 {
		return ""
	}
	var near []string
	for _, entry := range slip39.Words() {
		if oneSlip(small[:min(len(word), longest)], entry) || len(word) >= 4 && entry[:4] == string(small[:4]) {
			near = append(near, entry)
		}
	}
	if len(near) > maxSuggestions {
		return ""
	}
	return strings.Join(near, " or ")
}

// oneSlip looks at what is left of two words without the start and the end that they share; ? is any letter.
func oneSlip(word []byte, entry string) bool {
	alike := func(a, b byte) bool { return a == b || a == '?' }
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
