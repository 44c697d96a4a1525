package main

import (
	"bytes"
	"errors"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// take hands a row to the entry. The same row again, or an empty one again, means that the paper is like that; not so in a pasted
// text, where nobody has looked yet.
func (t *typist) take(typed *secret.Bytes) error {
	again := t.row != nil && bytes.Equal(typed.Bytes(), t.row.Bytes()) && !t.form.Pasting()
	if len(bytes.TrimSpace(typed.Bytes())) == 0 {
		return t.takeGap(typed)
	}
	err := t.entry.Take(typed.Bytes(), t.slip != nil && again)
	slip := (*backup.Slip)(nil)
	switch {
	case err == nil:
		typed.Destroy()
		t.next()
		return nil
	case errors.As(err, &slip):
		t.edit(typed)
		t.slip = slip
		return t.form.DropPaste()
	}
	typed.Destroy()
	return err
}

// takeGap leaves a row out, the second time it comes empty. Empty rows of a pasted text are nothing.
func (t *typist) takeGap(typed *secret.Bytes) error {
	asked := t.gap
	t.edit(typed)
	if t.form.Pasting() {
		return nil
	}
	if t.gap = true; !asked {
		return nil
	}
	err := t.entry.Take(nil, true)
	if slip := (*backup.Slip)(nil); errors.As(err, &slip) {
		t.gap, t.slip = false, slip
		return nil
	}
	t.next()
	return err
}

// edit makes row the one to edit.
func (t *typist) edit(row *secret.Bytes) {
	t.row.Destroy()
	t.row, t.slip, t.gap = row, nil, false
}

// next goes on to the next row, which may have been typed before.
func (t *typist) next() {
	t.edit(nil)
	if last := len(t.drafts) - 1; last >= 0 {
		t.row, t.drafts = t.drafts[last], t.drafts[:last]
	}
}

// back goes to the row before, and keeps the one that was begun. It is false where there is none before.
func (t *typist) back(typed *secret.Bytes) bool {
	last := t.entry.Back()
	if last == nil {
		t.edit(typed)
		return false
	}
	row := secret.New(len(last))
	copy(row.Bytes(), last)
	t.edit(nil)
	t.drafts = append(t.drafts, typed)
	t.row = row
	return true
}
