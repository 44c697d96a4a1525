package scan

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
	"sigtool/backup/chunk"
	"sigtool/backup/lines"
	"sigtool/backup/print"
	"sigtool/backup/words"
	"sigtool/internal/oracle"
)

// story is a secret on paper.
type story struct {
	name   string
	codec  backup.Codec
	secret []byte
	sheets []*backup.Sheet
}

// stories are one of each codec, with shares where it has any: an RSA-4096 key, sealed, in lines, seeds in the rest.
func stories(t *testing.T) (list []story) {
	t.Helper()
	for _, codec := range []backup.Codec{lines.Codec{}, words.Codec{}} {
		kind, size := backup.KindSeed, 32
		if codec.Takes(backup.KindSealedKey) {
			kind, size = backup.KindSealedKey, 2440
		}
		for _, split := range []backup.Split{{Rand: random()}, {Groups: []backup.Group{{Need: 2, Of: 3}}, Rand: random()}} {
			p := backuptest.Payload(kind, size, "Kernel modules 2026")
			defer p.Secret.Destroy()
			sheets, err := codec.Encode(p, backuptest.Meta(), split)
			if errors.Is(err, backup.ErrNoShares) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, story{fmt.Sprintf("%s, %d sheets", codec.Name(), len(sheets)), codec, bytes.Clone(p.Secret.Bytes()), sheets})
		}
	}
	return list
}

func random() io.Reader { return rand.NewChaCha8([32]byte{1}) }

// pages are the PNG pages of a story, at half of their 300 dpi.
func (s story) pages(t *testing.T) (pages []*grey) {
	t.Helper()
	files, err := print.PNG(s.sheets, print.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		g, err := decodePicture(file, maxPixels)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, g.smaller(2))
	}
	return pages
}

// gives checks that a reader has the secret.
func (s story) gives(t *testing.T, r *Reader) {
	t.Helper()
	texts, err := r.Texts()
	if err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	restored, err := s.codec.Decode(texts...)
	if err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	defer restored.Destroy()
	if !bytes.Equal(restored.Secret.Bytes(), s.secret) {
		t.Errorf("%s: another secret came back", s.name)
	}
}

// codesOf finds where the codes of a page are, and reads their texts.
func codesOf(g *grey) *page {
	effort := maxEffort
	return read(g, &effort, func(p *page) bool { return len(p.texts) > 0 && p.lost == 0 })
}

// A photograph of 150 dpi: turned by 3 degrees, blurred, unevenly lit, JPEG of quality 40, one code in five blacked out. Last page first.
func TestHurtPhotographsRestore(t *testing.T) {
	for _, s := range stories(t) {
		t.Run(s.name, func(t *testing.T) {
			var r Reader
			defer r.Destroy()
			pages := s.pages(t)
			black := 0
			for i := len(pages) - 1; i >= 0; i-- {
				g := blackOut(pages[i], &black)
				name := fmt.Sprintf("page%d.jpg", i+1)
				if err := r.Add(name, asJPEG(t, unevenlyLit(blurred(turned(g, 3), 1)), 40)); err != nil {
					t.Log(err) // an annex without codes, or with the one that is lost
				}
			}
			if black == 0 {
				t.Error("no code was blacked out")
			}
			s.gives(t, &r)
		})
	}
}

// blackOut paints over the codes 1, 6, 11 and so on of each document: as many as may be lost.
func blackOut(g *grey, black *int) *grey {
	p := codesOf(g)
	for i, text := range p.texts {
		// chunk's text of a code: ST1, the codec, the document, number, of, …
		if number := strings.Split(string(text), "/")[3]; strings.HasSuffix(number, "1") || strings.HasSuffix(number, "6") {
			g = blackedOut(g, p.places[i])
			*black++
		}
	}
	return g
}

func TestUnhurtPages(t *testing.T) {
	for _, s := range stories(t) {
		pdf, err := print.PDF(s.sheets, print.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var fromPDF, fromPNG Reader
		if err := fromPDF.Add("sheets.pdf", pdf); err != nil {
			t.Fatal(err)
		}
		s.gives(t, &fromPDF)
		files, err := print.PNG(s.sheets, print.Options{Paper: print.Letter})
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			_ = fromPNG.Add("page.png", file) // an annex of instructions has no codes
		}
		s.gives(t, &fromPNG)
		if fromPDF.Others()+fromPNG.Others() > 0 || len(fromPDF.Documents()) != len(s.sheets) {
			t.Errorf("%s: %v, and %d other codes", s.name, fromPDF.Documents(), fromPDF.Others()+fromPNG.Others())
		}
		for _, d := range append(fromPDF.Documents(), fromPNG.Documents()...) {
			if len(d.Missing) > 0 {
				t.Errorf("%s: %v", s.name, d)
			}
		}
	}
}

// What zbarimg reads on a page is what we read.
func TestAgreesWithZbar(t *testing.T) {
	zbar := oracle.Need(t, "zbarimg")
	for _, s := range stories(t) {
		for i, g := range s.pages(t) {
			var theirs, ours []string
			for _, line := range strings.Fields(string(oracleRun(t, zbar, g))) {
				theirs = append(theirs, line)
			}
			for _, text := range codesOf(g).texts {
				ours = append(ours, string(text))
			}
			if !sameSet(theirs, ours) {
				t.Errorf("%s, page %d: zbarimg reads %d codes, we %d", s.name, i+1, len(theirs), len(ours))
			}
		}
	}
}

func oracleRun(t *testing.T, zbar string, g *grey) []byte {
	t.Helper()
	if len(codesOf(g).texts) == 0 {
		return nil // zbarimg fails where there is nothing
	}
	file := filepath.Join(t.TempDir(), "page.png")
	if err := os.WriteFile(file, asPNG(t, asImage(g)), 0o600); err != nil {
		t.Fatal(err)
	}
	return oracle.Run(t, zbar, "-q", "--raw", "-Sdisable", "-Sqrcode.enable", file)
}

func sameSet(a, b []string) bool {
	seen := map[string]bool{}
	for _, s := range a {
		seen[s] = true
	}
	for _, s := range b {
		if !seen[s] {
			return false
		}
	}
	return len(a) == len(b)
}

func asPNG(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Codes that are missing are named.
func TestMissingCodesAreNamed(t *testing.T) {
	for _, s := range stories(t) {
		if s.codec.Name() != "lines" {
			continue
		}
		var r Reader
		pages := s.pages(t)
		if err := r.Add("page.png", asPNG(t, asImage(pages[0]))); err != nil {
			t.Fatal(err)
		}
		var missing *chunk.Missing
		if _, err := r.Texts(); !errors.As(err, &missing) || len(missing.Documents) != 1 || missing.Documents[0].Need == 0 {
			t.Errorf("one page of %d: %v", len(pages), err)
		}
	}
}
