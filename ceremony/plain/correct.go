package plain

import (
	"bytes"
	"cmp"
	"fmt"

	"sigtool/ceremony"
)

// review asks what to do about a sheet that was refused. It is done if the sheet is to be judged once more as it is, or is a file's. Who
// begins to type the sheet again here is not shown what of: it is read as the rows are.
func (f *FrontEnd) review() (a ceremony.Answer, done bool, err error) {
	s := f.sheet
	enter := "hands it over again"
	if s.ask() != "" {
		enter = "goes on with what is missing"
	}
	f.out.paragraph("What was typed is kept: " + cmp.Or(s.typed(), "the head of the sheet") + ".")
	for {
		typed, err := f.typed(fmt.Sprintf("A number corrects that one, %s begins again; only Enter %s", cmdNew, enter))
		if err != nil {
			return a, false, err
		}
		text := bytes.TrimSpace(typed.Bytes())
		at, found := s.find(text)
		asks := false
		switch {
		case len(text) == 0:
			done = s.ask() == ""
		case string(text) == giveUp:
			err = ceremony.ErrGivenUp
		case string(text) == cmdNew:
			s.drop(0)
			err = s.again(0)
		case text[0] == cmdFile:
			a, done = f.file(string(text[1:]))
			asks = !done
		case found:
			err = s.again(at)
		default:
			f.noSuch()
			asks = true
		}
		typed.Destroy()
		if !asks {
			return a, done, err
		}
	}
}

// noSuch refuses a number that nothing has.
func (f *FrontEnd) noSuch() {
	f.out.paragraph("Not taken: the numbers are those of " + cmp.Or(f.sheet.typed(), "what is typed, and nothing is yet") + ".")
}

// back goes to the row before, or to the one named.
func (f *FrontEnd) back(text []byte) error {
	s := f.sheet
	at, ok := s.find(text)
	if len(text) == 1 {
		at, ok = s.next-1, s.next > 0
	}
	if !ok {
		f.noSuch()
		return nil
	}
	return s.again(at)
}
