package codex32

import (
	"bytes"
	"math"
	"slices"

	"sigtool/backup"
	"sigtool/internal/secret"
)

const (
	maxWrong = 4
	maxTries = 3000 // ways to read all strings of a reading
	// maxChance is how many of the 2^65 checksums may be made to fit by trying, where no document number proves the result.
	// 8 unreadable characters, which BIP-93 allows, are 2^40 of them.
	maxChance = 1 << 41
)

// reading is a sound string and the characters that it was made of.
type reading struct {
	word  word
	from  []candidate
	fixed int // symbols that were wrong or unknown
}

// chooser looks for the one sound string that a piece can be.
type chooser struct {
	p        *piece
	parts    [][]candidate
	best     *reading
	doubtful bool // there was another just as good
	denied   bool // a sound string has not the document's number
	changes  int  // parts that may be changed now
	tries    *int
	chance   float64
}

// choose tries what was typed first, then one part changed, then two. tries counts over all pieces.
func (p *piece) choose(tries *int) *chooser {
	c := &chooser{p: p, tries: tries}
	for i := range p.parts {
		c.parts = append(c.parts, p.parts[i].candidates())
	}
	for changes := range 3 {
		c.changes = changes
		c.walk(nil, changes)
		if c.best != nil && !c.doubtful {
			return c
		}
	}
	if c.doubtful {
		secret.Wipe(c.best.word)
		c.best = nil
	}
	return c
}

func (c *chooser) destroy() {
	for _, part := range c.parts {
		for _, candidate := range part {
			secret.Wipe(candidate.chars)
		}
	}
}

// walk tries every choice of candidates of which so many are changed.
func (c *chooser) walk(chosen []candidate, changed int) {
	if c.changes > 0 && *c.tries >= maxTries {
		return
	}
	if len(chosen) == len(c.parts) {
		if changed == 0 {
			*c.tries++
			c.try(chosen)
		}
		return
	}
	if changed > len(c.parts)-len(chosen) {
		return
	}
	for _, candidate := range c.parts[len(chosen)] {
		switch {
		case candidate.note == "":
			c.walk(append(slices.Clip(chosen), candidate), changed)
		case changed > 0:
			c.walk(append(slices.Clip(chosen), candidate), changed-1)
		}
	}
}

// try corrects a choice and keeps it if it is better than the best.
func (c *chooser) try(chosen []candidate) {
	data, erased := c.symbols(chosen)
	wrong := maxWrong
	if !c.p.stated {
		if erased > span {
			return
		}
		if isChanged(chosen) {
			wrong = 0
			if c.chance += math.Pow(2, float64(symbolBits*erased)); c.chance > maxChance {
				return
			}
		}
	}
	places, ok := short.correct(data, wrong)
	if !ok || data.checkForm() != nil {
		secret.Wipe(data)
		return
	}
	if c.p.stated && !slices.Contains(c.p.ids, data.number()) {
		c.denied = c.denied || len(places) == 0 && !isChanged(chosen)
		secret.Wipe(data)
		return
	}
	c.keep(&reading{word: data, from: chosen, fixed: len(places)})
}

func (c *chooser) keep(r *reading) {
	switch {
	case c.best == nil:
		c.best = r
	case bytes.Equal(c.best.word, r.word):
		if r.fixed < c.best.fixed {
			c.best, r = r, c.best
		}
		secret.Wipe(r.word)
	case r.fixed == 0 && c.best.fixed > 0:
		secret.Wipe(c.best.word)
		c.best, c.doubtful = r, false
	case r.fixed > 0 && c.best.fixed == 0:
		secret.Wipe(r.word)
	default:
		c.doubtful = true
		secret.Wipe(r.word)
	}
}

func isChanged(chosen []candidate) bool {
	return slices.ContainsFunc(chosen, func(c candidate) bool { return c.note != "" })
}

// symbols are the data part of the characters chosen, and how many of them are unknown.
func (c *chooser) symbols(chosen []candidate) (data word, erased int) {
	data = make(word, 0, stringLen)
	for _, candidate := range chosen {
		for _, char := range candidate.chars {
			data = append(data, symbolOf(likely(char)))
		}
	}
	data = data[len(prefix):]
	for _, symbol := range data {
		if symbol == unknown {
			erased++
		}
	}
	return data, erased
}

// likely is the character of the alphabet that one which is not of it looks like.
func likely(c byte) byte {
	if like := backup.LookAlikes(c); like != "" {
		return like[0]
	}
	return c
}
