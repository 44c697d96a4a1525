package codex32

import (
	"bytes"

	"sigtool/internal/secret"
)

// belowNumber puts the rows together that stand below a document's number. They are the one string that it names, begun anew perhaps:
// that is another reading of it, or of a row that was lost. But a whole string that is nothing like it, or more than a row behind a sound
// share, is a string of its own, as where the next share was typed without its head. It is stated by no number, and not left out in silence.
func belowNumber(rows []row, id uint64) (pieces []*piece) {
	runs := assemble(rows, false)
	if len(runs) > maxPieces {
		return runs // to be refused
	}
	named, soundShare := theOne(runs, id)
	var own []row
	at := 0 // the place of the one
	for i, p := range runs {
		if n := p.count(); p != named && (n == rowCount || n > 1 && soundShare) && !p.resembles(named) {
			pieces = append(pieces, p)
			continue
		}
		if own == nil {
			at = len(pieces)
		}
		end := len(rows)
		if i+1 < len(runs) {
			end = runs[i+1].from
		}
		own = append(own, rows[p.from:end]...)
	}
	one := assemble(own, true)
	for _, p := range one {
		p.stated = true
	}
	return append(pieces[:at:at], append(one, pieces[at:]...)...)
}

// theOne finds the string that the number names: the one that has it, or else the longest that has not another.
func theOne(runs []*piece, id uint64) (best *piece, soundShare bool) {
	for _, p := range runs {
		w := p.sound()
		defer secret.Wipe(w)
		switch {
		case w != nil && w.number() == id:
			return p, w.index() != secretIndex
		case w == nil && (best == nil || p.count() > best.count()):
			best = p
		}
	}
	if best == nil && len(runs) > 0 {
		best = runs[0]
	}
	return best, false
}

// sound is the string as it was typed, or with what BIP-93 puts right; nil where that makes no sound one.
func (p *piece) sound() word {
	if p.count() < rowCount {
		return nil
	}
	tries := maxTries // nothing else is tried
	c := p.choose(&tries)
	defer c.destroy()
	if c.best == nil {
		return nil
	}
	return c.best.word
}

// count is how many rows there are of a string.
func (p *piece) count() (n int) {
	rows := p.rows()
	for _, text := range rows {
		if len(text) > 0 {
			n++
		}
		secret.Wipe(text)
	}
	return n
}

// rows are the characters as they were typed first, row by row.
func (p *piece) rows() (list [rowCount][]byte) {
	if !p.isBare() {
		for i, part := range p.parts {
			if len(part.readings) > 0 {
				list[i] = join(part.readings[0])
			}
		}
		return list
	}
	text := join(p.parts[0].readings[0])
	for i := range list {
		n := len(text)
		if i < rowCount-1 {
			n = min(n, rowLen)
		}
		list[i], text = text[:n:n], text[n:]
	}
	return list
}

// resembles tells whether a row of two strings has a group in common at its place, counted from either end: of the same row typed twice
// nearly all are. The beginning, which all shares of a set have, does not count.
func (p *piece) resembles(other *piece) (alike bool) {
	ours, theirs := p.rows(), other.rows()
	for i := range ours {
		a, b := ours[i], theirs[i]
		if i == 0 {
			a, b = a[min(len(a), 2*groupLen):], b[min(len(b), 2*groupLen):]
		}
		for at := 0; at+groupLen <= min(len(a), len(b)); at += groupLen {
			alike = alike || sameGroup(a[at:], b[at:]) || sameGroup(a[len(a)-at-groupLen:], b[len(b)-at-groupLen:])
		}
		secret.Wipe(ours[i])
		secret.Wipe(theirs[i])
	}
	return alike
}

func sameGroup(a, b []byte) bool {
	return bytes.Equal(a[:groupLen], b[:groupLen]) && bytes.IndexByte(a[:groupLen], '?') < 0
}
