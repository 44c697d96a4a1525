package main

import (
	"errors"

	"sigtool/backup"
	"sigtool/internal/secret"
	"sigtool/internal/term"
)

// review decodes what was typed while all of it is still there: rows can check one by one and be wrong together. again says that the
// typist wants to go on.
func (t *typist) review() (again bool, err error) {
	if len(t.entry.Text()) == 0 {
		return false, errInterrupted // ended before anything was typed
	}
	text := secret.From(t.text())
	defer text.Destroy()
	problem := t.check(text.Bytes())
	if problem == nil || errors.Is(problem, backup.ErrIncomplete) { // other shares may come from elsewhere
		return false, nil
	}
	if err := t.form.DropPaste(); err != nil {
		return false, err
	}
	notes := []string{"It does not come back from this: " + problem.Error() + "."}
	if damage := (*backup.Damage)(nil); errors.As(problem, &damage) {
		for _, hint := range damage.Hints() {
			notes = append(notes, "Perhaps: "+hint+".")
		}
	}
	return t.askAgain(text.Bytes(), append(notes, "", "Up goes back, row by row, and loses nothing. Enter ends the typing as it is."))
}

func (t *typist) askAgain(text []byte, notes []string) (again bool, err error) {
	q := term.Question{Title: entryKeys, Above: text, Ask: "All rows are typed.", Notes: notes}
	if t.entry.Ask() != "" {
		q.Ask = "The typing is ended; missing is " + t.entry.Ask() + "."
	}
	typed, end, err := t.form.Ask(q)
	defer typed.Destroy()
	if err != nil || end != term.Earlier {
		return false, err
	}
	if last := t.entry.Back(); last != nil {
		row := secret.New(len(last))
		copy(row.Bytes(), last)
		t.edit(row)
	}
	return true, nil
}
