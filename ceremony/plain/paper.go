package plain

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"sigtool/backup"
	"sigtool/ceremony"
	"sigtool/internal/secret"
)

// What may be typed instead of a row. No row of any code looks like it.
const (
	cmdFile = '@' // and a file name
	cmdBack = '-' // and perhaps the number of a row, or cmdCheck
	cmdSee  = "!"

	cmdNew   = "new"
	cmdCheck = "check"
)

// sheetHelp stands before the first row.
const sheetHelp = "Type the sheet as it stands on the paper, row by row, with Enter after each. An empty row ends the sheet, as Ctrl-D does. " +
	"Of a word the first four letters are enough. " +
	"A character that can't be read is a question mark, a row that can't be read at all two of them, typed twice. " +
	"A minus sign alone goes one back, -7 goes to the word or line that has the number 7, -check to the check line; what comes after it stays. " +
	"An exclamation mark shows the row at hand, to your eyes alone. @ and the name of a file read a photo, a PDF or a text that was made from the paper."

// readPaper reads a sheet row by row, or the file that is named instead.
func (f *FrontEnd) readPaper(p ceremony.Prompt) (a ceremony.Answer, err error) {
	done := false
	if f.sheet == nil {
		if f.sheet, err = newSheet(p.Sheet, p.Code, f.term.Entry); err != nil {
			return a, err
		}
		f.teach(p)
	} else if len(f.sheet.rows) > 0 {
		a, done, err = f.review()
	}
	for !done && err == nil && (f.sheet.ask() != "" || f.sheet.correcting()) {
		var row *secret.Bytes
		if row, err = f.row(); err == nil {
			a, done, err = f.take(row)
		}
	}
	if err == nil && a.Secret == nil {
		f.out.paragraph("The sheet is typed.")
		a = ceremony.Answer{Secret: f.sheet.text(), From: ceremony.FromTyping}
	}
	return a, err
}

// teach says how a sheet is typed, the first time at length.
func (f *FrontEnd) teach(p ceremony.Prompt) {
	how := sheetHelp
	if f.taught {
		how = "Type them as the sheet before; a question mark says how."
	}
	f.out.paragraph(p.Ask + ". " + how)
	if f.taught = true; p.Hidden {
		f.out.paragraph("Nothing is shown while you type.")
	}
}

// row reads a row; of a sheet that holds its key in the clear, nothing is shown while it is typed. One that is shown has a line of its own:
// where it wraps, Backspace does not come back over the edge.
func (f *FrontEnd) row() (*secret.Bytes, error) {
	ask := f.sheet.ask()
	if f.sheet.correcting() {
		ask = f.sheet.hand() + " again; only Enter leaves it as it is"
	}
	ask = sentence(ask)
	f.ends = f.sheet.next > 0
	defer func() { f.ends = false }()
	if !f.prompt.Hidden {
		f.out.paragraph(ask + ":")
		ask = rowMark
	}
	row, err := f.typed(ask)
	if errors.Is(err, io.EOF) {
		return secret.New(0), nil
	}
	return row, err
}

// take does what a row says. It is done when the sheet is ended, or is a file's.
func (f *FrontEnd) take(row *secret.Bytes) (a ceremony.Answer, done bool, err error) {
	s, text := f.sheet, bytes.TrimSpace(row.Bytes())
	switch {
	case len(text) > 0 && text[0] != cmdFile && text[0] != cmdBack && string(text) != cmdSee && string(text) != giveUp:
		err = f.takeRow(text)
	case len(text) == 0 && s.correcting():
		f.followOn(s.hand() + " stays")
	case len(text) == 0 && s.next == 0:
		f.out.paragraph("Not taken: nothing is typed yet.")
	case len(text) == 0:
		done = true
	case string(text) == giveUp:
		err = ceremony.ErrGivenUp
	case string(text) == cmdSee:
		err = f.see()
	case text[0] == cmdFile:
		a, done = f.file(string(text[1:]))
	default:
		err = f.back(text)
	}
	row.Destroy()
	return a, done, err
}

// takeRow hands a row to the sheet, word by word where there are several, and says what came of it. Up to a slip it is taken.
func (f *FrontEnd) takeRow(text []byte) error {
	s := f.sheet
	var names []string
	for len(text) > 0 {
		if s.ask() == "" {
			f.out.paragraph("There is no more on such a sheet: what you typed behind it is left out.")
			break
		}
		piece, rest := s.cut(text)
		typed := secret.New(len(piece))
		copy(typed.Bytes(), piece)
		err := s.take(typed)
		if slip := (*backup.Slip)(nil); errors.As(err, &slip) {
			f.sayWhy(names, len(rest) > 0)
			return nil
		}
		if err != nil {
			return err
		}
		if name := s.rows[s.next-1].name; name != "" {
			names = append(names, name)
		}
		text = rest
	}
	f.followOn(strings.TrimSpace(span(names) + " taken"))
	return nil
}

// followOn goes on with the rows that were kept.
func (f *FrontEnd) followOn(what string) {
	s := f.sheet
	all := len(s.rows)
	s.follow(all)
	if s.next < all {
		what += "; what came after it does not go together with it, and is to be typed again"
	}
	f.out.paragraph(sentence(what) + ".")
}

// sayWhy says why a row was not taken, or what of it was before the slip. What it may be is a piece of the secret, which is shown where it
// does not stay.
func (f *FrontEnd) sayWhy(taken []string, more bool) {
	s := f.sheet
	if len(taken) > 0 {
		f.out.paragraph(sentence(span(taken)) + " taken.")
	}
	f.out.paragraph("Not taken: " + s.why() + ".")
	switch {
	case s.slip.Hint != "" && !f.prompt.Hidden:
		f.out.paragraph("Perhaps: " + s.slip.Hint + ".")
	case s.slip.Hint != "":
		f.out.paragraph("There is a guess what it may be; an exclamation mark shows it.")
	}
	if more {
		f.out.paragraph("Go on with " + s.hand() + ": it, and what you typed behind it, is to be typed again.")
	}
	if !s.taught {
		f.out.paragraph("Type it again. If the paper says just this, type the same once more. If something before it is wrong, -7 goes back to number 7.")
		s.taught = true
	}
}

// see shows the row at hand to whoever typed it.
func (f *FrontEnd) see() error {
	row := f.sheet.seen()
	if row == "" {
		f.out.paragraph("There is no row to show: it shows one that was not taken, or is to be corrected.")
		return nil
	}
	if err := f.warn(); err != nil {
		return err
	}
	_, err := f.show(row, "Press Enter when you have seen it.")
	return err
}

// file reads the file that was made from the paper. A slip in its name must not end a ceremony.
func (f *FrontEnd) file(name string) (ceremony.Answer, bool) {
	data, err := f.term.ReadFile(strings.TrimSpace(name))
	if err != nil {
		f.out.paragraph("Not taken: " + err.Error() + ".")
		return ceremony.Answer{}, false
	}
	f.out.paragraph("The file is read.")
	return ceremony.Answer{Secret: secret.From(data), From: ceremony.FromFile}, true
}
