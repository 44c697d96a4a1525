package print

import (
	"bytes"
	"fmt"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// pdfTitle is all that the file says of itself outside its pages: spoolers keep titles.
const pdfTitle = "sigtool paper backup"

// PDF returns the sheets as one document on A4 or Letter, which the caller wipes. Error: another paper, no sheet, a sheet that has no codes
// (see chunk.Split), or rows or instructions that do not fit on a page.
func PDF(sheets []*backup.Sheet, paper Paper) ([]byte, error) {
	pages, err := pagesOf(sheets)
	if err != nil {
		return nil, err
	}
	defer wipe(pages)
	return filePDF(pages, paper, pdfTitle)
}

// filePDF makes the file of the pages. The title has no brackets and no backslash.
func filePDF(pages []*page, paper Paper, title string) ([]byte, error) {
	w, h, err := paper.size()
	if err != nil {
		return nil, err
	}
	d := document{}
	defer d.wipe()
	catalog, tree := d.reserve(), d.reserve()
	d.set(catalog, "<< /Type /Catalog /Pages %d 0 R >>", tree)
	info := d.add("<< /Title (%s) /Producer (sigtool) >>", title)
	plain, err := d.font(regular())
	if err != nil {
		return nil, err
	}
	heavy, err := d.font(bold())
	if err != nil {
		return nil, err
	}
	resources := fmt.Sprintf("/Font << /F0 %d 0 R /F1 %d 0 R >>", plain, heavy)
	var kids bytes.Buffer
	for _, p := range pages {
		n, err := d.page(p, tree, w, h, resources)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&kids, "%d 0 R ", n)
	}
	d.set(tree, "<< /Type /Pages /Count %d /Kids [ %s] >>", len(pages), kids.String())
	return d.file(catalog, info), nil
}

// page adds a page and what is drawn on it.
func (d *document) page(p *page, tree int, w, h float64, resources string) (int, error) {
	size := 0
	for _, m := range p.marks {
		size += 120 + 8*len(m.text)
	}
	content := bytes.NewBuffer(make([]byte, 0, size)) // all that is drawn fits, so no buffer is left behind
	defer func() { secret.Wipe(content.Bytes()) }()
	images := ""
	for i, m := range p.marks {
		m.x, m.y = m.x+(w-fieldW)/2, h-m.y-(h-fieldH)/2 // upwards from here
		if m.kind == coded {
			n, err := d.image(m.code)
			if err != nil {
				return 0, err
			}
			images += fmt.Sprintf("/C%d %d 0 R ", i, n)
		}
		if err := drawPDF(content, m, i); err != nil {
			return 0, err
		}
	}
	stream, err := d.stream("", content.Bytes())
	if err != nil {
		return 0, err
	}
	return d.add("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %.2f %.2f] /Contents %d 0 R /Resources << %s /XObject << %s>> >> >>",
		tree, w/point, h/point, stream, resources, images), nil
}

// drawPDF writes the operators that draw a mark (ISO 32000-1 §8.5, §8.8 and §9.4), in points from the lower left corner.
func drawPDF(b *bytes.Buffer, m mark, number int) error {
	x, y, w, h := m.x/point, m.y/point, m.w/point, m.h/point
	switch m.kind {
	case filled:
		fmt.Fprintf(b, "%.3f %.3f %.3f %.3f re f\n", x, y-h, w, h)
	case framed:
		const line = thin / point
		fmt.Fprintf(b, "%.3f w %.3f %.3f %.3f %.3f re S\n", line, x+line/2, y-h+line/2, w-line, h-line)
	case coded:
		fmt.Fprintf(b, "q %.3f 0 0 %.3f %.3f %.3f cm /C%d Do Q\n", w, h, x, y-h, number)
	case text:
		f, name, grey := regular(), 0, 0
		if m.bold {
			f, name = bold(), 1
		}
		if m.white {
			grey = 1
		}
		fmt.Fprintf(b, "%d g BT /F%d %.2f Tf %.3f %.3f Td <", grey, name, m.size, x, y)
		for r := range runes(m.text) {
			i, err := glyph(f, r)
			if err != nil {
				return err
			}
			fmt.Fprintf(b, "%04X", i)
		}
		b.WriteString("> Tj ET 0 g\n")
	}
	return nil
}

// image adds a code: one pixel of grey a module.
func (d *document) image(c *matrix) (int, error) {
	pixels := make([]byte, len(c.dark))
	defer secret.Wipe(pixels)
	for i, dark := range c.dark {
		if !dark {
			pixels[i] = 0xff
		}
	}
	return d.stream(fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 ", c.side, c.side), pixels)
}
