package backuptest

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"sigtool/backup"
)

// waysToType are all the same sheet to a reader.
func waysToType(t *testing.T, c backup.Codec) {
	p := Payload(backup.KindSeed, 32, "typed")
	text := string(encode(t, c, p, Meta()).Text)
	wide := utf16.Encode([]rune("\ufeff" + text))
	little, big := []byte{}, []byte{}
	for _, u := range wide {
		little, big = append(little, byte(u), byte(u>>8)), append(big, byte(u>>8), byte(u))
	}
	for name, typed := range map[string]string{
		"CRLF":           strings.ReplaceAll(text, "\n", "\r\n"),
		"CR":             strings.ReplaceAll(text, "\n", "\r"),
		"BOM":            "\ufeff" + text,
		"UTF-16, little": string(little),
		"UTF-16, big":    string(big),
		"hard spaces":    strings.ReplaceAll(text, " ", "\u00a0"),
		"tabs":           strings.ReplaceAll(text, "  ", "\t "),
		"indented":       "    " + strings.ReplaceAll(text, "\n", "\n    "),
		"double spaced":  strings.ReplaceAll(text, "\n", "\n\n"),
		"no end of line": strings.TrimRight(text, "\n"),
		"comments":       "# typed by Ann\n" + strings.ReplaceAll(text, "\n", "   # ok\n# next\n"),
		"form feeds":     strings.Replace(text, "\n\n", "\n\f\n", 1),
	} {
		r, err := c.Decode([]byte(typed))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !r.Secret.Equal(p.Secret) || len(r.Corrections) > 0 {
			t.Errorf("%s: came back as %+v", name, r)
		}
	}
}

func noSheets(t *testing.T, c backup.Codec) {
	for name, text := range map[string][]byte{
		"nothing":         nil,
		"blank lines":     []byte("\n\n \r\n"),
		"prose":           []byte("Dear Sir or Madam,\nthe key is in the other safe.\n"),
		"a program":       Bytes(70000, "a program"),
		"zeros":           make([]byte, 100000),
		"one long line":   bytes.Repeat([]byte("QPZR "), 200000),
		"many numbers":    bytes.Repeat([]byte("1/9 QPZR\n2 3\n"), 50000),
		"above the limit": bytes.Repeat([]byte("\n"), backup.MaxTextSize+1),
		"half a BOM":      []byte("\xff\xfeQ"),
		"PEM":             []byte("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAAA\n-----END PRIVATE KEY-----\n"),
	} {
		if r, err := c.Decode(text); err == nil {
			t.Errorf("%s: gave %+v", name, r)
		}
		if got := backup.Sniff(text); name != "many numbers" && got != "" {
			t.Errorf("%s: looks like %q", name, got)
		}
	}
}

// truncated cuts the rows off at every place: an error or the same secret, and a name for what is missing.
func truncated(t *testing.T, c backup.Codec) {
	p := Payload(backup.KindSeed, 32, "truncated")
	s := encode(t, c, p, Meta())
	rows := bytes.Join(s.Rows, []byte("\n"))
	head := s.Text[:bytes.Index(s.Text, s.Rows[0])]
	for n := range rows {
		check(t, c, p, slices.Concat(head, rows[:n]))
		check(t, c, p, slices.Concat(head, rows[n:]))
	}
}

// check decodes a damaged text: never another secret, and a refusal that names a fault is an ErrDamaged.
func check(t testing.TB, c backup.Codec, p backup.Payload, text []byte) (restored bool) {
	t.Helper()
	r, err := c.Decode(text)
	if err == nil {
		defer r.Destroy()
		if !r.Secret.Equal(p.Secret) || r.Kind != p.Kind {
			t.Fatalf("ANOTHER SECRET came from:\n%s", text)
		}
		return true
	}
	var d *backup.Damage
	if errors.As(err, &d) && (len(d.Faults) == 0 || !errors.Is(err, backup.ErrDamaged) || d.Error() == "") {
		t.Fatalf("damage without a fault: %v", err)
	}
	return false
}

