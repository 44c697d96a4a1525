package print

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/chunk"
	"sigtool/internal/oracle"
)

// texts are the codes that sheets must show, sorted.
func texts(t *testing.T, sheets []*backup.Sheet) (all []string) {
	t.Helper()
	for _, s := range sheets {
		list, err := chunk.Split(s)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, list...)
	}
	slices.Sort(all)
	return slices.Compact(all) // a sheet may be there twice
}

func TestTheSameSheetsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	for name, sheets := range samples(t) {
		first, letter := samplePDF(t, name, A4), samplePDF(t, name, Letter)
		second, _ := PDF(sheets, A4)
		if !bytes.Equal(first, second) || bytes.Equal(first, letter) {
			t.Errorf("%s: the PDF differs from run to run, or not by paper", name)
		}
		for _, leak := range []string{"Kernel", "rsa4096", "Example"} {
			if bytes.Contains(first, []byte(leak)) {
				t.Errorf("%s: %q can be read in the file around the pages", name, leak)
			}
		}
	}
}

// Every row stands in the PDF's text exactly, and every code is read by zbar from the page at 150 dpi.
func TestOthersReadThePDF(t *testing.T) {
	t.Parallel()
	pdftotext, pdftoppm, zbarimg := oracle.Need(t, "pdftotext"), oracle.Need(t, "pdftoppm"), oracle.Need(t, "zbarimg")
	for name, sheets := range samples(t) {
		for _, paper := range []Paper{A4, Letter} {
			if paper == Letter && name != "a sealed P256" {
				continue // one is enough: the pages are the same
			}
			t.Run(name+" on "+string(paper), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				file := filepath.Join(dir, "sheet.pdf")
				if err := os.WriteFile(file, samplePDF(t, name, paper), 0o600); err != nil {
					t.Fatal(err)
				}
				text := strings.Join(strings.Fields(string(oracle.Run(t, pdftotext, "-layout", file, "-"))), " ")
				for _, s := range sheets {
					for _, row := range s.Rows {
						if !strings.Contains(text, strings.Join(strings.Fields(string(row)), " ")) {
							t.Errorf("not in the text: %s", row)
						}
					}
				}
				oracle.Run(t, pdftoppm, "-r", "150", "-gray", file, filepath.Join(dir, "page"))
				scanned(t, zbarimg, name, dir, sheets)
			})
		}
	}
}

// scanned compares what zbar reads from the pictures in a folder. Its exit status is no error: a page may have no code.
func scanned(t *testing.T, zbarimg, name, dir string, sheets []*backup.Sheet) {
	t.Helper()
	pictures, _ := filepath.Glob(filepath.Join(dir, "*.p[gn][mg]")) // PGM of pdftoppm, which takes ten times as long for PNG
	var got []string
	for _, picture := range pictures {
		out, _ := exec.Command(zbarimg, "-q", "--raw", "-Sdisable", "-Sqrcode.enable", picture).Output()
		got = append(got, strings.Fields(string(out))...)
	}
	slices.Sort(got)
	if got = slices.Compact(got); !slices.Equal(got, texts(t, sheets)) {
		t.Errorf("%s: zbar reads %d of %d codes", name, len(got), len(texts(t, sheets)))
	}
}

func decode(t *testing.T, file string) image.Image {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestOthersReadThePNG(t *testing.T) {
	t.Parallel()
	zbarimg := oracle.Need(t, "zbarimg")
	for _, name := range []string{"words", "a passphrase", "a sealed P256"} { // the others are pages of the same kind
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sheets := samples(t)[name]
			dir := t.TempDir()
			pages, err := PNG(sheets, A4)
			if err != nil {
				t.Fatal(err)
			}
			for i, page := range pages {
				file := filepath.Join(dir, string(rune('a'+i))+".png")
				if err := os.WriteFile(file, page, 0o600); err != nil {
					t.Fatal(err)
				}
				inMargins(t, name, decode(t, file).(*image.Gray))
			}
			scanned(t, zbarimg, name, dir, sheets)
		})
	}
}

// inMargins wants nothing but white within 11.9 mm of an edge, and not a page that is all white.
func inMargins(t *testing.T, name string, img *image.Gray) {
	t.Helper()
	margin := pixels(11.9)
	inner, marks := img.Rect.Inset(margin), false
	for i, grey := range img.Pix {
		if grey > 0x80 {
			continue
		}
		if marks = true; !(image.Point{X: i % img.Stride, Y: i / img.Stride}).In(inner) {
			t.Fatalf("%s: a mark in the margin at %d, %d", name, i%img.Stride, i/img.Stride)
		}
	}
	if !marks {
		t.Errorf("%s: an empty page", name)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for name, sheets := range samples(t) {
		var want []byte
		for _, s := range sheets {
			want = append(append(want, s.Text...), '\f')
		}
		if !bytes.Equal(Text(sheets), want) {
			t.Errorf("%s: another text", name)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	sheets := samples(t)["words"]
	if _, err := PDF(sheets, Roll58); err == nil {
		t.Error("a PDF on a roll")
	}
	if _, err := PNG(nil, A4); err == nil {
		t.Error("nothing was printed")
	}
	if _, err := ESCPOS(sheets, A4); err == nil {
		t.Error("ESC/POS on A4")
	}
	long := *sheets[0]
	long.Rows = make([][]byte, 300)
	for i := range long.Rows {
		long.Rows[i] = []byte("row")
	}
	if _, err := PDF([]*backup.Sheet{&long}, A4); err == nil {
		t.Error("300 rows on a page")
	}
}
