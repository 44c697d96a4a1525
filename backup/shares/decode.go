package shares

import (
	"cmp"
	"errors"
	"fmt"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// Decode reads shares as they were printed or as people typed them, each by itself first, and then all together: all that are sound have
// to fit each other, be there more than are needed or not. One that can't be put right is left out if the others are enough, and
// LeftOut says so.
func (Codec) Decode(texts ...[]byte) (*backup.Restored, error) {
	var pieces []*piece
	size := 0
	for i, text := range texts {
		if size += len(text); size > backup.MaxTextSize {
			return nil, errors.New("too long for the text of shares")
		}
		clean, err := backup.Clean(text)
		if err != nil {
			return nil, err
		}
		defer secret.Wipe(clean)
		found, err := readPieces(clean, i+1)
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, found...)
	}
	if len(pieces) > maxPieces {
		return nil, errors.New("more shares than one set can have")
	}
	all := readAll(pieces)
	defer wipeReadings(all)
	if len(all) == 0 {
		return nil, errors.New("no words of a share were found")
	}
	return restoreSound(all)
}

func readAll(pieces []*piece) (all []*reading) {
	for _, p := range pieces {
		if len(p.words) > 0 {
			all = append(all, p.read(len(all)+1))
		}
	}
	return all
}

func wipeReadings(all []*reading) {
	for _, r := range all {
		clear(r.indices)
		if r.share != nil {
			secret.Wipe(r.share.value)
		}
	}
}

// restoreSound restores from the shares that are sound. Where they are too few, the others are what is at fault.
func restoreSound(all []*reading) (*backup.Restored, error) {
	var sound []*reading
	d := &backup.Damage{Unit: "word", Total: count}
	for _, r := range all {
		d.Faults = append(d.Faults, r.faults...)
		d.Note = cmp.Or(r.note, d.Note)
		if len(r.faults) == 0 {
			sound = append(sound, r)
		}
	}
	if d.Faults == nil {
		return restore(all)
	}
	if len(all) > 1 {
		if d.Note != "" {
			d.Note += "; "
		}
		d.Note += fmt.Sprintf("a page is one of the %d shares given, in order; %d of them sound", len(all), len(sound))
	}
	if len(sound) == 0 {
		return nil, d
	}
	r, err := restore(sound)
	if errors.Is(err, backup.ErrIncomplete) {
		return nil, d
	}
	if err == nil {
		r.LeftOut = append(r.LeftOut, "a share was left out, as it can't be put right and the others are enough: "+d.Error())
	}
	return r, err
}

// restore brings sound shares together.
func restore(all []*reading) (*backup.Restored, error) {
	var given []*share
	for _, r := range all {
		given = append(given, r.share)
	}
	encrypted, err := combine(given)
	defer secret.Wipe(encrypted)
	var bad misfits
	var few *missing
	switch {
	case errors.As(err, &bad):
		return nil, disagree(all, bad)
	case errors.As(err, &few):
		return nil, incomplete(all, few)
	}
	master, err := decrypt(encrypted, "", given[0].set)
	if err != nil {
		return nil, err
	}
	f := gather(all)
	r := &backup.Restored{Payload: f.payload, Meta: f.meta, Code: Name, DocumentID: given[0].name(), Shares: f.shares, Corrections: f.corrections, HeaderDiffers: f.differs}
	r.Secret = secret.From(master)
	if given[0].single() {
		r.DocumentID, r.Shares = backup.FormatID(number(all[0].indices)), nil
	}
	return r, nil
}

func incomplete(all []*reading, few *missing) error {
	f := gather(all)
	return &backup.Incomplete{
		Code: Name, Shares: f.shares, Want: few.want, Payload: f.payload, Meta: f.meta, Corrections: f.corrections, HeaderDiffers: f.differs,
	}
}

// disagree refuses shares that do not fit each other.
func disagree(all []*reading, bad misfits) error {
	d := &backup.Damage{Unit: "share", Total: len(all)}
	for _, m := range bad {
		r, where := all[m.at], ""
		if all[len(all)-1].text > 1 {
			where = fmt.Sprintf("in text %d: ", r.text)
		}
		d.Faults = append(d.Faults, backup.Fault{Page: r.page, Why: where + m.why})
	}
	if len(bad) < len(all) {
		d.Note = "the others fit each other; leave out what does not and look at where it came from"
	}
	return d
}
