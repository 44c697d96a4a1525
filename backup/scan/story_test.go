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
	"sync"
	"testing"

	"sigtool/backup"
	"sigtool/backup/all"
	"sigtool/backup/backuptest"
	"sigtool/backup/chunk"
	"sigtool/backup/print"
	"sigtool/internal/oracle"
)

// story is a secret on paper.
type story struct {
	name   string
	codec  backup.Codec
	secret []byte
	sheets []*backup.Sheet
	pages  [][]byte // PNG
	halves []func() half
}

// half is a page at half of its 300 dpi, and the codes on it. Many tests start from it, so it is made once; none changes it.
type half struct {
	g     *grey
	codes *page
}

// stories are one of each codec, with shares where it has any: an RSA-4096 key, sealed, in lines, seeds in the rest.
var stories = sync.OnceValue(func() (list []story) {
	for _, codec := range all.List() {
		kind, size := backup.KindSeed, 32
		if codec.Takes(backup.KindSealedKey) {
			kind, size = backup.KindSealedKey, 2440
		}
		p := backuptest.Payload(kind, size, "Kernel modules 2026")
		for _, split := range []backup.Split{{Rand: random()}, {Groups: []backup.Group{{Need: 2, Of: 3}}, Rand: random()}} {
			sheets, err := codec.Encode(p, backuptest.Meta(), split)
			if errors.Is(err, backup.ErrNoShares) {
				continue
			}
			if err != nil {
				panic(err)
			}
			s := story{name: fmt.Sprintf("%s, %d sheets", codec.Name(), len(sheets)), codec: codec, secret: bytes.Clone(p.Secret.Bytes()), sheets: sheets}
			if s.pages, err = print.PNG(sheets, print.A4); err != nil {
				panic(err)
			}
			for _, page := range s.pages {
				s.halves = append(s.halves, sync.OnceValue(func() half { return halfOf(page) }))
			}
			list = append(list, s)
		}
		p.Secret.Destroy()
	}
	return list
})

func random() io.Reader { return rand.NewChaCha8([32]byte{1}) }

func halfOf(page []byte) half {
	g, err := decodePicture(page)
	if err != nil {
		panic(err)
	}
	g = g.smaller(2)
	return half{g, codesOf(g)}
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
	return read(g, &effort, func(p *page) bool { return false })
}

// A photograph of 150 dpi: turned by 3 degrees, blurred, unevenly lit, JPEG of quality 40, one code in five blacked out. Last page first.
func TestHurtPhotographsRestore(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			var r Reader
			defer r.Destroy()
			black := 0
			for i := len(s.pages) - 1; i >= 0; i-- {
				g := blackOut(s.halves[i](), &black)
				if err := r.Add(asJPEG(t, unevenlyLit(blurred(turned(g, 3), 1)), 40)); err != nil {
					t.Logf("page %d: %v", i+1, err) // an annex without codes, or with the one that is lost
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
func blackOut(page half, black *int) *grey {
	g := page.g
	for i, text := range page.codes.texts {
		// chunk's text of a code: ST1, the codec, the document, number, of, …
		if number := strings.Split(string(text), "/")[3]; strings.HasSuffix(number, "1") || strings.HasSuffix(number, "6") {
			g = blackedOut(g, page.codes.places[i])
			*black++
		}
	}
	return g
}

func TestUnhurtPages(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		pdf, err := print.PDF(s.sheets, print.A4)
		if err != nil {
			t.Fatal(err)
		}
		var fromPDF, fromPNG Reader
		file, err := fromPDF.add(pdf)
		if err != nil {
			t.Fatal(err)
		}
		others := file.others
		s.gives(t, &fromPDF)
		for _, page := range s.pages {
			file, _ = fromPNG.add(page) // an annex of instructions has no codes
			others += file.others
		}
		s.gives(t, &fromPNG)
		documents := fromPDF.set.Documents()
		if others > 0 || len(documents) != len(s.sheets) {
			t.Errorf("%s: %v, and %d other codes", s.name, documents, others)
		}
		for _, d := range append(documents, fromPNG.set.Documents()...) {
			if len(d.Missing) > 0 {
				t.Errorf("%s: %v", s.name, d)
			}
		}
	}
}

// What zbarimg reads on a page is what we read.
func TestAgreesWithZbar(t *testing.T) {
	t.Parallel()
	zbar := oracle.Need(t, "zbarimg")
	for _, s := range stories() {
		for i := range s.pages[:min(len(s.pages), 3)] {
			page := s.halves[i]()
			theirs, ours := strings.Fields(string(oracleRun(t, zbar, page))), asStrings(page.codes.texts)
			if !sameSet(theirs, ours) {
				t.Errorf("%s, page %d: zbarimg reads %d codes, we %d", s.name, i+1, len(theirs), len(ours))
			}
		}
	}
}

func oracleRun(t *testing.T, zbar string, page half) []byte {
	t.Helper()
	if len(page.codes.texts) == 0 {
		return nil // zbarimg fails where there is nothing
	}
	file := filepath.Join(t.TempDir(), "page.png")
	if err := os.WriteFile(file, asPNG(t, asImage(page.g)), 0o600); err != nil {
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
	t.Parallel()
	for _, s := range stories() {
		if s.codec.Name() != "lines" {
			continue
		}
		var r Reader
		if err := r.Add(s.pages[0]); err != nil {
			t.Fatal(err)
		}
		var missing *chunk.Missing
		if _, err := r.Texts(); !errors.As(err, &missing) || len(missing.Documents) != 1 || missing.Documents[0].Need == 0 {
			t.Errorf("one page of %d: %v", len(s.pages), err)
		}
	}
}
