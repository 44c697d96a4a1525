package main

import (
	"bytes"
	"math/rand/v2"
	"slices"
)

// kinds are what happens to paper and to people who type. Each sheet gets one or two of a kind.
var kinds = []struct {
	name string
	hurt func(*rand.Rand, [][]byte) [][]byte
}{
	{"1 or 2 wrong characters", wrongCharacter},
	{"1 or 2 groups or words exchanged for others", wrongGroup},
	{"1 or 2 pairs of neighbours swapped", swapped},
	{"1 or 2 groups or words lost", lostGroup},
	{"1 or 2 lines lost", lostLine},
}

// body is where a row's number ends: behind the first blank after it, or at 0 where the row begins with a letter.
func body(row []byte) int {
	i := 0
	for i < len(row) && row[i] == ' ' {
		i++
	}
	digits := i
	for digits < len(row) && (row[digits] >= '0' && row[digits] <= '9' || row[digits] == '/' || row[digits] == ':') {
		digits++
	}
	if digits == i || digits == len(row) || row[digits] != ' ' {
		return i
	}
	return digits + 1
}

func isText(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }

// clone copies the rows, and picks one.
func clone(rng *rand.Rand, rows [][]byte) ([][]byte, int) {
	copied := make([][]byte, len(rows))
	for i := range rows {
		copied[i] = bytes.Clone(rows[i])
	}
	return copied, rng.IntN(len(rows))
}

// places are the characters of a row that carry something.
func places(row []byte) (at []int) {
	for i := body(row); i < len(row); i++ {
		if isText(row[i]) {
			at = append(at, i)
		}
	}
	return at
}

// fields are the groups or words of a row, without numbers that stand before words.
func fields(row []byte) (spans [][2]int) {
	for i := body(row); i < len(row); {
		if !isText(row[i]) {
			i++
			continue
		}
		end := i
		for end < len(row) && isText(row[end]) {
			end++
		}
		if end-i >= 3 { // a number of a word has two digits
			spans = append(spans, [2]int{i, end})
		}
		i = end
	}
	return spans
}

// anywhere is a field of any row.
func anywhere(rng *rand.Rand, rows [][]byte) []byte {
	for {
		row := rows[rng.IntN(len(rows))]
		if spans := fields(row); len(spans) > 0 {
			s := spans[rng.IntN(len(spans))]
			return row[s[0]:s[1]]
		}
	}
}

func wrongCharacter(rng *rand.Rand, rows [][]byte) [][]byte {
	hurt, i := clone(rng, rows)
	at := places(hurt[i])
	if len(at) == 0 {
		return hurt
	}
	p := at[rng.IntN(len(at))]
	for was := hurt[i][p]; hurt[i][p] == was; { // a character that the sheet has elsewhere
		other := anywhere(rng, rows)
		hurt[i][p] = other[rng.IntN(len(other))]
	}
	return hurt
}

func wrongGroup(rng *rand.Rand, rows [][]byte) [][]byte {
	hurt, i := clone(rng, rows)
	if spans := fields(hurt[i]); len(spans) > 0 {
		s := spans[rng.IntN(len(spans))]
		hurt[i] = slices.Concat(hurt[i][:s[0]], anywhere(rng, rows), hurt[i][s[1]:])
	}
	return hurt
}

// swapped exchanges two neighbours: characters, or groups and words.
func swapped(rng *rand.Rand, rows [][]byte) [][]byte {
	hurt, i := clone(rng, rows)
	row := hurt[i]
	if rng.IntN(2) == 0 {
		if at := places(row); len(at) > 1 {
			n := rng.IntN(len(at) - 1)
			row[at[n]], row[at[n+1]] = row[at[n+1]], row[at[n]]
		}
		return hurt
	}
	if spans := fields(row); len(spans) > 1 {
		n := rng.IntN(len(spans) - 1)
		a, b := spans[n], spans[n+1]
		hurt[i] = slices.Concat(row[:a[0]], row[b[0]:b[1]], row[a[1]:b[0]], row[a[0]:a[1]], row[b[1]:])
	}
	return hurt
}

func lostGroup(rng *rand.Rand, rows [][]byte) [][]byte {
	hurt, i := clone(rng, rows)
	if spans := fields(hurt[i]); len(spans) > 0 {
		s := spans[rng.IntN(len(spans))]
		mark := bytes.Repeat([]byte("?"), (s[1]-s[0])*rng.IntN(2)) // smudged, or gone
		hurt[i] = slices.Concat(hurt[i][:s[0]], mark, hurt[i][s[1]:])
	}
	return hurt
}

func lostLine(rng *rand.Rand, rows [][]byte) [][]byte {
	hurt, i := clone(rng, rows)
	if len(hurt) == 1 {
		return hurt
	}
	return slices.Delete(hurt, i, i+1)
}
