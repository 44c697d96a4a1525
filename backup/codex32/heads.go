package codex32

import (
	"fmt"
	"strings"

	"sigtool/backup"
)

// gather returns what the heads say of the key and of the sheets, what can't be read of them, and what each says other than its string
// and the first of the heads do. check is the number of the secret, if known.
func (s *set) gather(check string) (p backup.Payload, m backup.Meta, differs []string) {
	p, m, differs = backup.FromHeads(s.heads...)
	p.Kind = backup.KindSeed
	for i, h := range s.heads {
		w := s.words[i]
		var share *backup.Share
		if w.index() != secretIndex {
			of := s.share(i)
			share = &of
		}
		differs = append(differs, h.Differs(headOf(p, m, backup.FormatID(w.number()), share, check), m.Rehearsal)...)
	}
	return p, m, differs
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
