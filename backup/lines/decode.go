package lines

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// Decode reads a sheet as it was printed or as a person typed it, in any order, and restores it if at most two lines are missing or
// wrong in any way. Everything it put right is in Corrections. Three bad lines, or lines that no repair makes agree with the
// document's digest, are a *backup.Damage.
func (Codec) Decode(texts ...[]byte) (*backup.Restored, error) {
	text := bytes.Join(texts, []byte("\n"))
	defer secret.Wipe(text)
	clean, err := backup.Clean(text)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(clean)
	all, err := readLines(clean)
	if err != nil {
		return nil, err
	}
	defer wipe(all)
	if len(all) == 0 {
		return nil, errors.New("no numbered line of a sheet was found")
	}
	head := backup.ReadHead(clean)
	stated := statedTotals(all, head)
	ballots := elect(all, stated, head)
	if r, err := restore(all, head, ballots, false); r != nil || err != nil {
		return r, err
	}
	possible := elect(all, possibleTotals(all), head) // the number of lines was typed wrong, or left out
	if r, err := restore(all, head, possible, false); r != nil || err != nil {
		return r, err
	}
	if len(ballots) == 0 || ballots[0].votes < 2 {
		ballots = possible
	}
	if r, err := restore(all, head, ballots, true); r != nil || err != nil {
		return r, err
	}
	return nil, damage(all, stated, ballots)
}

// statedTotals are the numbers of lines that the text states, the most frequent first.
func statedTotals(all []typed, head backup.Head) []int {
	count := map[int]int{}
	for _, l := range all {
		count[l.total]++
	}
	var n int
	if _, err := fmt.Sscanf(head.Value(backup.FieldLines), "%d", &n); err == nil {
		count[n]++
	}
	var totals []int
	for total := range count {
		if total >= minTotal && total <= maxTotal {
			totals = append(totals, total)
		}
	}
	slices.SortFunc(totals, func(a, b int) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	return totals
}

// possibleTotals are the numbers of lines that a sheet can have which is all there but two lines, or has two too many. The votes do
// not tell them apart: another total makes every line speak for the same other document. Only the digest does.
func possibleTotals(all []typed) (totals []int) {
	numbers := map[int]bool{}
	for _, l := range all {
		numbers[l.number] = true
	}
	for total := max(minTotal, len(numbers)-2); total <= min(maxTotal, len(numbers)+2); total++ {
		totals = append(totals, total)
	}
	return totals
}

// maxTried is how many ballots are tried: more is no slip of a typist.
const maxTried = 64

// restore returns what one of the ballots restores; nil if none does, and an error if two do. Lines with unclear characters may
// have no vote and fit all the same; the search is for sheets of which one line at most is lost.
func restore(all []typed, head backup.Head, ballots []ballot, search bool) (found *backup.Restored, err error) {
	wanting := 2
	for _, l := range all {
		if l.unclear() {
			wanting++
		}
	}
	if search {
		wanting = 1
	}
	for _, b := range ballots[:min(len(ballots), maxTried)] {
		if b.votes < b.total-wanting {
			continue
		}
		f := newFit(b.key, all)
		r, err := f.restore(all, head, search)
		f.wipe()
		switch {
		case err != nil:
			found.Destroy()
			return nil, err
		case r == nil:
		case found != nil && found.DocumentID != r.DocumentID:
			names := found.DocumentID + " and " + r.DocumentID
			found.Destroy()
			r.Destroy()
			return nil, fmt.Errorf("the text holds two sheets, %s: give one at a time", names)
		default:
			found.Destroy()
			found = r
		}
	}
	return found, nil
}
