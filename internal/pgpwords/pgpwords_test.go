package pgpwords

import (
	"strings"
	"testing"
)

func TestPGPWords(t *testing.T) {
	// the fingerprint that Wikipedia's article on the PGP word list uses as its example
	print := []byte{0xE5, 0x82, 0x94, 0xF2, 0xE9, 0xA2, 0x27, 0x48, 0x6E, 0x8B, 0x06, 0x1B, 0x31, 0xCC, 0x52, 0x8F, 0xD7, 0xFA, 0x3F, 0x19}
	const want = "topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish Medusa " +
		"afflict bravado chatter revolver Dupont midsummer stopwatch whimsical cowbell bottomless"
	if got := strings.Join(Of(print), " "); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	seen := map[string]bool{}
	for _, w := range list() {
		seen[strings.ToLower(w)] = true
	}
	if len(list()) != 512 || len(seen) != 512 {
		t.Errorf("%d words, %d of them different", len(list()), len(seen))
	}
}
