// Package backuptest is the suite that every paper codec runs: what comes back from paper is what went onto it, or an error.
package backuptest

import (
	"bytes"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// Bytes returns n bytes that look random and are the same in every run.
func Bytes(n int, label string) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8(sha256.Sum256([]byte(label)))
	r.Read(b)
	return b
}

// Payload returns a payload of a kind with a secret of n bytes; label makes it differ from others.
func Payload(k backup.Kind, n int, label string) backup.Payload {
	p := backup.Payload{Kind: k, Label: label}
	switch k {
	case backup.KindSealedKey, backup.KindAgeKey, backup.KindKey:
		p.Algorithm, p.Fingerprint = "rsa4096", backup.FingerprintOf(Bytes(32, label+" fingerprint"))
	case backup.KindSeed:
		n = backup.SeedSize
		p.Algorithm, p.Fingerprint, p.Derivation = "p384", backup.FingerprintOf(Bytes(32, label+" fingerprint")), "c2sp-det-keygen/v1"
	}
	p.Secret = secret.From(Bytes(n, label))
	return p
}

// Meta is a date, a holder and a note.
func Meta() backup.Meta {
	return backup.Meta{Date: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Holder: "Zoë Example", Note: "bag 4711 (blue)"}
}

// Run is the suite. Its parts run side by side.
func Run(t *testing.T, c backup.Codec) {
	for name, part := range map[string]func(*testing.T, backup.Codec){
		"round trip": roundTrip, "refusals": refusals, "shares": shares, "ways to type": waysToType,
		"no sheets": noSheets, "truncated": truncated, "damage": damage, "wiped": wiped,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			part(t, c)
		})
	}
}

// each calls f for a few payloads of every kind that the codec takes.
func each(c backup.Codec, f func(backup.Payload)) {
	for _, k := range backup.Kinds() {
		for _, n := range []int{1, 2, 20, 239} {
			if c.Takes(k) {
				p := Payload(k, n, "Kernel modules 2026")
				if k == backup.KindPassphrase {
					p.Secret = secret.From([]byte(strings.Repeat("correct horse ", n)))
				}
				f(p)
				p.Secret.Destroy()
			}
		}
	}
}

// random is the same in every run.
func random() io.Reader { return rand.NewChaCha8(sha256.Sum256([]byte("shares"))) }

func encode(t testing.TB, c backup.Codec, p backup.Payload, m backup.Meta) *backup.Sheet {
	t.Helper()
	sheets, err := c.Encode(p, m, backup.Split{Rand: random()})
	if err != nil || len(sheets) != 1 {
		t.Fatalf("%s does not encode a %s: %d sheets, %v", c.Name(), p.Kind, len(sheets), err)
	}
	return sheets[0]
}

func roundTrip(t *testing.T, c backup.Codec) {
	each(c, func(p backup.Payload) {
		for _, rehearsal := range []bool{false, true} {
			m := Meta()
			m.Rehearsal = rehearsal
			s := encode(t, c, p, m)
			checkSheet(t, c, s)
			r, err := c.Decode(s.Text)
			if err != nil {
				t.Fatalf("a whole sheet is refused: %v\n%s", err, s.Text)
			}
			if !Same(r.Payload, p) || r.Meta != m || r.Code != c.Name() || s.Share == nil && r.DocumentID != s.DocumentID || !r.Sound() {
				t.Fatalf("%+v came back as %+v", p, r)
			}
			if again := encode(t, c, p, m); !bytes.Equal(again.Text, s.Text) {
				t.Fatal("the same payload makes two different sheets")
			}
			r.Destroy()
		}
	})
	bare := Payload(backup.KindSeed, 32, "")
	bare.Algorithm, bare.Fingerprint, bare.Derivation = "", "", ""
	r, err := c.Decode(encode(t, c, bare, backup.Meta{}).Text)
	if err != nil || !Same(r.Payload, bare) || r.Meta != (backup.Meta{}) || !r.Sound() {
		t.Fatalf("a payload without any text came back as %+v, %v", r, err)
	}
}

// Same compares payloads.
func Same(a, b backup.Payload) bool {
	return a.Kind == b.Kind && a.Label == b.Label && a.Algorithm == b.Algorithm && a.Fingerprint == b.Fingerprint &&
		a.Derivation == b.Derivation && a.Secret.Equal(b.Secret)
}

