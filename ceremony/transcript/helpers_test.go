package transcript

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"strings"
	"testing"
	"time"

	"sigtool/keygen"
)

func header() Header {
	return Header{Program: "sigtool test", Plan: strings.Repeat("ab", 32), Binary: strings.Repeat("cd", 32), Title: "A <title> & more",
		Kind: "generate", Front: "answers", Rehearsal: true, Steps: []string{"identity", "roll-call", "transcript"}}
}

// keys returns throw-away keys of the kinds that sign in different ways, by label.
func keys(t testing.TB, algorithms ...keygen.Algorithm) map[string]crypto.Signer {
	t.Helper()
	out := map[string]crypto.Signer{}
	for i, alg := range algorithms {
		key, err := keygen.FromSeed(alg, bytes.Repeat([]byte{byte(i + 1)}, keygen.SeedSize))
		if err != nil {
			t.Fatal(err)
		}
		out[string(alg)] = key
	}
	return out
}

func ownKey() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) }

// clock is a clock that goes on by a second whenever it is looked at.
func clock() func() time.Time {
	now := time.Date(2027, 1, 1, 9, 0, 0, 0, time.UTC)
	return func() time.Time { now = now.Add(time.Second); return now }
}

// sealed writes a small transcript.
func sealed(t testing.TB, outcome string, signers map[string]crypto.Signer) []byte {
	t.Helper()
	w, err := NewWriter(header(), ownKey(), clock(), nil)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(err)
	check(w.Append("machine", EventException, map[string]string{"check": "links", "reason": "a café, \"quoted\" \u2028"}))
	for _, alg := range keygen.Algorithms() {
		if key := signers[string(alg)]; key != nil {
			check(w.Key("generate", string(alg), string(alg), keygen.Derivation(alg), key.Public()))
		}
	}
	check(w.Output("outputs", "key.pem", []byte("sealed"), true))
	check(w.Output("outputs", "key.pub", []byte("public"), false))
	raw, err := w.Seal(outcome, "", signers, nil)
	check(err)
	return raw
}

// chained writes lines with numbers and links put right.
func chained(t *testing.T, lines []Line) []byte {
	t.Helper()
	var out []byte
	prev := firstLink
	for i, l := range lines {
		l.Seq, l.Prev = i+1, prev
		raw, err := l.encode()
		if err != nil {
			t.Fatal(err)
		}
		prev = link(raw)
		out = append(out, raw...)
	}
	return out
}

// events returns the lines of an event.
func events(t *Transcript, event string) (lines []Line) {
	for _, l := range t.Lines {
		if l.Event == event {
			lines = append(lines, l)
		}
	}
	return lines
}
