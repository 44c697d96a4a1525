package plain

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"sigtool/backup"
	"sigtool/ceremony"
	"sigtool/internal/secret"
)

// What may be typed instead of a row. No row of any code looks like it.
const (
	cmdFile = '@' // and a file name
	cmdBack = '-' // and perhaps the number of a row
	cmdSee  = "!"
	cmdNew  = "new"
)

// sheetHelp stands before the first row.
const sheetHelp = "Type the sheet as it stands on the paper, row by row, with Enter after each. An empty row ends the sheet. " +
	"A character that can't be read is a question mark, a row that can't be read at all two of them, typed twice. " +
	"A minus sign alone goes one row back, -7 goes to row 7; the rows after it stay. An exclamation mark shows the row at hand, to your eyes " +
	"alone. @ and the name of a file read a photo, a PDF or a text that was made from the paper."

// readPaper reads a sheet row by row, or the file that is named instead.
func (f *FrontEnd) readPaper(p ceremony.Prompt) (a ceremony.Answer, err error) {
	done := false
	if f.sheet == nil {
		if f.sheet, err = newSheet(p.Sheet, p.Code, f.term.Entry); err != nil {
			return a, err
		}
		f.out.paragraph(p.Ask + ". " + sheetHelp)
		if p.Hidden {
			f.out.paragraph("Nothing is shown while you type.")
		}
	} else if len(f.sheet.rows) > 0 {
		a, done, err = f.review()
	}
	for !done && err == nil && (f.sheet.ask() != "" || f.sheet.correcting()) {
		var row *secret.Bytes
		if row, err = f.row(p.Hidden); err == nil {
			a, done, err = f.take(row)
		}
	}
	if err == nil && a.Secret == nil {
		f.out.paragraph("The sheet is typed.")
		a = ceremony.Answer{Secret: f.sheet.text(), From: ceremony.FromTyping}
	}
	return a, err
}

// review asks what to do about a sheet that was refused. It is done if the sheet is to be judged once more as it is, or is a file's.
func (f *FrontEnd) review() (a ceremony.Answer, done bool, err error) {
	s := f.sheet
	enter := "hand it over again"
	if s.ask() != "" {
		enter = "type the rows that are missing"
	}
	for {
		text, err := f.line(fmt.Sprintf("All %d rows are kept. The number of a row corrects it, %s begins again; only Enter to %s", len(s.rows), cmdNew, enter))
		if err != nil {
			return a, false, err
		}
		switch n, ok := s.number([]byte(text)); {
		case text == "":
			return a, s.ask() == "", nil
		case text == cmdNew:
			s.drop(0)
			return a, false, s.again(0)
		case text[0] == cmdFile:
			if a, done = f.file(text[1:]); done {
				return a, true, nil
			}
		case ok:
			return a, false, s.again(n)
		default:
			f.out.paragraph(fmt.Sprintf("Not taken: the rows are 1 to %d.", len(s.rows)))
		}
	}
}

// number reads the number of a row that is there, with a minus sign before it or not, and counts from 0.
func (s *sheet) number(text []byte) (int, bool) {
	text = bytes.TrimPrefix(text, []byte{cmdBack})
	if len(text) == 0 || len(text) > 4 {
		return 0, false
	}
	n, err := strconv.Atoi(string(text))
	return n - 1, err == nil && n >= 1 && n <= len(s.rows)
}

// row reads a row; of a sheet that holds its key in the clear, nothing is shown while it is typed.
func (f *FrontEnd) row(hidden bool) (*secret.Bytes, error) {
	ask := f.sheet.ask()
	if f.sheet.correcting() {
		ask = fmt.Sprintf("row %d again (%s); only Enter leaves it as it is", f.sheet.next+1, ask)
	}
	ask = strings.ToUpper(ask[:1]) + ask[1:]
	if hidden {
		return f.hidden(ask)
	}
	line, err := f.line(ask)
	if err != nil {
		return nil, err
	}
	return secret.From([]byte(line)), nil
}

// take does what a row says. It is done when the sheet is ended, or is a file's.
func (f *FrontEnd) take(row *secret.Bytes) (a ceremony.Answer, done bool, err error) {
	s, text := f.sheet, bytes.TrimSpace(row.Bytes())
	switch {
	case len(text) > 0 && text[0] != cmdFile && text[0] != cmdBack && string(text) != cmdSee && string(text) != giveUp:
		return a, false, f.takeRow(row)
	case len(text) == 0 && s.correcting():
		f.followOn("Row " + strconv.Itoa(s.next+1) + " stays")
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

// takeRow hands a row to the sheet and says what came of it.
func (f *FrontEnd) takeRow(row *secret.Bytes) error {
	s := f.sheet
	err := s.take(row)
	if slip := (*backup.Slip)(nil); errors.As(err, &slip) {
		f.sayWhy()
		return nil
	}
	if err == nil {
		f.followOn(fmt.Sprintf("Row %d taken", s.next))
	}
	return err
}

// followOn goes on with the rows that were kept.
func (f *FrontEnd) followOn(what string) {
	s := f.sheet
	all := len(s.rows)
	s.follow(all)
	if s.next < all {
		what += fmt.Sprintf("; it does not go together with row %d and the rows after it, which are to be typed again", s.next+1)
	}
	f.out.paragraph(what + ".")
}

// sayWhy says why a row was not taken. What it may be is a piece of the secret, which is shown where it does not stay.
func (f *FrontEnd) sayWhy() {
	s := f.sheet
	f.out.paragraph("Not taken: " + s.why() + ".")
	switch {
	case s.slip.Hint != "" && !f.prompt.Hidden:
		f.out.paragraph("Perhaps: " + s.slip.Hint + ".")
	case s.slip.Hint != "":
		f.out.paragraph("There is a guess what it may be; an exclamation mark shows it.")
	}
	if !s.taught {
		f.out.paragraph("Type the row again. If the paper says just this, type the same once more.")
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
	_, err := f.show(row, "Press Enter when you have seen it.")
	return err
}

// back goes to the row before, or to the one named.
func (f *FrontEnd) back(text []byte) error {
	s := f.sheet
	n, ok := s.number(text)
	if len(text) == 1 {
		n, ok = s.next-1, s.next > 0
	}
	if !ok {
		f.out.paragraph("Not taken: there is no such row before this one.")
		return nil
	}
	return s.again(n)
}

// file reads the file that was made from the paper. A slip in its name must not end a ceremony.
func (f *FrontEnd) file(name string) (ceremony.Answer, bool) {
	data, err := f.term.ReadFile(strings.TrimSpace(name))
	if err != nil {
		f.out.paragraph("Not taken: " + err.Error() + ".")
		return ceremony.Answer{}, false
	}
	return ceremony.Answer{Secret: secret.From(data), From: ceremony.FromFile}, true
}