// checkSheet is what a printer and a reader can rely on.
func checkSheet(t *testing.T, c backup.Codec, s *backup.Sheet) {
	t.Helper()
	if s.Code != c.Name() || backup.Sniff(s.Text) != c.Name() {
		t.Fatalf("a sheet of %s says it is %q and looks like %q", c.Name(), s.Code, backup.Sniff(s.Text))
	}
	if bare := bytes.Join(s.Rows, []byte("\n")); backup.Sniff(bare) != c.Name() {
		t.Fatalf("the rows of %s look like %q:\n%s", c.Name(), backup.Sniff(bare), bare)
	}
	if _, ok := backup.ParseID(s.DocumentID); !ok {
		t.Fatalf("document %q", s.DocumentID)
	}
	for _, line := range strings.Split(string(s.Text), "\n") {
		if utf8.RuneCountInString(line) > backup.Width || strings.TrimRight(line, " ") != line || strings.ContainsAny(line, "\t\r") || strings.Contains(line, "\f") && line != "\f" {
			t.Errorf("a line too wide, or with blanks at its end: %q", line)
		}
	}
	if !utf8.Valid(s.Text) || bytes.Contains(s.Text, []byte("REHEARSAL")) != s.Rehearsal {
		t.Error("not UTF-8, or REHEARSAL where it should not be or not where it should")
	}
}

func refusals(t *testing.T, c backup.Codec) {
	good := Payload(backup.KindSeed, 32, "a seed")
	for name, change := range map[string]func(*backup.Payload, *backup.Meta){
		"no secret":            func(p *backup.Payload, _ *backup.Meta) { p.Secret = nil },
		"an empty secret":      func(p *backup.Payload, _ *backup.Meta) { p.Secret = secret.New(0) },
		"a short seed":         func(p *backup.Payload, _ *backup.Meta) { p.Secret = secret.New(31) },
		"an unknown kind":      func(p *backup.Payload, _ *backup.Meta) { p.Kind = "riddle" },
		"no kind":              func(p *backup.Payload, _ *backup.Meta) { p.Kind = "" },
		"a long label":         func(p *backup.Payload, _ *backup.Meta) { p.Label = strings.Repeat("é", 33) },
		"a label of two lines": func(p *backup.Payload, _ *backup.Meta) { p.Label = "a\n01/19  QPZR" },
		"a hidden character":   func(p *backup.Payload, _ *backup.Meta) { p.Label = "a\u202eb" },
		"not UTF-8":            func(p *backup.Payload, _ *backup.Meta) { p.Label = "a\xff" },
		"blanks at the end":    func(p *backup.Payload, _ *backup.Meta) { p.Label = "a " },
		"a fingerprint in hex": func(p *backup.Payload, _ *backup.Meta) { p.Fingerprint = strings.Repeat("0a", 32) },
		"a short fingerprint":  func(p *backup.Payload, _ *backup.Meta) { p.Fingerprint = "SHA256:AAAA" },
		"a long algorithm":     func(p *backup.Payload, _ *backup.Meta) { p.Algorithm = strings.Repeat("a", 33) },
		"an odd derivation":    func(p *backup.Payload, _ *backup.Meta) { p.Derivation = "two words" },
		"a holder of two rows": func(_ *backup.Payload, m *backup.Meta) { m.Holder = "a\rb" },
		"a long note":          func(_ *backup.Payload, m *backup.Meta) { m.Note = strings.Repeat("a", 65) },
		"a date far away":      func(_ *backup.Payload, m *backup.Meta) { m.Date = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		p, m := good, Meta()
		change(&p, &m)
		if s, err := c.Encode(p, m, backup.Split{Rand: random()}); err == nil {
			t.Errorf("%s: a sheet was made: %s", name, s[0].Text)
		}
	}
	for _, k := range backup.Kinds() {
		if !c.Takes(k) {
			if _, err := c.Encode(Payload(k, 32, "x"), Meta(), backup.Split{Rand: random()}); err == nil {
				t.Errorf("a %s was encoded, and Takes says it can't be", k)
			}
		}
	}
}

func wiped(t *testing.T, c backup.Codec) {
	s := encode(t, c, Payload(backup.KindSeed, 32, "wiped"), Meta())
	text, row := s.Text, s.Rows[0]
	s.Destroy()
	if len(bytes.Trim(text, "\x00")) > 0 || len(bytes.Trim(row, "\x00")) > 0 || s.Text != nil || s.Rows != nil {
		t.Error("Destroy left characters of the sheet")
	}
}
