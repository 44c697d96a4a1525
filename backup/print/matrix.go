package print

import (
	"errors"
	"image/color"

	"github.com/boombuler/barcode/qr"

	"sigtool/backup"
	"sigtool/backup/chunk"
)

const (
	quiet      = 4         // modules of white around a code
	maxModules = 17 + 4*12 // version 12
	maxCode    = (maxModules + 2*quiet) * module
)

// matrix is a QR code with its quiet zone.
type matrix struct {
	side int    // modules
	dark []bool // row by row
}

func (m *matrix) at(x, y int) bool { return m.dark[y*m.side+x] }

// mm is its width on paper.
func (m *matrix) mm() float64 { return float64(m.side) * module }

// matrices are the codes of a sheet, in order.
func matrices(s *backup.Sheet) ([]*matrix, error) {
	texts, err := chunk.Split(s)
	if err != nil {
		return nil, err
	}
	list := make([]*matrix, len(texts))
	for i, text := range texts {
		if list[i], err = newMatrix(text); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// newMatrix makes the QR code of a text. The library's own error would show the text.
func newMatrix(text string) (*matrix, error) {
	code, err := qr.Encode(text, qr.M, qr.AlphaNumeric)
	if err != nil {
		return nil, errors.New("a QR code could not be made")
	}
	n := code.Bounds().Dx()
	if n > maxModules {
		return nil, errors.New("a QR code would be too large")
	}
	m := &matrix{side: n + 2*quiet}
	m.dark = make([]bool, m.side*m.side)
	for y := range n {
		for x := range n {
			g := color.GrayModel.Convert(code.At(x, y)).(color.Gray)
			m.dark[(y+quiet)*m.side+x+quiet] = g.Y < 128
		}
	}
	return m, nil
}