// damage hurts the rows in random ways, and leaves the head alone.
func damage(t *testing.T, c backup.Codec) {
	rng := rand.New(rand.NewPCG(1, 2))
	p, other := Payload(backup.KindSeed, 32, "hurt"), Payload(backup.KindSeed, 32, "other")
	s := encode(t, c, p, Meta())
	head := s.Text[:bytes.Index(s.Text, s.Rows[0])]
	foreign := encode(t, c, other, Meta()).Rows
	restored := 0
	const trials = 2500 // make damage hurts a million sheets of each code
	for range trials {
		rows := Hurt(rng, s.Rows, foreign, 1+rng.IntN(4))
		if check(t, c, p, slices.Concat(head, bytes.Join(rows, []byte("\n")))) {
			restored++
		}
	}
	t.Logf("%s: %d of %d hurt sheets came back, none as another secret", c.Name(), restored, trials)
}

// Hurt returns the rows with so many random accidents, of the kinds that befall paper and people who type.
func Hurt(rng *rand.Rand, rows, foreign [][]byte, accidents int) [][]byte {
	var hurt [][]byte
	for _, row := range rows {
		hurt = append(hurt, bytes.Clone(row))
	}
	for range accidents {
		i, j := rng.IntN(len(hurt)), rng.IntN(len(hurt))
		switch rng.IntN(12) {
		case 0: // a lost row
			if len(hurt) > 1 {
				hurt = slices.Delete(hurt, i, i+1)
			}
		case 1: // two rows swapped, numbers and all: no damage
			hurt[i], hurt[j] = hurt[j], hurt[i]
		case 2: // typed twice
			hurt = slices.Insert(hurt, j, bytes.Clone(hurt[i]))
		case 3: // a row of another sheet
			hurt[i] = bytes.Clone(foreign[rng.IntN(len(foreign))])
		default:
			hurt[i] = HurtRow(rng, hurt[i])
		}
	}
	return hurt
}

// HurtRow returns a row with one accident in it.
func HurtRow(rng *rand.Rand, row []byte) []byte {
	if len(row) < 8 {
		return row
	}
	at := rng.IntN(len(row) - 4)
	switch rng.IntN(7) {
	case 0: // a wrong character
		row[at] = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LOIB1?abcdefgz "[rng.IntN(46)]
	case 1: // two swapped
		row[at], row[at+1] = row[at+1], row[at]
	case 2: // one lost
		row = slices.Delete(row, at, at+1)
	case 3: // one typed twice
		row = slices.Insert(row, at, row[at])
	case 4: // a group lost
		row = slices.Delete(row, at, at+4)
	case 5: // a torn edge
		row = row[:at]
	default: // smudged
		copy(row[at:], "????"[:1+rng.IntN(4)])
	}
	return row
}

// Fuzz feeds a codec anything. Whatever it takes for a sheet must make the same sheet again.
func Fuzz(f *testing.F, c backup.Codec) {
	for _, k := range backup.Kinds() {
		if c.Takes(k) {
			s := encode(f, c, Payload(k, 40, "seed of the fuzzer"), Meta())
			f.Add(s.Text)
			f.Add(bytes.Join(s.Rows, []byte("\n")))
			f.Add(bytes.ToLower(bytes.Join(s.Rows[:len(s.Rows)-1], []byte(" \r\n"))))
			f.Add(bytes.ReplaceAll(s.Text, []byte("Q"), []byte("?")))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := c.Decode(text)
		if err != nil {
			return
		}
		defer r.Destroy()
		sheets, err := c.Encode(r.Payload, r.Meta, backup.Split{Rand: random()})
		if err != nil {
			t.Fatalf("what was restored can't be written again: %v", err)
		}
		if s := sheets[0]; s.Share == nil && s.DocumentID != r.DocumentID {
			t.Fatalf("document %s was restored, and %s written again", r.DocumentID, s.DocumentID)
		}
		for _, s := range sheets {
			s.Destroy()
		}
	})
}
