package main

import (
	"errors"
	"io"

	"sigtool/backup"
	backupall "sigtool/backup/all"
	"sigtool/internal/secret"
	"sigtool/internal/term"
)

// entryKeys is on top of the screen while a sheet is typed.
var entryKeys = []string{
	"Type what stands on the paper. What can't be right has ^ below it.",
	"Enter: next   Tab: complete   Up: back   ?: a character you can't read",
	"Ctrl-D on an empty line: nothing more to type   Ctrl-C: give up",
}

// typeSheet lets a person type a sheet at the terminal, and checks each row while it is typed. It asks for the code where codecName is
// empty. The text is for the Decode of the codec whose name comes back, and the caller wipes it; what was on the screen is gone.
func typeSheet(terminal *term.Terminal, codecName string) (text []byte, code string, err error) {
	form, err := terminal.Form()
	if err != nil {
		return nil, "", err
	}
	defer form.Close()
	if codecName == "" {
		if codecName, err = askCode(form); err != nil {
			return nil, "", err
		}
	}
	codec, ok := backupall.ByName(codecName)
	if !ok {
		return nil, "", usagef("--code: there is no code %q", codecName)
	}
	entry := codec.Entry()
	defer entry.Destroy()
	t := &typist{form: form, entry: entry, head: headFields(codecName), check: func(text []byte) error {
		restored, err := codec.Decode(text)
		restored.Destroy()
		return err
	}}
	defer t.destroy()
	if err := t.sheet(); err != nil {
		return nil, "", err
	}
	return t.text(), codecName, nil
}

// typist is a sheet that is being typed.
type typist struct {
	form   *term.Form
	entry  backup.Entry
	head   []*headField
	check  func(text []byte) error
	drafts []*secret.Bytes // rows that were left by going back, the nearest one last
	row    *secret.Bytes   // the row to edit; nil for an empty one
	slip   *backup.Slip    // why that row was not taken
	gap    bool            // whether to leave a row out was asked
}

// sheet asks for the head and the rows until the sheet is whole, or its typist says so.
func (t *typist) sheet() error {
	for from := 0; ; from = len(t.head) - 1 {
		if err := askHead(t.form, t.head, from); err != nil {
			return err
		}
		earlier, err := t.rows()
		if err != nil || !earlier {
			return err
		}
	}
}

// rows asks for rows. earlier says that the typist went back from the first one.
func (t *typist) rows() (earlier bool, err error) {
	for {
		ended := false
		for ask := t.entry.Ask(); ask != "" && !ended; ask = t.entry.Ask() {
			typed, end, err := t.ask(ask)
			if err != nil {
				return false, err
			}
			switch ended = end == term.Ended; end {
			case term.Taken:
				err = t.take(typed)
			case term.Earlier:
				if !t.back(typed) && len(t.head) > 0 {
					return true, nil
				}
			}
			if err != nil {
				return false, err
			}
		}
		if again, err := t.review(); err != nil || !again {
			return false, err
		}
	}
}

// ask asks for one row, or for the one that did not check again.
func (t *typist) ask(what string) (*secret.Bytes, term.End, error) {
	above := secret.From(t.text())
	defer above.Destroy()
	q := term.Question{Title: entryKeys, Above: above.Bytes(), Ask: what, At: -1, Look: t.look}
	if t.row != nil {
		q.Row = t.row.Bytes()
	}
	switch {
	case t.gap:
		q.Notes = []string{"Leave this line out? Enter once more does. What is missing may still be made up for by the others."}
	case t.slip != nil:
		q.Wrong = []term.Range{term.Range(t.slip.At)}
		if t.slip.At.From > 0 { // where the whole row is meant, there may be more to type at its end
			q.At = t.slip.At.From
		}
		q.Notes = notesOf(t.slip)
	}
	typed, end, err := t.form.Ask(q)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errInterrupted
	}
	return typed, end, err
}

func notesOf(slip *backup.Slip) []string {
	notes := []string{"This does not check: " + slip.Why + "."}
	if slip.Hint != "" {
		notes = append(notes, "Perhaps: "+slip.Hint+".")
	}
	return append(notes, "", "Look at the paper again. If it says just this, press Enter again.")
}

func (t *typist) look(row []byte) (wrong []term.Range, rest string) {
	places, rest := t.entry.Look(row)
	for _, p := range places {
		wrong = append(wrong, term.Range(p))
	}
	return wrong, rest
}

// text is the head and what was taken.
func (t *typist) text() []byte {
	head, rows := headText(t.head), t.entry.Text()
	return append(append(make([]byte, 0, len(head)+len(rows)), head...), rows...)
}

func (t *typist) destroy() {
	t.edit(nil)
	for _, draft := range t.drafts {
		draft.Destroy()
	}
}
