package print

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// pdfTitle is all that the file says of itself outside its pages: spoolers keep titles.
const pdfTitle = "sigtool paper backup"

// PDF returns the sheets as one document.
func PDF(sheets []*backup.Sheet, o Options) ([]byte, error) {
	w, h, err := o.size()
	if err != nil {
		return nil, err
	}
	pages, err := pagesOf(sheets, o)
	if err != nil {
		return nil, err
	}
	defer wipe(pages)
	f := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: w, Ht: h}})
	f.SetCatalogSort(true)
	f.SetCreationDate(day(sheets))
	f.SetModificationDate(day(sheets))
	f.SetTitle(pdfTitle, false)
	f.SetProducer("sigtool", false)
	f.SetMargins(0, 0, 0)
	f.SetAutoPageBreak(false, 0)
	f.AddUTF8FontFromBytes(family, "", gomono.TTF)
	f.AddUTF8FontFromBytes(family, "B", gomonobold.TTF)
	for i, p := range pages {
		f.AddPage()
		for j, m := range p.marks {
			m.x, m.y = m.x+(w-fieldW)/2, m.y+(h-fieldH)/2
			if err := pdfMark(f, m, fmt.Sprintf("code %d %d", i, j)); err != nil {
				return nil, err
			}
		}
	}
	var b bytes.Buffer
	if err := f.Output(&b); err != nil {
		return nil, errors.New("the PDF could not be made") // the library's words may show the text
	}
	return b.Bytes(), nil
}

const family = "gomono"

// day is when the sheets were made, as the first says: the file must not depend on the clock.
func day(sheets []*backup.Sheet) time.Time {
	t, err := time.Parse("2006-01-02", value(sheets[0], backup.FieldMade))
	if err != nil {
		return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return t
}

func pdfMark(f *fpdf.Fpdf, m mark, name string) error {
	switch m.kind {
	case filled:
		f.SetFillColor(0, 0, 0)
		f.Rect(m.x, m.y, m.w, m.h, "F")
	case framed:
		f.SetLineWidth(thin)
		f.Rect(m.x, m.y, m.w, m.h, "D")
	case text:
		style := ""
		if m.bold {
			style = "B"
		}
		f.SetFont(family, style, m.size)
		if m.white {
			f.SetTextColor(255, 255, 255)
		}
		f.Text(m.x, m.y, string(m.text))
		f.SetTextColor(0, 0, 0)
	case coded:
		img := m.code.picture(1)
		defer secret.Wipe(img.Pix)
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			return err
		}
		o := fpdf.ImageOptions{ImageType: "PNG"}
		f.RegisterImageOptionsReader(name, o, &b)
		f.ImageOptions(name, m.x, m.y, m.w, m.h, false, o, 0, "")
	}
	return nil
}
