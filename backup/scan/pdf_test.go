package scan

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/backup/print"
	"sigtool/internal/oracle"
)

// scannerPDF is a file as scanners write it: a page that is one picture.
func scannerPDF(entries string, content []byte) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n")
	b.WriteString("2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/Note(\\) >> stream)/Contents 5 0 R>>\nendobj\n")
	fmt.Fprintf(&b, "4 0 obj\n<< /Type /XObject /Subtype /Image %s >>\nstream\r\n%s\nendstream\nendobj\n", entries, content)
	b.WriteString("5 0 obj\n<</Length 3>>\nstream\nq Q\nendstream\nendobj\n6 0 obj\n99\nendobj\ntrailer\n<</Root 1 0 R/Size 7>>\nstartxref\n9\n%%EOF\n")
	return b.Bytes()
}

func deflated(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// asRGB repeats each pixel for red, green and blue; a set bit of oneBit is white.
func asRGB(g *grey) (out []byte) {
	for _, p := range g.pix {
		out = append(out, p, p, p)
	}
	return out
}

func oneBit(g *grey) []byte {
	row := (g.w + 7) / 8
	out := make([]byte, row*g.h)
	for i, p := range g.pix {
		if p > 127 {
			out[i/g.w*row+i%g.w/8] |= 0x80 >> (i % g.w % 8)
		}
	}
	return out
}

func negated(data []byte) []byte {
	out := bytes.Clone(data)
	for i := range out {
		out[i] = ^out[i]
	}
	return out
}

// predicted writes each row after PNG's filters, all five in turn.
func predicted(data []byte, row, back int) (out []byte) {
	at := func(y, i int) byte {
		if y < 0 || i < 0 {
			return 0
		}
		return data[y*row+i]
	}
	for y := range len(data) / row {
		kind := byte(y % 5)
		out = append(out, kind)
		for i := range row {
			left, above, corner := at(y, i-back), at(y-1, i), at(y-1, i-back)
			guess := [5]byte{0, left, above, byte((int(left) + int(above)) / 2), paeth(left, above, corner)}[kind]
			out = append(out, data[y*row+i]-guess)
		}
	}
	return out
}

// Every way in which a scanner writes a page that we read, gives the sheet back.
func TestScannersPDF(t *testing.T) {
	t.Parallel()
	s := stories()[1]
	g := turned(s.halves[0]().g, 1)
	plain := fmt.Sprintf("/Width %d /Height %d ", g.w, g.h)
	bits, rgb := oneBit(g), asRGB(g)
	row := (g.w + 7) / 8
	cases := map[string][]byte{
		"JPEG":            scannerPDF(plain+"/BitsPerComponent 8 /ColorSpace/DeviceGray/Filter/DCTDecode /Length 6 0 R", asJPEG(t, g, 60)),
		"grey":            scannerPDF(plain+"/BitsPerComponent 8 /ColorSpace /DeviceGray /Filter[/FlateDecode]", deflated(t, g.pix)),
		"RGB":             scannerPDF(plain+"/BitsPerComponent 8 /ColorSpace 8 0 R /Filter /FlateDecode", deflated(t, rgb)),
		"plain":           scannerPDF(plain+fmt.Sprintf("/BitsPerComponent 8 /ColorSpace /DeviceGray /Length %d", len(g.pix)), g.pix),
		"one bit":         scannerPDF(plain+"/BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /FlateDecode", deflated(t, bits)),
		"one bit, turned": scannerPDF(plain+"/BitsPerComponent 1 /ColorSpace /DeviceGray /Decode [1 0] /Filter /FlateDecode", deflated(t, negated(bits))),
		"mask":            scannerPDF(plain+"/ImageMask true /Filter /FlateDecode", deflated(t, bits)),
		"palette":         scannerPDF(plain+"/BitsPerComponent 1 /ColorSpace [/Indexed /DeviceRGB 1 <FFFFFF 000000>] /Filter /FlateDecode", deflated(t, negated(bits))),
		"grey predicted":  scannerPDF(plain+"/BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /FlateDecode /DecodeParms <</Predictor 15/Columns 1>>", deflated(t, predicted(g.pix, g.w, 1))),
		"RGB predicted":   scannerPDF(plain+"/BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /FlateDecode /DecodeParms [<</Predictor 12 /Colors 3>>]", deflated(t, predicted(rgb, 3*g.w, 3))),
		"bits predicted":  scannerPDF(plain+"/BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /FlateDecode /DecodeParms<</Predictor 10>>", deflated(t, predicted(bits, row, 1))),
	}
	for name, file := range cases {
		var r Reader
		if err := r.Add(file); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		s.gives(t, &r)
	}
}

func TestPDFsThatAreRefused(t *testing.T) {
	t.Parallel()
	for want, file := range map[string][]byte{
		"in JBIG2, which is not read":            scannerPDF("/Width 9 /Height 9 /Filter /JBIG2Decode", []byte("x")),
		"in CCITT fax code, which is not read":   scannerPDF("/Width 9 /Height 9 /Filter [/CCITTFaxDecode]", []byte("x")),
		"in JPEG 2000, which is not read":        scannerPDF("/Width 9 /Height 9 /Filter [/JPXDecode]", []byte("x")),
		"in several filters, which is not read":  scannerPDF("/Width 9 /Height 9 /Filter [/DCTDecode/FlateDecode]", []byte("x")),
		"in an unusual filter":                   scannerPDF("/Width 9 /Height 9 /Filter /LZWDecode", []byte("x")),
		"impossible size":                        scannerPDF("/Width 99999999 /Height 99999999 /Filter /FlateDecode", []byte("x")),
		"holds a picture that is damaged":        scannerPDF("/Width 9 /Height 9 /Filter /FlateDecode", []byte("x")),
		"can't be read as JPEG":                  scannerPDF("/Width 9 /Height 9 /Filter /DCTDecode", []byte("\xff\xd8\xff\xd9")),
		"the PDF is encrypted":                   bytes.Replace(scannerPDF("", []byte("x")), []byte("/Size 7"), []byte("/Size 7 /Encrypt 9 0 R"), 1),
		"no QR code of a sheet was found":        scannerPDF("/Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray", []byte("abcd")),
		"the PDF holds no pictures":              bytes.Replace(scannerPDF("", []byte("x")), []byte("/Image"), []byte("/Form"), 1),
		"the picture is too large":               scannerPDF("/Width 10000 /Height 10000 /BitsPerComponent 16 /Filter /FlateDecode", deflated(t, nil)),
		"it is no picture (PNG or JPEG), PDF or": []byte("hello"),
	} {
		err := new(Reader).Add(file)
		var own *Error
		if !errors.As(err, &own) || !strings.Contains(err.Error(), want) || own.Hint == "" {
			t.Errorf("%v, not %q", err, want)
		}
	}
}

// A page that other tools rendered and wrapped into a PDF again is read: pdftoppm, JPEG, img2pdf.
func TestOtherToolsPDF(t *testing.T) {
	t.Parallel()
	toPixels, toPDF := oracle.Need(t, "pdftoppm"), oracle.Need(t, "img2pdf")
	s := stories()[1]
	pdf, err := print.PDF(s.sheets, print.A4)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "sheets.pdf"), pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"-jpeg", "-png"} {
		oracle.Run(t, toPixels, "-r", "150", kind, filepath.Join(dir, "sheets.pdf"), filepath.Join(dir, "page"+kind))
		pages, err := filepath.Glob(filepath.Join(dir, "page"+kind+"*"))
		if err != nil {
			t.Fatal(err)
		}
		var one, wrapped Reader
		for _, page := range pages {
			data, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			_ = one.Add(data)
		}
		s.gives(t, &one)
		if err := wrapped.Add(oracle.Run(t, toPDF, pages...)); err != nil {
			t.Fatal(err)
		}
		s.gives(t, &wrapped)
	}
}
