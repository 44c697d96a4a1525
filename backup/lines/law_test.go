package lines

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
)

// spoiled returns one of the rows wrong in some way that no reader can see through: another line's characters, a line of another sheet,
// wrong, swapped, lost, doubled or shifted characters, a lost group, an unreadable stretch, or nothing at all.
func spoiled(rng *rand.Rand, rows, foreign [][]byte, i int) []byte {
	row := bytes.Clone(rows[i])
	first := bytes.IndexByte(row, ' ') + 2
	chars := characters(row)
	at := rng.IntN(len(chars))
	switch rng.IntN(9) {
	case 0:
		return nil
	case 1: // the characters of another line under this number
		j := (i + 1 + rng.IntN(len(rows)-1)) % len(rows)
		return slices.Concat(row[:first], rows[j][first:])
	case 2:
		return bytes.Clone(foreign[i])
	case 3:
		for range 1 + rng.IntN(6) {
			p := chars[rng.IntN(len(chars))]
			row[p] = alphabet[(strings.IndexByte(alphabet, row[p])+1+rng.IntN(31))%32]
		}
	case 4:
		if p := chars[at]; at+1 < len(chars) && row[p] != row[chars[at+1]] {
			row[p], row[chars[at+1]] = row[chars[at+1]], row[p]
		} else {
			row[p] = alphabet[(strings.IndexByte(alphabet, row[p])+1)%32]
		}
	case 5:
		row = slices.Delete(row, chars[at], chars[at]+1)
	case 6: // all characters one place further
		row = slices.Insert(row, chars[at], alphabet[rng.IntN(32)])
	case 7: // a group lost
		g := chars[at/4*4]
		row = slices.Delete(row, g, g+4)
	case 8:
		for n := range 5 {
			row[chars[(at+n)%len(chars)]] = '?'
		}
	}
	return row
}

// characters are the places of the forty characters in a printed row.
func characters(row []byte) (places []int) {
	for i := bytes.IndexByte(row, ' '); i < len(row); i++ {
		if row[i] != ' ' {
			places = append(places, i)
		}
	}
	return places
}

// pair returns two sheets of the same length, of 7 to 40 lines.
func pair(rng *rand.Rand, t testing.TB) (p backup.Payload, sheet, foreign *backup.Sheet) {
	n := 60 + rng.IntN(600)
	p = backuptest.Payload(backup.KindSealedKey, n, "one")
	sheet, foreign = mustEncode(t, p), mustEncode(t, backuptest.Payload(backup.KindSealedKey, n, "two"))
	if len(sheet.Rows) != len(foreign.Rows) {
		t.Fatal("two sheets of the same secret's length differ in length")
	}
	return p, sheet, foreign
}

// Two lines of a sheet may be wrong in any way: everything comes back, and both are among the corrections.
func TestAnyTwoLines(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 6))
	for range 150 {
		p, s, foreign := pair(rng, t)
		for range 60 {
			rows := slices.Clone(s.Rows)
			bad := rng.Perm(len(rows))[:1+rng.IntN(2)]
			for _, i := range bad {
				rows[i] = spoiled(rng, s.Rows, foreign.Rows, i)
			}
			text := arranged(rng, rows)
			r, err := Codec{}.Decode(text)
			if err != nil {
				t.Fatalf("lines %v of %d: %v\n%s", bad, len(rows), err, text)
			}
			if !backuptest.Same(r.Payload, p) {
				t.Fatalf("ANOTHER SECRET from lines %v:\n%s", bad, text)
			}
			for _, c := range r.Corrections {
				if !slices.Contains(bad, c.Line-1) {
					t.Fatalf("line %d was right and is listed: %+v\n%s", c.Line, c, text)
				}
			}
			for _, i := range bad {
				if !slices.ContainsFunc(r.Corrections, func(c backup.Correction) bool { return c.Line == i+1 && c.Is != "" && c.Why != "" }) {
					t.Fatalf("line %d was put right silently:\n%s", i+1, text)
				}
			}
			r.Destroy()
		}
		p.Secret.Destroy()
	}
}

// pageOf is the page of row i, from 0.
func pageOf(s *backup.Sheet, i int) int {
	if s.PerPage == 0 {
		return 1
	}
	return i/s.PerPage + 1
}

// arranged shuffles the rows now and then, and types some twice or in small letters.
func arranged(rng *rand.Rand, rows [][]byte) []byte {
	rows = slices.Clone(rows)
	if rng.IntN(2) == 0 {
		rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	}
	if rng.IntN(3) == 0 {
		rows = append(rows, rows[rng.IntN(len(rows))])
	}
	text := bytes.Join(rows, []byte("\n"))
	if rng.IntN(3) == 0 {
		text = bytes.ToLower(text)
	}
	return text
}

// Three bad lines and more are refused, and named, however they are bad.
func TestThreeLinesAndMore(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 8))
	for range 150 {
		p, s, foreign := pair(rng, t)
		for range 30 {
			rows := slices.Clone(s.Rows)
			bad := rng.Perm(len(rows))[:3+rng.IntN(2)]
			for _, i := range bad {
				rows[i] = spoiled(rng, s.Rows, foreign.Rows, i)
			}
			text := arranged(rng, rows)
			r, err := Codec{}.Decode(text)
			var d *backup.Damage
			if !errors.As(err, &d) || !errors.Is(err, backup.ErrDamaged) {
				t.Fatalf("lines %v of %d are bad, and came back as %+v, %v\n%s", bad, len(rows), r, err, text)
			}
			for _, i := range bad {
				if !slices.ContainsFunc(d.Faults, func(f backup.Fault) bool { return f.Line == i+1 && f.Page == pageOf(s, i) && f.Why != "" }) {
					t.Fatalf("line %d is bad and not named: %v\n%s", i+1, err, text)
				}
			}
			if len(rows) > 8 && len(d.Faults) != len(bad) {
				t.Fatalf("lines %v are bad, named are %v\n%s", bad, err, text)
			}
		}
		p.Secret.Destroy()
	}
}

// Fifty thousand sheets with random accidents, where make damage hurts a million: never another secret.
func TestNeverAnotherSecret(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(9, 10))
	patterns := 50_000
	if testing.Short() {
		patterns = 5_000
	}
	p := backuptest.Payload(backup.KindSealedKey, 239, "one")
	s, foreign := mustEncode(t, p), mustEncode(t, backuptest.Payload(backup.KindSealedKey, 239, "two"))
	outcome := map[string]int{}
	for range patterns {
		rows := backuptest.Hurt(rng, s.Rows, foreign.Rows, 1+rng.IntN(6))
		r, err := Codec{}.Decode(bytes.Join(rows, []byte("\n")))
		switch {
		case err != nil:
			outcome["refused"]++
			continue
		case !backuptest.Same(r.Payload, p):
			t.Fatalf("ANOTHER SECRET from:\n%s", bytes.Join(rows, []byte("\n")))
		case len(r.Corrections) > 0:
			outcome["corrected"]++
		default:
			outcome["no damage"]++
		}
		r.Destroy()
	}
	t.Logf("%d patterns: %v", patterns, outcome)
}
