package words

import (
	"strings"
)

const maxSuggestions = 4

// suggest lists words of the list that are one slip away from what was typed: a letter wrong, missing, too many or not read, two
// swapped, or right in the first four.
func suggest(word []byte) string {
	var near []string
	for _, entry := range list() {
		if same(word, entry) {
			near = append(near, entry)
		}
	}
	if len(near) > 0 && len(near) <= maxSuggestions {
		return strings.Join(near, " or ")
	}
	near = nil
	for _, entry := range list() {
		if oneSlip(word, entry) || len(word) >= 4 && strings.HasPrefix(entry, string(word[:4])) {
			near = append(near, entry)
		}
	}
	if len(near) == 0 || len(near) > maxSuggestions {
		return ""
	}
	return strings.Join(near, " or ")
}

// oneSlip tells whether a word differs from an entry by one wrong, missing, superfluous or swapped letter, or only by letters
// that could not be read.
func oneSlip(word []byte, entry string) bool {
	if len(word) < len(entry)-1 || len(word) > len(entry)+1 {
		return false
	}
	if len(word) == len(entry) && same(word, entry) {
		return true
	}
	i := 0
	for i < len(word) && i < len(entry) && word[i] == entry[i] {
		i++
	}
	switch a, b := word[i:], entry[i:]; len(a) - len(b) {
	case 1:
		return same(a[1:], b)
	case -1:
		return same(a, b[1:])
	default:
		swapped := len(a) > 1 && a[0] == b[1] && a[1] == b[0] && same(a[2:], b[2:])
		return swapped || len(a) > 0 && same(a[1:], b[1:])
	}
}

// same compares as far as the word could be read.
func same(word []byte, entry string) bool {
	for i, c := range word {
		if i >= len(entry) || c != entry[i] && c != '?' {
			return false
		}
	}
	return len(word) == len(entry)
}
