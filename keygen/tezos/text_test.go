package tezos

import (
	"bytes"
	"testing"
)

// Whatever a text holds, it begins with its letters and has its length.
func TestPrefixes(t *testing.T) {
	for _, p := range Prefixes {
		for _, fill := range []byte{0, 1, 0x7f, 0xff} {
			payload := bytes.Repeat([]byte{fill}, p.Size)
			text := Encode(p, payload)
			got, back, err := Decode(text)
			if err != nil || got != p || !bytes.Equal(back, payload) {
				t.Errorf("%s of %d: %q has %d letters: %v", p.Letters, p.Size, text, len(text), err)
			}
		}
	}
}
