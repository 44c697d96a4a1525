package backup

import (
	"strings"
	"testing"
	"time"
)

func TestFromHeads(t *testing.T) {
	fingerprint := FingerprintOf(make([]byte, 32))
	read := func(lines ...string) Head { return ReadHead([]byte(strings.Join(lines, "\n"))) }
	first := read("Label: A key", "Algorithm: two words", "Fingerprint: SHA256:AAAA", "Made: 2026-11-21", "Holder: Ann", "Note: safe 3")
	second := read("Label: Another", "Algorithm: p256", "Derivation: seed", "Fingerprint: "+fingerprint, "Made: 2027-01-01", "Holder: Ben", "Note: safe 3",
		"*** REHEARSAL ***")
	p, m, unread := FromHeads(first, Head{}, second)
	if want := (Payload{Label: "A key", Algorithm: "p256", Derivation: "seed", Fingerprint: fingerprint}); p != want {
		t.Errorf("%+v, not %+v", p, want)
	}
	if want := (Meta{Date: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Note: "safe 3", Rehearsal: true}); m != want {
		t.Errorf("%+v, not %+v", m, want)
	}
	if got := strings.Join(unread, "\n"); got != "" { // what has not its form is no value at all
		t.Errorf("unread %q", unread)
	}
	long := strings.Repeat("x", 65)
	p, m, unread = FromHeads(read("Label: "+long, "Holder: Ann", "Companion: "+long, "Made: 0000-01-01"))
	if p != (Payload{}) || m != (Meta{Holder: "Ann"}) || len(unread) != 2 {
		t.Errorf("%+v, %+v, %q", p, m, unread)
	}
	if p, m, unread = FromHeads(); p != (Payload{}) || m != (Meta{}) || unread != nil {
		t.Errorf("of no head: %+v, %+v, %q", p, m, unread)
	}
}
