package shares

import (
	"fmt"
	"slices"
	"time"

	"sigtool/backup"
	"sigtool/internal/secret"
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
// compared. The first head that says something is believed; those that say otherwise are listed.
func gather(all []*reading) (f facts) {
	f.payload.Kind = backup.KindSeed
	for _, r := range all {
		f.corrections = append(f.corrections, r.corrections...)
		f.take(r, backup.FieldLabel, &f.payload.Label)
		f.take(r, backup.FieldAlgorithm, &f.payload.Algorithm)
		f.take(r, backup.FieldDerivation, &f.payload.Derivation)
		f.take(r, backup.FieldFingerprint, &f.payload.Fingerprint)
		f.meta.Rehearsal = f.meta.Rehearsal || r.head.Rehearsal
		if date, err := time.Parse("2006-01-02", r.head.Value(backup.FieldMade)); err == nil && date.Year() > 0 && f.meta.Date.IsZero() {
			f.meta.Date = date
		}
	}
	f.people(all)
	for _, r := range all {
		f.compare(r, len(all) > 1)
	}
	return f
}

// take sets a text of the payload that no head set before, unless no sheet could carry it.
func (f *facts) take(r *reading, name string, to *string) {
	if *to != "" {
		return
	}
	*to = r.head.Value(name)
	probe := f.payload
	probe.Secret = secret.New(backup.SeedSize)
	defer probe.Secret.Destroy()
	if err := probe.Valid(); err != nil {
		*to = ""
		f.differs = append(f.differs, "the head can't be read: "+err.Error())
	}
}

// people keeps of holder, note and companion what all heads agree on.
func (f *facts) people(all []*reading) {
	first := true
	for _, r := range all {
		m := r.head.People()
		if len(r.head.Fields) == 0 {
			continue
		}
		if first {
			f.meta.Holder, f.meta.Note, f.meta.Companion = m.Holder, m.Note, m.Companion
		}
		first = false
		for to, is := range map[*string]string{&f.meta.Holder: m.Holder, &f.meta.Note: m.Note, &f.meta.Companion: m.Companion} {
			if *to != is {
				*to = ""
			}
		}
	}
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
