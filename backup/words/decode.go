package words

import (
	"bytes"
	"errors"
	"fmt"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// Decode reads a sheet as it was printed or as a person typed it. Several texts are one sheet in pieces. A correction that is proven is
// made and listed; any other damage is a *backup.Damage.
func (Codec) Decode(texts ...[]byte) (*backup.Restored, error) {
	text := bytes.Join(texts, []byte("\n"))
	defer secret.Wipe(text)
	clean, err := backup.Clean(text)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(clean)
	f, head := readText(clean)
	if err := f.countFits(); err != nil {
		return nil, err
	}
	r := place(f)
	defer clear(r.code[:])
	id, stated := head.DocumentID()
	if !stated && !r.checked && len(head.Fields) > 0 {
		return nil, unnamed()
	}
	right, by, ok := r.mend(id, stated)
	defer clear(right[:])
	if !ok {
		return nil, r.damage(stated)
	}
	p := right.pack()
	defer clear(p[:])
	restored := restored(secret.From(p.seed()), head)
	restored.Corrections = r.corrections(&right, by)
	return restored, nil
}

// countFits refuses what is no sheet, and words without numbers that can't be counted off.
func (f *found) countFits() error {
	switch n := len(f.words) + len(f.extra); {
	case n == 0:
		return errors.New("no numbered word of a sheet was found")
	case n > 4*count || f.lines > 4:
		return fmt.Errorf("%d words and %d check lines are too many for one sheet", n, f.lines)
	case !f.numbered && n != count:
		return &backup.Damage{Unit: "word", Total: count, Faults: []backup.Fault{{Page: 1, Why: fmt.Sprintf("%d words, not %d", n, count)}}}
	}
	return nil
}

// unnamed refuses a head without the number that proves the words: a wrong one would be taken for right once in 256 times.
func unnamed() error {
	return &backup.Damage{
		Unit: "word", Total: count, Faults: []backup.Fault{{Page: 1, Why: "the document's number in the head, which proves them, is missing or can't be read"}},
		Note: "put it right, or type the check line, or leave the head out and rely on the checksum of the words alone",
	}
}
