package print

import (
	"bytes"
	"compress/zlib"
	"fmt"

	"golang.org/x/image/font/sfnt"

	"sigtool/internal/secret"
)

// document is the objects of a PDF file (ISO 32000-1 §7.5), version 1.4, numbered from 1. There is nothing in it that changes from
// run to run: no date, no identifier, no order of a map. The libraries that were tried have one or the other.
type document struct{ objects [][]byte }

func (d *document) reserve() int {
	d.objects = append(d.objects, nil)
	return len(d.objects)
}

func (d *document) set(n int, format string, args ...any) {
	d.objects[n-1] = fmt.Appendf(nil, format, args...)
}

func (d *document) add(format string, args ...any) int {
	n := d.reserve()
	d.set(n, format, args...)
	return n
}

// stream adds data, compressed; dict is what its dictionary says of it.
func (d *document) stream(dict string, data []byte) (int, error) {
	packed := bytes.NewBuffer(make([]byte, 0, len(data)+len(data)/100+256))
	defer func() { secret.Wipe(packed.Bytes()) }()
	z, err := zlib.NewWriterLevel(packed, zlib.BestCompression)
	if err != nil {
		return 0, err
	}
	if _, err := z.Write(data); err != nil {
		return 0, err
	}
	if err := z.Close(); err != nil {
		return 0, err
	}
	const form = "<< %s/Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
	object := make([]byte, 0, len(form)+len(dict)+packed.Len()+16)
	d.objects = append(d.objects, fmt.Appendf(object, form, dict, packed.Len(), packed.Bytes()))
	return len(d.objects), nil
}

// file writes header, objects, the table of where they are, and the trailer (§7.5.4, §7.5.5).
func (d *document) file(catalog, info int) []byte {
	size := 1024
	for _, o := range d.objects {
		size += len(o) + 64
	}
	b := bytes.NewBuffer(make([]byte, 0, size))
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	table := fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(d.objects)+1)
	for i, o := range d.objects {
		table += fmt.Sprintf("%010d 00000 n \n", b.Len())
		fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(b, "%strailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n", table, len(d.objects)+1, catalog, info, start)
	return b.Bytes()
}

func (d *document) wipe() {
	for _, o := range d.objects {
		secret.Wipe(o)
	}
}

// font adds one of the two fonts whole. Text in it is the numbers of its glyphs, two bytes each (§9.7.4, Identity-H), and a table that
// turns them back into characters, for whoever searches or copies text.
func (d *document) font(f *sfnt.Font) (int, error) {
	ttf, name, weight := fontFile(f)
	file, err := d.stream(fmt.Sprintf("/Length1 %d ", len(ttf)), ttf)
	if err != nil {
		return 0, err
	}
	descriptor := d.add("<< /Type /FontDescriptor /FontName /%s /Flags 5 /FontBBox [0 -230 602 960] /ItalicAngle 0 /Ascent 935 /Descent -230 /CapHeight 710 /StemV %d /FontFile2 %d 0 R >>",
		name, weight, file)
	cid := d.add("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor %d 0 R /DW 600 /CIDToGIDMap /Identity >>", // whole numbers only: some readers take no others
		name, descriptor)
	table, err := toUnicode(f)
	if err != nil {
		return 0, err
	}
	unicode, err := d.stream("", table)
	if err != nil {
		return 0, err
	}
	return d.add("<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>", name, cid, unicode), nil
}

// toUnicode lists the characters of the font by their glyphs (§9.10.3). Of several with one glyph the first wins.
func toUnicode(f *sfnt.Font) ([]byte, error) {
	var list []string
	seen := map[sfnt.GlyphIndex]bool{0: true}
	for r := rune(' '); r < 0x2600; r++ {
		i, err := glyph(f, r)
		if err != nil {
			return nil, err
		}
		if !seen[i] {
			seen[i] = true
			list = append(list, fmt.Sprintf("<%04X> <%04X>\n", i, r))
		}
	}
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /sigtool def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for len(list) > 0 {
		n := min(100, len(list)) // no more to a block
		fmt.Fprintf(&b, "%d beginbfchar\n", n)
		for _, line := range list[:n] {
			b.WriteString(line)
		}
		b.WriteString("endbfchar\n")
		list = list[n:]
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.Bytes(), nil
}
