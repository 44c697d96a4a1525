package print

import (
	"fmt"
	"strings"
	"unicode/utf8"

	doc "sigtool/internal/document"
)

// Sizes of a document: fonts in points, everything else in mm.
const (
	docText, docPitch = 9.0, 4.4
	docSmall          = 8.0
	docHeading        = 11.5
	docFoot           = 7.0 // what the foot of a page takes
	docBottom         = fieldH - docFoot - 2
	docPad            = 1.2  // around the text of a cell
	docBox            = 9.0  // least height of a row with boxes to write in
	docTall           = 14.0 // of one for a signature
	docLines          = 20   // of a row, at most; a longer one is several rows
	docKeep           = 26.0 // what a heading takes with it to the next page
	docTitleLines     = 3

	documentTitle    = "sigtool document"
	maxDocumentPages = 2000
)

// desk is the pages of one document in the making.
type desk struct {
	doc   *doc.Document
	pages []*page
	y     float64 // where the page at hand goes on
	top   float64 // where it began, below its head
}

// Document returns a document as a PDF on A4 or Letter: the same one always as the same bytes. Error: another paper, or a document of more
// than 2,000 pages.
func Document(d *doc.Document, paper Paper) ([]byte, error) {
	k := &desk{doc: d}
	if err := k.layOut(); err != nil {
		return nil, err
	}
	return filePDF(k.pages, paper, documentTitle)
}

func (k *desk) layOut() error {
	k.begin()
	for _, b := range k.doc.Blocks {
		if err := k.block(b); err != nil {
			return err
		}
	}
	for i, p := range k.pages {
		k.foot(p, i)
	}
	return nil
}

func (k *desk) page() *page { return k.pages[len(k.pages)-1] }

// begin begins a page with its head.
func (k *desk) begin() {
	p := &page{}
	k.pages = append(k.pages, p)
	p.rule(0, thick)
	first, title := len(k.pages) == 1, strings.Join(doc.Lines(k.doc.Title), " ")
	if first {
		k.y = 2.5
		lines := wrap(title, columns(fieldW, 16))
		for _, line := range lines[:min(len(lines), docTitleLines)] {
			k.y += 6.2
			p.write(0, k.y, 16, true, line)
		}
		k.y += 3
	} else {
		p.write(0, 5, docSmall, true, head(title, columns(fieldW, docSmall)))
		k.y = 7
	}
	p.rule(k.y, thin)
	if stamp := strings.Join(doc.Lines(k.doc.Mark), " "); stamp != "" {
		p.marks = append(p.marks, mark{kind: filled, y: k.y + 1.5, w: fieldW, h: 7})
		p.centred(fieldW/2, k.y+6.3, fit(stamp, 11, fieldW-10), true, stamp)
		p.marks[len(p.marks)-1].white = true
		k.y += 9.5
	}
	k.y += 3
	k.top = k.y
}

// foot writes the title and the number of the page.
func (k *desk) foot(p *page, i int) {
	p.rule(fieldH-docFoot+1.5, thin)
	number := fmt.Sprintf("page %d of %d", i+1, len(k.pages))
	p.right(fieldW, fieldH-1, docSmall, true, number)
	p.write(0, fieldH-1, docSmall, false, head(strings.Join(doc.Lines(k.doc.Title), " "), columns(fieldW-40, docSmall)))
}

// need begins a page if less than that is left of the one at hand. It tells whether it did.
func (k *desk) need(h float64) bool {
	if k.y+h <= docBottom {
		return false
	}
	k.begin()
	return true
}

func (k *desk) block(b doc.Block) error {
	if b.NewPage && k.y > k.top {
		k.begin()
	}
	if b.Heading != "" {
		k.heading(strings.Join(doc.Lines(b.Heading), " "))
	}
	for _, paragraph := range doc.Lines(b.Text) {
		lines := wrap(paragraph, columns(fieldW, docText))
		k.need(float64(min(len(lines), 4)) * docPitch) // a short one is not torn
		for _, line := range lines {
			k.need(docPitch)
			k.y += docPitch
			k.page().write(0, k.y-1, docText, false, line)
		}
		k.y += 1.6
	}
	if b.Table != nil && b.Table.Columns() > 0 {
		k.table(b.Table)
	}
	if b.Code != "" {
		k.code(b.Code)
	}
	if len(k.pages) > maxDocumentPages {
		return fmt.Errorf("the document has more than %d pages", maxDocumentPages)
	}
	return nil
}

// heading stands with something of what follows it.
func (k *desk) heading(text string) {
	if !k.need(docKeep) && k.y > k.top {
		k.y += 4
	}
	for _, line := range wrap(text, columns(fieldW, docHeading)) {
		k.need(6)
		k.y += 5
		k.page().write(0, k.y-0.8, docHeading, true, line)
	}
	k.y += 1.8
}

// code draws lines as they stand in a frame; what is too long goes on in the next one.
func (k *desk) code(text string) {
	var lines []string
	for line := range strings.SplitSeq(strings.TrimRight(doc.Clean(text), "\n"), "\n") {
		lines = append(lines, cutEvery(string(printable([]byte(line))), columns(fieldW-4*docPad, docText))...)
	}
	for len(lines) > 0 {
		k.need(3 * docPitch)
		n := min(len(lines), int((docBottom-k.y-2*docPad)/docPitch))
		h := float64(n)*docPitch + 2*docPad
		k.page().marks = append(k.page().marks, mark{kind: framed, y: k.y, w: fieldW, h: h})
		for i, line := range lines[:n] {
			k.page().write(2*docPad, k.y+docPad+float64(i+1)*docPitch-1.2, docText, false, line)
		}
		k.y += h + 2
		lines = lines[n:]
	}
}

// wrap breaks a text into lines, at spaces where there are some, and writes what the font lacks as numbers.
func wrap(text string, columns int) (lines []string) {
	columns = max(columns, 4)
	line := ""
	for word := range strings.FieldsSeq(string(printable([]byte(text)))) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= columns {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		pieces := cutEvery(word, columns)
		lines = append(lines, pieces[:len(pieces)-1]...)
		line = pieces[len(pieces)-1]
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// cutEvery cuts a text into pieces of so many characters; an empty one is one piece.
func cutEvery(text string, columns int) (pieces []string) {
	runes := []rune(text)
	for len(runes) > columns {
		pieces = append(pieces, string(runes[:columns]))
		runes = runes[columns:]
	}
	return append(pieces, string(runes))
}

// head is the beginning of a text that is too long.
func head(text string, columns int) string {
	text = string(printable([]byte(text)))
	if pieces := cutEvery(text, columns-3); len(pieces) > 1 {
		return pieces[0] + "..."
	}
	return text
}
