package lines

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// Decode reads the pages of a sheet as they were printed or as a person typed them, in any order and number of texts, and restores it
// if at most two lines are missing or wrong in any way. Everything it put right is in Corrections. Three bad lines, or lines that no
// repair makes agree with the document's digest, are a *backup.Damage.
func (Codec) Decode(texts ...[]byte) (*backup.Restored, error) {
	t, err := readTexts(texts)
	if err != nil {
		return nil, err
	}
	defer wipe(t.all)
	stated := t.statedTotals()
	ballots := t.elect(stated)
	if r, err := t.restore(ballots, false); r != nil || err != nil {
		return r, err
	}
	possible := t.elect(t.possibleTotals()) // the number of lines was typed wrong, or left out
	if r, err := t.restore(possible, false); r != nil || err != nil {
		return r, err
	}
	if len(ballots) == 0 || ballots[0].votes < 2 {
		ballots = possible
	}
	if r, err := t.restore(ballots, true); r != nil || err != nil {
		return r, err
	}
	return nil, t.damage(stated, ballots)
}

// reading is what a text was read to hold.
type reading struct {
	all     []typed
	head    backup.Head
	footers []footer
}

// readTexts reads texts as one. Each may have an encoding of its own.
func readTexts(texts [][]byte) (*reading, error) {
	size := 0
	for _, text := range texts {
		if size += len(text); size > backup.MaxTextSize {
			return nil, errors.New("too long for the text of a sheet")
		}
	}
	joined := make([]byte, 0, 4*size+len(texts)) // no growing, and Clean may make three bytes of one
	defer func() { secret.Wipe(joined) }()
	for _, text := range texts {
		clean, err := backup.Clean(text)
		if err != nil {
			return nil, err
		}
		joined = append(append(joined, clean...), '\n')
		secret.Wipe(clean)
	}
	t := &reading{}
	var err error
	if t.all, err = readLines(joined); err != nil {
		return nil, err
	}
	if len(t.all) == 0 {
		return nil, errors.New("no numbered line of a sheet was found")
	}
	t.head, t.footers = backup.ReadHead(joined), readFooters(joined)
	return t, nil
}

// statedTotals are the numbers of lines that the text states, the most frequent first.
func (t *reading) statedTotals() []int {
	count := map[int]int{}
	for _, l := range t.all {
		count[l.total]++
	}
	var n int
	if _, err := fmt.Sscanf(t.head.Value(backup.FieldLines), "%d", &n); err == nil {
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
func (t *reading) possibleTotals() (totals []int) {
	numbers := map[int]bool{}
	for _, l := range t.all {
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
func (t *reading) restore(ballots []ballot, search bool) (found *backup.Restored, err error) {
	wanting := 2
	for _, l := range t.all {
		if l.unclear() {
			wanting++
		}
	}
	if search {
		wanting = 1
	}
	for _, b := range ballots[:min(len(ballots), maxTried)] {
		if b.votes < b.total-wanting || search && b.votes < ballots[0].votes { // the search is long: only for what most lines say
			continue
		}
		f := newFit(b.key, t.all)
		r, err := f.restore(t, search)
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
