package tui

import (
	"strings"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// typist is a sheet that is being typed, row by row, each checked when it is finished. The row at hand is in the model's editor.
type typist struct {
	entry  backup.Entry
	drafts []*secret.Bytes // rows that were left by going back, the nearest one last
	before *secret.Bytes   // the row as it was when it was not taken; nil for a new one
	slip   *backup.Slip    // why it was not
	gap    bool            // whether to leave a row out was asked
	seen   bool            // the row at hand is shown although the answer is hidden: its typist wants to see it
	pasted bool            // some of the rows were
	drop   bool            // the rest of a pasted text: what follows a wrong row would end up in the wrong place
	wrong  []backup.Place  // what can't be right in the row at hand
	rest   string          // what would complete its end
	busy   string          // the file that is being read
}

func (t *typist) destroy() {
	if t == nil {
		return
	}
	t.entry.Destroy()
	t.before.Destroy()
	for _, draft := range t.drafts {
		draft.Destroy()
	}
}

// ask names the row that is wanted, "" when the sheet is whole. A prompt is for one sheet: another share than the first is none of it.
func (t *typist) ask() string {
	ask := t.entry.Ask()
	if strings.HasPrefix(ask, "share 2") {
		return ""
	}
	if share, row, is := strings.Cut(ask, ", "); is && strings.HasPrefix(share, "share 1") {
		return row
	}
	return ask
}

// rows tells whether any row was taken.
func (t *typist) rows() bool { return len(t.entry.Text()) > 0 }
