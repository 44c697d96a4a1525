package shares

import (
	"fmt"
	"slices"

	"sigtool/backup"
)

// facts is what the shares and their heads say, without the secret.
type facts struct {
	payload     backup.Payload
	meta        backup.Meta
	shares      []backup.Share
	corrections []backup.Correction
	differs     []string
}

// gather takes from the heads what the words do not carry, which nothing proves before the key is made again and its fingerprint
// compared.
func gather(all []*reading) (f facts) {
	var heads []backup.Head
	for _, r := range all {
		f.corrections = append(f.corrections, r.corrections...)
		heads = append(heads, r.head)
	}
	f.payload, f.meta, f.differs = backup.FromHeads(heads...)
	f.payload.Kind = backup.KindSeed
	for _, r := range all {
		f.compare(r, len(all) > 1)
	}
	return f
}

// compare holds a share's head against its words and against the other heads, and lists the share if it is not there twice.
func (f *facts) compare(r *reading, several bool) {
	id := backup.FormatID(number(r.indices))
	var public *backup.Share
	if !r.share.single() {
		public = r.share.public(r.statedOf())
		public.DocumentID = id
		if !slices.ContainsFunc(f.shares, func(s backup.Share) bool { return s.DocumentID == id }) {
			f.shares = append(f.shares, *public)
		}
	}
	for _, text := range r.head.Differs(head(f.payload, f.meta, id, public), f.meta.Rehearsal) {
		if several {
			text = fmt.Sprintf("page %d: %s", r.page, text)
		}
		f.differs = append(f.differs, text)
	}
}

// statedOf is how many shares the group has, as the head says; 0 where it does not, or says what can't be.
func (r *reading) statedOf() int {
	var index, of int
	n, _ := fmt.Sscanf(r.head.Value(backup.FieldShare), "%d of %d", &index, &of)
	if n != 2 || of > maxOf || of <= r.share.member || of < r.share.need {
		return 0
	}
	return of
}
