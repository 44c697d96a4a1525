package bip39_test

import (
	"slices"
	"testing"

	"github.com/tyler-smith/go-bip39/wordlists"

	"sigtool/internal/bip39"
)

func TestSameListAsTheLibrary(t *testing.T) {
	if !slices.Equal(bip39.English.Words(), wordlists.English) {
		t.Error("the list is not that of BIP-39")
	}
	for want, word := range wordlists.English {
		if got, ok := bip39.English.Index(word); got != want || !ok {
			t.Errorf("%s: %d", word, got)
		}
	}
	for _, other := range []string{"", "Abandon", "zoom", "aaaa", "abando"} {
		if _, ok := bip39.English.Index(other); ok {
			t.Errorf("%q is a word", other)
		}
	}
}
