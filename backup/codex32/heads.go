package codex32

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"sigtool/backup"
)

// payload is what the heads say of the key, which nothing here proves. The first head that says something is believed;
// differs lists the others.
func (s *set) payload() backup.Payload {
	p := backup.Payload{Kind: backup.KindSeed}
	for _, h := range s.heads {
		take := func(name string, to *string) {
			if *to != "" {
				return
			}
			if *to = h.Value(name); printable(p) != nil {
				*to = ""
			}
		}
		take(backup.FieldLabel, &p.Label)
		take(backup.FieldAlgorithm, &p.Algorithm)
		take(backup.FieldDerivation, &p.Derivation)
		take(backup.FieldFingerprint, &p.Fingerprint)
	}
	return p
}

// printable is Valid but for the secret, which is not there.
func printable(p backup.Payload) error {
	_, err := backup.DigestOf(p.Fingerprint)
	return errors.Join(err, backup.Meta{Holder: p.Label}.Valid(), token(p.Algorithm), token(p.Derivation))
}

// token is what the head of a sheet can carry for an algorithm or a derivation.
func token(s string) error {
	if len(s) > 32 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("%q is no name", s)
	}
	return nil
}

// meta is what the heads say of the sheets. Who keeps one is of no use where there are several.
func (s *set) meta() (m backup.Meta) {
	for i, h := range s.heads {
		if i == 0 {
			m = h.People()
		} else if people := h.People(); people.Holder != m.Holder || people.Note != m.Note || people.Companion != m.Companion {
			m.Holder, m.Note, m.Companion = "", "", ""
		}
		if date, err := time.Parse("2006-01-02", h.Value(backup.FieldMade)); err == nil && date.Year() > 0 && m.Date.IsZero() {
			m.Date = date
		}
		m.Rehearsal = m.Rehearsal || h.Rehearsal
	}
	return m
}

// shares are the shares read, none for a string that restores alone.
func (s *set) shares() (list []backup.Share) {
	for i, w := range s.words {
		if w.index() != secretIndex {
			list = append(list, s.share(i))
		}
	}
	return list
}

func (s *set) share(i int) backup.Share {
	w := s.words[i]
	share := backup.Share{Set: w.identifier(), Index: indexNumber(w), Need: w.threshold(), DocumentID: backup.FormatID(w.number())}
	value, _, _ := strings.Cut(s.heads[i].Value(backup.FieldShare), " (")
	var index, of int
	if n, _ := fmt.Sscanf(value, "%d of %d", &index, &of); n == 2 && index == share.Index && of >= max(index, share.Need) && of <= maxShares {
		share.Of = of
	}
	return share
}

// differs lists what each head says other than its string and the first of the heads do. check is the number of the secret, if known.
func (s *set) differs(p backup.Payload, m backup.Meta, check string) (list []string) {
	for i, h := range s.heads {
		var share *backup.Share
		if w := s.words[i]; w.index() != secretIndex {
			of := s.share(i)
			share = &of
		}
		list = append(list, h.Differs(headOf(p, m, backup.FormatID(s.words[i].number()), share, check), m.Rehearsal)...)
	}
	return list
}
