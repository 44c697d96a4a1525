package words

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// Decode reads a sheet as it was printed or as a person typed it. It corrects nothing: a word that is missing, twice there, not of
// the list, or that makes the checksum wrong, is a *backup.Damage.
func (Codec) Decode(texts ...[]byte) (*backup.Restored, error) {
	text := bytes.Join(texts, []byte("\n"))
	defer secret.Wipe(text)
	clean, err := backup.Clean(text)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(clean)
	head := backup.ReadHead(clean)
	all, numbered := readWords(clean, head)
	switch n := len(all); {
	case n == 0:
		return nil, errors.New("no numbered word of a sheet was found")
	case n > 4*count:
		return nil, fmt.Errorf("%d words are too many for one sheet", n)
	case !numbered && n != count:
		return nil, &backup.Damage{Unit: "word", Total: count, Faults: []backup.Fault{{Page: 1, Why: fmt.Sprintf("%d words, not %d", n, count)}}}
	}
	id, stated := head.DocumentID()
	if !stated && len(head.Fields) > 0 {
		return nil, unnamed()
	}
	words, faults, open := place(all)
	defer secret.Wipe(words[:])
	if len(faults) > 0 {
		if stated && open != unknown {
			prompt(words, faults, open, id)
		}
		return nil, &backup.Damage{Unit: "word", Total: count, Faults: faults}
	}
	if !words.fits() || stated && !words.proves(id) {
		return nil, mismatch(words, id, stated)
	}
	return restored(secret.From(words.seed()), head), nil
}

// unnamed refuses a head without the number that proves the words: a wrong one would be taken for right once in 256 times.
func unnamed() error {
	return &backup.Damage{
		Unit: "word", Total: count, Faults: []backup.Fault{{Page: 1, Why: "the document's number in the head, which proves them, is missing or can't be read"}},
		Note: "put it right, or leave the head out and rely on the checksum of the words alone",
	}
}

// prompt adds to the faults the one missing word that the document's number proves.
func prompt(words packed, faults []backup.Fault, open int, id uint64) {
	defer clear(words[:])
	places, belong := locate(words, id)
	if len(places) != 1 || places[0] != open {
		return
	}
	for i := range faults {
		if faults[i].Line == open+1 {
			faults[i].Hint = byNumber(belong[0])
		}
	}
}

func byNumber(word string) string { return word + ", by the document's number" }

// mismatch refuses words of the list that do not fit each other, or the document's number.
func mismatch(words packed, id uint64, stated bool) error {
	defer clear(words[:])
	d := &backup.Damage{Unit: "word", Total: count}
	if !stated {
		d.Faults = []backup.Fault{{Page: 1, Why: "one or more is wrong or in another place; the checksum of BIP-39 can't tell which"}}
		d.Note = "the document's number from the head of the sheet would tell, if it is one"
		return d
	}
	places, belong := locate(words, id)
	for i, at := range places {
		why := "probably another word"
		if len(places) == 2 {
			why = "probably swapped with another"
		}
		d.Faults = append(d.Faults, backup.Fault{Page: 1, Line: at + 1, Why: why, Hint: byNumber(belong[i])})
	}
	if len(places) == 0 {
		d.Faults = []backup.Fault{{Page: 1, Why: "two or more are wrong or in another place; which ones can't be told"}}
	}
	if words.fits() {
		d.Note = "the words have a checksum that fits, the document's number does not: check both against the paper"
	}
	return d
}

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
	if date, err := time.Parse("2006-01-02", head.Value(backup.FieldMade)); err == nil && date.Year() > 0 {
		r.Meta.Date = date
	}
	r.HeaderDiffers = append(r.HeaderDiffers, head.Differs(headOf(r, id), r.Meta.Rehearsal)...)
	return r
}

func headOf(r *backup.Restored, id uint64) []backup.Field { return head(r.Payload, r.Meta, id) }
