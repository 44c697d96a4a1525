package slip39_test

import (
	"slices"
	"testing"

	"sigtool/internal/slip39"
)

// What the standard promises of its list; that it is the right list is proven by the vectors of backup/shares.
func TestList(t *testing.T) {
	words := slip39.Words()
	if len(words) != 1024 || !slices.IsSorted(words) || words[0] != "academic" || words[1023] != "zero" {
		t.Fatalf("%d words", len(words))
	}
	starts := map[string]bool{}
	for want, word := range words {
		if got, ok := slip39.Index(word); got != want || !ok {
			t.Errorf("%s: %d", word, got)
		}
		if len(word) < 4 || len(word) > 8 || starts[word[:4]] {
			t.Errorf("%s is too short, too long, or begins as another does", word)
		}
		starts[word[:4]] = true
	}
	for _, other := range []string{"", "Academic", "zoom", "acad", "zeros"} {
		if _, ok := slip39.Index(other); ok {
			t.Errorf("%q is a word", other)
		}
	}
}
