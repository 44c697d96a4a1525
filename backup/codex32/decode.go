package codex32

import (
	"errors"
	"fmt"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// Decode reads strings and shares as they were printed or as a person typed them. What it can prove it puts right, and shows.
func (Codec) Decode(texts ...[]byte) (*backup.Restored, error) {
	var pieces []*piece
	defer func() {
		for _, p := range pieces {
			p.destroy()
		}
	}()
	for _, text := range texts {
		clean, err := backup.Clean(text)
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, readPieces(clean)...)
		secret.Wipe(clean)
		if len(pieces) > maxPieces {
			return nil, fmt.Errorf("more than %d strings are too many for one key", maxPieces)
		}
	}
	if len(pieces) == 0 {
		return nil, errors.New("no codex32 string was found")
	}
	s := &set{}
	defer s.destroy()
	d := &backup.Damage{Unit: "line"}
	for i, p := range pieces {
		p.page = i + 1
		if err := s.read(p, d); err != nil {
			return nil, err
		}
	}
	return s.restoreWithout(d)
}

// restoreWithout restores from what is sound where the rest is not needed, and says what was left out.
func (s *set) restoreWithout(d *backup.Damage) (*backup.Restored, error) {
	if len(d.Faults) > 0 && (s.denied || !s.proven()) {
		return nil, d
	}
	r, err := s.restore()
	if err == nil && len(d.Faults) > 0 {
		r.LeftOut = append(r.LeftOut, "left out, as it can't be put right and the other shares are enough: "+d.Places())
	}
	return r, err
}

// proven tells whether the shares restore by themselves, and something proves what they make: a head's check, or a share more than is
// needed. Then a share that can't be read takes nothing from them.
func (s *set) proven() bool {
	if len(s.words) == 0 || s.mixed() != nil {
		return false
	}
	need, checks := s.words[0].threshold(), s.checks()
	return need > 0 && len(s.words) >= need && (len(s.words) > need || len(checks) > 0) && fits(s.words, checks)
}

// read adds a piece to the set, or its faults to the damage. Error: it is no string of a seed at all.
func (s *set) read(p *piece, d *backup.Damage) error {
	if p.isBare() && p.parts[0].size() != stringLen {
		if size := otherSize(p.parts[0].readings[0]); size > 0 {
			return fmt.Errorf("a sound codex32 string of %d bytes; a key's seed is %d", size, backup.SeedSize)
		}
	}
	faults := p.missing()
	if len(faults) > 0 {
		d.Faults = append(d.Faults, faults...)
		return nil
	}
	c := p.choose(&s.tries)
	defer c.destroy()
	if c.best == nil {
		s.denied = s.denied || c.denied
		faults, d.Note = p.faults(c)
		d.Faults = append(d.Faults, faults...)
		return nil
	}
	s.add(c.best.word, p, c.best.corrections(p))
	return nil
}

// otherSize is how many bytes a sound string has that is not a seed's.
func otherSize(tokens [][]byte) int {
	text := join(tokens)
	defer secret.Wipe(text)
	w, err := parse(text)
	if err != nil {
		return 0
	}
	defer secret.Wipe(w)
	return len(w.payload()) * symbolBits / 8
}

// missing names the rows that are not there.
func (p *piece) missing() (faults []backup.Fault) {
	for i, part := range p.parts {
		if len(part.readings) == 0 {
			faults = append(faults, backup.Fault{Page: p.page, Line: i + 1, Why: "missing"})
		}
	}
	return faults
}

// faults says as closely as it can why no sound string was found.
func (p *piece) faults(c *chooser) (faults []backup.Fault, note string) {
	for i, part := range p.parts {
		tokens := part.readings[0]
		if n := part.size(); n != part.width {
			f := backup.Fault{Page: p.page, Line: i + 1, Group: oddGroup(tokens, part.width), Why: fmt.Sprintf("%d characters, not %d", n, part.width)}
			if p.isBare() {
				f.Line, f.Group = 0, 0
			}
			faults = append(faults, f)
		}
	}
	switch {
	case c.denied:
		faults = []backup.Fault{{Page: p.page, Why: "the string is sound, and not the one that the head's document number names"}}
		note = "check the number and the rows against the paper; without its head the string is taken for what it is"
	case c.doubtful:
		faults = append(faults, backup.Fault{Page: p.page, Why: "more than one sound string is as near"})
		note = "type the document's number from the head too: it tells which"
	case len(faults) == 0:
		faults = []backup.Fault{{Page: p.page, Why: "more characters are wrong than the checksum can put right; it can't tell which"}}
		note = "up to 4 wrong characters and up to 8 marked with ? come back: put ? where the paper is hard to read"
	}
	return faults, note
}

// oddGroup is the first group, from 1, that has not its size, where the number of groups is right; else 0.
func oddGroup(tokens [][]byte, width int) int {
	a := aligner{width: width, tokens: tokens}
	if len(tokens) != a.groups() {
		return 0
	}
	for i, t := range tokens {
		if len(t) != a.sizeOf(i) {
			return i + 1
		}
	}
	return 0
}
