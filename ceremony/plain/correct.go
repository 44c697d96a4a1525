package plain

import (
	"bytes"
	"fmt"
	"strconv"

	"sigtool/ceremony"
)

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
