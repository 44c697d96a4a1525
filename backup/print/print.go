package print

import (
	"bytes"
	"fmt"

	"sigtool/backup"
)

// Paper is what is printed on.
type Paper string

// A4 is 210 by 297 mm, Letter 8.5 by 11 inches. Rolls are for ESCPOS alone.
const (
	A4     Paper = "a4"
	Letter Paper = "letter"
	Roll58 Paper = "roll58"
	Roll80 Paper = "roll80"
)

// size of the paper in mm.
func (p Paper) size() (w, h float64, err error) {
	switch p {
	case A4:
		return 210, 297, nil
	case Letter:
		return 215.9, 279.4, nil
	}
	return 0, 0, fmt.Errorf("%q is no paper for pages", p)
}

// Text returns the plain text of the sheets, a form feed after each, for printers that take raw bytes.
func Text(sheets []*backup.Sheet) []byte {
	size := 0
	for _, s := range sheets {
		size += len(s.Text) + 1
	}
	b := bytes.NewBuffer(make([]byte, 0, size))
	for _, s := range sheets {
		b.Write(s.Text)
		b.WriteByte('\f')
	}
	return b.Bytes()
}
