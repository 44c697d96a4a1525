package codex32

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// set is the strings that were read, each sound.
type set struct {
	words       []word
	pieces      []*piece // where each word comes from
	heads       []backup.Head
	corrections []backup.Correction
	twice       []backup.Fault
	tries       int  // ways to read strings that were tried
	denied      bool // a string is sound, and not the one that its head names
}

func (s *set) destroy() { wipeAll(s.words) }

// add takes a sound string; one that is there already adds nothing but its head.
func (s *set) add(w word, p *piece, corrections []backup.Correction) {
	s.corrections = append(s.corrections, corrections...)
	for _, have := range s.words {
		if bytes.Equal(have, w) {
			secret.Wipe(w)
			return
		}
		if have.identifier() == w.identifier() && have.threshold() == w.threshold() && have.index() == w.index() {
			s.twice = append(s.twice, backup.Fault{Page: p.page, Line: indexNumber(w), Why: "there twice, with different characters: one of them is forged or of another set"})
		}
	}
	s.words, s.pieces, s.heads = append(s.words, w), append(s.pieces, p), append(s.heads, p.head)
}

// indexNumber is the number of a share: its place among the indexes, from 1; 0 for the secret.
func indexNumber(w word) int { return strings.IndexByte(indexes, letter(w.index())) + 1 }

// restore makes the secret of the strings.
func (s *set) restore() (*backup.Restored, error) {
	if err := s.mixed(); err != nil {
		return nil, err
	}
	need := s.words[0].threshold()
	at := slices.IndexFunc(s.words, func(w word) bool { return w.index() == secretIndex })
	if at < 0 && len(s.words) < need {
		return nil, s.incomplete(need)
	}
	if err := s.forged(at >= 0); err != nil {
		return nil, err
	}
	whole := s.secret()
	defer secret.Wipe(whole)
	seed := secret.From(whole.bytes())
	r := &backup.Restored{Code: Name, DocumentID: backup.FormatID(canonical(seed.Bytes())), Corrections: s.corrections, Shares: s.shares()}
	r.Payload, r.Meta, r.HeaderDiffers = s.gather(r.DocumentID)
	if r.Secret = seed; len(r.Shares) > 0 {
		r.DocumentID = whole.identifier()
	}
	return r, nil
}

// secret is the string with the index S, read or made.
func (s *set) secret() word {
	for _, w := range s.words {
		if w.index() == secretIndex {
			return slices.Clone(w)
		}
	}
	return interpolate(s.words[:s.words[0].threshold()], secretIndex)
}

// canonical is the document number of a seed: that of the string that Encode makes of it.
func canonical(seed []byte) uint64 {
	payload := symbolsOf(seed)
	defer secret.Wipe(payload)
	w := newWord(0, "SEED", secretIndex, payload)
	defer secret.Wipe(w)
	return w.number()
}

// mixed refuses strings of different sets, and two strings for one share.
func (s *set) mixed() error {
	d := &backup.Damage{Unit: "share", Faults: s.twice}
	first := s.words[0]
	for _, w := range s.words {
		if w.identifier() != first.identifier() || w.threshold() != first.threshold() {
			d.Faults, d.Note = nil, "shares of different sets make nothing together"
		}
	}
	if d.Note != "" {
		for i, w := range s.words {
			d.Faults = append(d.Faults, backup.Fault{Page: s.pieces[i].page, Line: indexNumber(w), Why: "of " + setName(w)})
		}
	}
	if len(d.Faults) > 0 {
		return d
	}
	return nil
}

func setName(w word) string {
	if w.threshold() == 0 {
		return "the secret " + w.identifier()
	}
	return fmt.Sprintf("set %s, any %d restore", w.identifier(), w.threshold())
}

// forged refuses shares that do not lie on one polynomial, or that make another secret than their heads speak of. Where one share
// too many tells which it is, it is named.
func (s *set) forged(whole bool) error {
	need := s.words[0].threshold()
	if whole && need == 0 {
		return nil
	}
	if fits(s.words, s.checks()) {
		return nil
	}
	var odd []backup.Fault
	for i := range s.words {
		rest := slices.Delete(slices.Clone(s.words), i, i+1)
		if proof := len(rest) > need || len(s.checks()) > 0; proof && len(rest) >= need && fits(rest, s.checks()) {
			odd = append(odd, backup.Fault{Page: s.pieces[i].page, Line: indexNumber(s.words[i]), Why: "does not agree with the others: forged, or of another set of the same name"})
		}
	}
	d := &backup.Damage{Unit: "share", Faults: odd, Note: "without it the others restore"}
	if len(odd) != 1 {
		d.Faults = []backup.Fault{{Page: s.pieces[0].page, Why: "the shares do not belong together: one or more is forged, or of another set of the same name"}}
		d.Note = "other shares of the set tell which"
	}
	return d
}

// fits tells whether all words agree, and make a secret of which a head speaks where any does.
func fits(words []word, checks []uint64) bool {
	need := words[0].threshold()
	if !agree(words) {
		return false
	}
	if len(checks) == 0 || len(words) < need {
		return true
	}
	made := interpolate(words[:need], secretIndex)
	defer secret.Wipe(made)
	seed := made.bytes()
	defer secret.Wipe(seed)
	id := canonical(seed)
	for _, check := range checks {
		if check != id {
			return false
		}
	}
	return true
}

// checks are the numbers of the secret that the heads of shares state.
func (s *set) checks() (ids []uint64) {
	for _, h := range s.heads {
		value, _, _ := strings.Cut(h.Value(backup.FieldCheck), " (")
		if id, ok := backup.ParseID(value); ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (s *set) incomplete(need int) error {
	more := need - len(s.words)
	want := fmt.Sprintf("%d more shares of set %s", more, s.words[0].identifier())
	if more == 1 {
		want = "1 more share of set " + s.words[0].identifier()
	}
	check := ""
	if ids := s.checks(); len(ids) == 1 {
		check = backup.FormatID(ids[0])
	} else if len(ids) > 1 {
		return &backup.Damage{Unit: "share", Faults: s.disagreeing(), Note: "the heads speak of different secrets"}
	}
	e := &backup.Incomplete{Code: Name, Shares: s.shares(), Want: want, Corrections: s.corrections}
	e.Payload, e.Meta, e.HeaderDiffers = s.gather(check)
	return e
}

func (s *set) disagreeing() (faults []backup.Fault) {
	for i, h := range s.heads {
		faults = append(faults, backup.Fault{Page: s.pieces[i].page, Line: indexNumber(s.words[i]), Why: "its head has the check " + h.Value(backup.FieldCheck)})
	}
	return faults
}
