package words

import (
	"sigtool/backup"
	"sigtool/internal/secret"
)

// restored puts a proven seed together with what the head says, which nothing here proves.
func restored(seed *secret.Bytes, from backup.Head) *backup.Restored {
	id := number(seed.Bytes())
	r := &backup.Restored{Code: Name, DocumentID: backup.FormatID(id)}
	r.Payload, r.Meta, r.HeaderDiffers = backup.FromHeads(from)
	r.Kind, r.Secret = backup.KindSeed, seed
	r.HeaderDiffers = append(r.HeaderDiffers, from.Differs(head(r.Payload, r.Meta, id), r.Meta.Rehearsal)...)
	return r
}
