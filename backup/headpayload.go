package backup

import (
	"cmp"
	"strings"
	"time"
)

// FromHeads returns what the heads of a key's sheets say of the key and of the sheets, which nothing here proves; kind and secret are
// the caller's to set. The first head that says something is believed, but of holder, note and companion only what all heads agree on.
// What no sheet could carry is left out, with a sentence on it in unread.
func FromHeads(heads ...Head) (p Payload, m Meta, unread []string) {
	first := true
	for _, h := range heads {
		key, sheet, bad := h.facts()
		unread = append(unread, bad...)
		p.Label, p.Algorithm = cmp.Or(p.Label, key.Label), cmp.Or(p.Algorithm, key.Algorithm)
		p.Derivation, p.Fingerprint = cmp.Or(p.Derivation, key.Derivation), cmp.Or(p.Fingerprint, key.Fingerprint)
		m.Date, m.Rehearsal = cmp.Or(m.Date, sheet.Date), m.Rehearsal || h.Rehearsal
		if len(h.Fields) == 0 {
			continue
		}
		for _, f := range [][2]*string{{&m.Holder, &sheet.Holder}, {&m.Note, &sheet.Note}, {&m.Companion, &sheet.Companion}} {
			if all, is := f[0], *f[1]; first {
				*all = is
			} else if *all != is {
				*all = ""
			}
		}
		first = false
	}
	return p, m, unread
}

// facts is what one head says.
func (h Head) facts() (p Payload, m Meta, unread []string) {
	digest := func(_, s string) error { _, err := DigestOf(s); return err }
	for _, f := range []struct {
		name  string
		to    *string
		valid func(name, s string) error
	}{
		{FieldLabel, &p.Label, text}, {FieldAlgorithm, &p.Algorithm, token}, {FieldDerivation, &p.Derivation, token},
		{FieldFingerprint, &p.Fingerprint, digest},
		{FieldHolder, &m.Holder, text}, {FieldNote, &m.Note, text}, {FieldCompanion, &m.Companion, text},
	} {
		value := h.Value(f.name)
		if err := f.valid(strings.ToLower(f.name), value); err != nil {
			unread = append(unread, "the head can't be read: "+err.Error())
		} else {
			*f.to = value
		}
	}
	if date, err := time.Parse("2006-01-02", h.Value(FieldMade)); err == nil && date.Year() > 0 {
		m.Date = date
	}
	return p, m, unread
}
