package codex32

import (
	"fmt"
	"strings"

	"sigtool/backup"
)

// payload is what the heads say of the key.
func (s *set) payload() backup.Payload {
	p, _, _ := backup.FromHeads(s.heads...)
	p.Kind = backup.KindSeed
	return p
}

// meta is what the heads say of the sheets.
func (s *set) meta() backup.Meta {
	_, m, _ := backup.FromHeads(s.heads...)
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

// differs lists what can't be read of the heads, and what each says other than its string and the first of the heads do. check is the
// number of the secret, if known.
func (s *set) differs(p backup.Payload, m backup.Meta, check string) []string {
	_, _, list := backup.FromHeads(s.heads...)
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
