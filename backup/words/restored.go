package words

import (
	"errors"
	"time"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// restored puts a proven seed together with what the head says, which nothing here proves.
func restored(seed *secret.Bytes, head backup.Head) *backup.Restored {
	id := number(seed.Bytes())
	r := &backup.Restored{Code: Name, DocumentID: backup.FormatID(id)}
	r.Kind, r.Secret = backup.KindSeed, seed
	r.Meta.Rehearsal = head.Rehearsal
	take := func(name string, to *string) {
		was := *to
		*to = head.Value(name)
		if err := errors.Join(r.Payload.Valid(), r.Meta.Valid()); err != nil {
			*to = was
			r.HeaderDiffers = append(r.HeaderDiffers, "the head can't be read: "+err.Error())
		}
	}
	take(backup.FieldLabel, &r.Label)
	take(backup.FieldAlgorithm, &r.Algorithm)
	take(backup.FieldDerivation, &r.Derivation)
	take(backup.FieldFingerprint, &r.Fingerprint)
	take(backup.FieldHolder, &r.Meta.Holder)
	take(backup.FieldNote, &r.Meta.Note)
	take(backup.FieldCompanion, &r.Meta.Companion)
	if date, err := time.Parse("2006-01-02", head.Value(backup.FieldMade)); err == nil && date.Year() > 0 {
		r.Meta.Date = date
	}
	r.HeaderDiffers = append(r.HeaderDiffers, head.Differs(headOf(r, id), r.Meta.Rehearsal)...)
	return r
}

func headOf(r *backup.Restored, id uint64) []backup.Field { return head(r.Payload, r.Meta, id) }
