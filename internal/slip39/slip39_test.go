package slip39_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"sigtool/internal/slip39"
)

// published is the SHA-256 of the standard's wordlist.txt.
const published = "bcc4555340332d169718aed8bf31dd9d5248cb7da6e5d355140ef4f1e601eec3"

// It is that list, and has what the standard promises of it.
func TestList(t *testing.T) {
	words := slip39.English.Words()
	if len(words) != 1024 || !slices.IsSorted(words) || words[0] != "academic" || words[1023] != "zero" {
		t.Fatalf("%d words", len(words))
	}
	if sum := sha256.Sum256([]byte(strings.Join(words, "\n") + "\n")); hex.EncodeToString(sum[:]) != published {
		t.Errorf("it is another list: %x", sum)
	}
	starts := map[string]bool{}
	for want, word := range words {
		if got, ok := slip39.English.Index(word); got != want || !ok {
			t.Errorf("%s: %d", word, got)
		}
		if len(word) < 4 || len(word) > 8 || starts[word[:4]] {
			t.Errorf("%s is too short, too long, or begins as another does", word)
		}
		starts[word[:4]] = true
	}
	for _, other := range []string{"", "Academic", "zoom", "acad", "zeros"} {
		if _, ok := slip39.English.Index(other); ok {
			t.Errorf("%q is a word", other)
		}
	}
}
