package lp

import (
	"bytes"
	"testing"
)

func TestBothWays(t *testing.T) {
	data := Append(Uint32(nil, 7), []byte("ab"), []byte("c"))
	if want := "\x07\x00\x00\x00\x03\x00\x00\x00abc"; string(data) != want {
		t.Fatalf("%q", data)
	}
	var n uint32
	var value Bytes
	for cut := range data {
		rest := Bytes(data[:cut])
		if rest.Uint32(&n) && rest.Prefixed(&value) {
			t.Errorf("cut at %d it was read", cut)
		}
	}
	rest := Bytes(append(bytes.Clone(data), 'x'))
	if !rest.Uint32(&n) || !rest.Prefixed(&value) || n != 7 || string(value) != "abc" || string(rest) != "x" {
		t.Errorf("%d %q %q", n, value, rest)
	}
	if rest = Bytes("\xff\xff\xff\xffabc"); rest.Prefixed(&value) || len(rest) != 7 {
		t.Error("a length beyond the end was believed")
	}
}
