package plain

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// sheet is a sheet that is being typed. It keeps its rows when it is refused, so that a row is typed again and not the sheet. The
// entry holds the rows before the next one; the rows from there on wait until the one before them was corrected.
type sheet struct {
	name, code string
	begin      func(code string) (backup.Entry, bool)
	entry      backup.Entry
	rows       []row
	next       int           // the row that is typed next, from 0
	refused    *secret.Bytes // what was typed and not taken; nil for nothing
	slip       *backup.Slip  // why
	taught     bool          // what can be done about a slip was said
}

// row is what was taken at once.
type row struct {
	text *secret.Bytes
	name string // as the paper counts it, "word 05"; "" for what has no number there
}

func newSheet(name, code string, begin func(string) (backup.Entry, bool)) (*sheet, error) {
	s := &sheet{name: name, code: code, begin: begin}
	if err := s.again(0); err != nil {
		return nil, err
	}
	return s, nil
}

// again begins the entry anew, with so many of the rows; the one after them is the next.
func (s *sheet) again(rows int) error {
	if s.entry != nil {
		s.entry.Destroy()
		s.entry = nil
	}
	entry, ok := s.begin(s.code)
	if !ok {
		return fmt.Errorf("there is no code %q to type a sheet in", s.code)
	}
	s.entry, s.next = entry, 0
	s.forget()
	s.follow(rows)
	return nil
}

// follow hands rows that were taken before to the entry, up to that one. Rows that it does not take any more are dropped.
func (s *sheet) follow(to int) {
	for ; s.next < to; s.next++ {
		row := s.rows[s.next].text.Bytes()
		if s.entry.Take(row, false) != nil && s.entry.Take(row, true) != nil {
			s.drop(s.next)
			return
		}
	}
}

// drop forgets the rows from that one on.
func (s *sheet) drop(from int) {
	for _, row := range s.rows[from:] {
		row.text.Destroy()
	}
	s.rows = s.rows[:from]
}

// correcting tells whether the next row is one that was taken before.
func (s *sheet) correcting() bool { return s.next < len(s.rows) }

// take takes a row, which is then the sheet's. The same row as the one that was not taken is on the paper like that.
func (s *sheet) take(typed *secret.Bytes) error {
	ask := s.ask()
	err := s.entry.Take(typed.Bytes(), s.insists(typed))
	s.forget()
	if slip := (*backup.Slip)(nil); errors.As(err, &slip) {
		s.refused, s.slip = typed, slip
		return err
	}
	if err != nil {
		typed.Destroy()
		return err
	}
	if s.next == len(s.rows) {
		s.rows = append(s.rows, row{})
	}
	s.rows[s.next].text.Destroy()
	s.rows[s.next] = row{typed, s.nameTaken(typed.Bytes(), ask)}
	s.next++
	return nil
}

func (s *sheet) forget() {
	s.refused.Destroy()
	s.refused, s.slip = nil, nil
}

// ask names the row that is wanted, "" when the sheet is whole. A prompt is for one sheet: another share than the first is none of it.
func (s *sheet) ask() string {
	ask := s.entry.Ask()
	if strings.HasPrefix(ask, "share 2") {
		return ""
	}
	if share, row, ok := strings.Cut(ask, ", "); ok && strings.HasPrefix(share, "share 1") {
		return row
	}
	return ask
}

// text is a copy of what was taken, as its codec reads it.
func (s *sheet) text() *secret.Bytes {
	text := s.entry.Text()
	out := secret.New(len(text))
	copy(out.Bytes(), text)
	return out
}

func (s *sheet) destroy() {
	if s == nil {
		return
	}
	s.forget()
	s.drop(0)
	s.entry.Destroy()
}

// why says in words what is wrong with the row that was not taken, and where.
func (s *sheet) why() string {
	row, at := s.refused.Bytes(), s.slip.At
	place := nameOf(row, s.ask())
	from, to := utf8.RuneCount(row[:at.From])+1, utf8.RuneCount(row[:at.To])
	switch {
	case at.From == 0 && at.To >= len(bytes.TrimRight(row, " ")), s.several(): // all of it, or it is not known where
	case to <= from:
		place += fmt.Sprintf(", character %d", from)
	default:
		place += fmt.Sprintf(", characters %d to %d", from, to)
	}
	return place + ": " + s.slip.Why
}

// seen is the row at hand for the eyes of whoever typed it: the one that was not taken, with marks below what is wrong and what it may
// be, or the one that is to be corrected. It is a string, which can't be wiped, and therefore made only when somebody asks to see it.
func (s *sheet) seen() string {
	switch {
	case s.refused != nil:
		row, at := s.refused.Bytes(), s.slip.At
		marks := strings.Repeat(" ", utf8.RuneCount(row[:at.From])) + strings.Repeat("^", max(1, utf8.RuneCount(row[at.From:at.To])))
		text := strings.Map(harmless, string(row)) + "\n" + marks
		if s.slip.Hint != "" {
			text += "\nPerhaps: " + s.slip.Hint
		}
		return text
	case s.correcting():
		return strings.Map(harmless, string(s.rows[s.next].text.Bytes()))
	}
	return ""
}
