// Package scan reads sheets back from pictures of them: photographs, scans, PDF files and the bytes for a thermal printer. It gives
// exactly the text that was printed, or says what is missing.
//
// A picture is looked at as a whole: what is dark is told by what is around it, so that light may be uneven. Where three finder patterns
// may belong together, a grid is laid over them as a camera sees a plane, moved until the fixed patterns of a QR code show best, and each
// module is read through it. So a page may be turned by any angle and be taken aslant.
//
// # Limits
//
// A picture has at most 100 megapixels, and takes 400 MB at most when decoded. What is beyond 16 megapixels is made smaller. The pictures of
// one file have 1,000 megapixels at most together. Only QR codes of level M and version 20 at most are read: ours have version 12 at most.
//
// # Why it is our own
//
// The libraries that were tried read fewer of the codes on bad pages, and took a minute for a picture made to keep them busy: CONTRIBUTING.md
// has the figures, TestHardPages and TestHostilePictures hold this package to them.
//
// # What is wiped
//
// The pixels, the modules, and the bytes and texts of codes are wiped. What is not: what the decoders of the standard library (PNG, JPEG,
// DEFLATE) keep on their way. The file itself is the caller's.
package scan

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"

	"sigtool/backup/chunk"
	"sigtool/internal/secret"
)

// maxSize bounds a file.
const maxSize = 512 << 20

// Reader collects the codes of any number of files. The zero value is ready. Destroy wipes it.
type Reader struct{ set chunk.Set }

// Error is the refusal of a file, without its name. Hint says what a person can do.
type Error struct{ Why, Hint string }

func (e *Error) Error() string { return e.Why }

const (
	hintPhoto  = "lay the paper flat, in even light, and take a sharp picture with the whole page in the frame, or scan it at 300 dpi; or type the lines"
	hintText   = "render the page as a picture (pdftoppm -r 300 -png), or type the lines"
	hintRender = "print it or save it as PNG"
)

// Sniff tells what a file is by its beginning: "pdf", "png", "jpeg", "escpos", or "" for none of these.
func Sniff(head []byte) string {
	switch {
	case bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")): // anything may stand before it (ISO 32000-1 annex H)
		return "pdf"
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return "png"
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return "jpeg"
	case bytes.HasPrefix(head, []byte("\x1b@")): // ESC @, which makes a printer forget what was before
		return "escpos"
	}
	return ""
}

// Add reads the codes of a file. Error: an *Error where the file has no code of a sheet, or can't be read.
func (r *Reader) Add(data []byte) error {
	_, err := r.add(data)
	return err
}

func (r *Reader) add(data []byte) (file *reading, err error) {
	file = &reading{Reader: r, effort: maxEffort, foreign: map[[sha256.Size]byte]bool{}}
	if len(data) > maxSize {
		return file, &Error{Why: "the file is too large", Hint: hintPhoto}
	}
	switch Sniff(data) {
	case "png", "jpeg":
		err = file.picture(data)
	case "pdf":
		err = file.pdf(data)
	case "escpos":
		err = file.escpos(data)
	default:
		err = &Error{Why: "it is no picture (PNG or JPEG), PDF or ESC/POS file", Hint: "save it as PNG"}
	}
	if file.codes > 0 {
		return file, nil // what else the file has may be missing; Texts names it
	}
	if err == nil {
		err = file.nothing()
	}
	if !errors.As(err, new(*Error)) {
		err = &Error{Why: err.Error(), Hint: hintRender}
	}
	return file, err
}

// Texts returns the text of every document that is whole, and a *chunk.Missing that names the codes still wanting. The caller wipes the texts.
func (r *Reader) Texts() ([][]byte, error) { return r.set.Texts() }

// Destroy wipes what was read.
func (r *Reader) Destroy() { r.set.Destroy() }

// complete tells whether nothing more is needed of any document that was begun.
func (r *Reader) complete() bool {
	list := r.set.Documents()
	for _, d := range list {
		if d.Need > 0 {
			return false
		}
	}
	return len(list) > 0
}

// reading is a Reader at work on one file.
type reading struct {
	*Reader
	codes   int // of sheets, those read twice included
	others  int // QR codes that are no part of a sheet, or damaged
	lost    int // places that look like a code and could not be read
	pixels  int
	effort  int
	foreign map[[sha256.Size]byte]bool // texts of codes that are none of ours
}

// maxFilePixels bounds the work for one file.
const maxFilePixels = 1_000_000_000

func (f *reading) picture(data []byte) error {
	g, err := decodePicture(data)
	if err != nil {
		return err
	}
	f.look(g)
	return nil
}

// look reads a picture and wipes it.
func (f *reading) look(g *grey) {
	defer g.wipe()
	f.pixels += g.w * g.h
	if max(g.w, g.h) <= tinySide {
		f.pixels += 2 * enlarged * enlarged * g.w * g.h // what tiny makes of it
	}
	taken := 0
	p := read(g, &f.effort, func(p *page) bool {
		f.take(p.texts[taken:])
		taken = len(p.texts)
		return f.complete()
	})
	f.take(p.texts[taken:])
	f.others += p.others
	f.lost += p.lost
}

// take hands texts to the set.
func (f *reading) take(texts [][]byte) {
	for _, text := range texts {
		if f.set.Add(text) == nil {
			f.codes++
		} else if digest := sha256.Sum256(text); !f.foreign[digest] { // each look at a picture sees it anew
			f.foreign[digest] = true
			f.others++
		}
		secret.Wipe(text)
	}
}

// nothing says why no code of a sheet was found.
func (f *reading) nothing() error {
	switch {
	case f.others > 0:
		return &Error{Why: fmt.Sprintf("none of its QR codes is part of a sheet (%d seen)", f.others), Hint: hintPhoto}
	case f.lost > 0:
		return &Error{Why: "there is a QR code that can't be read", Hint: hintPhoto}
	}
	return &Error{Why: "no QR code of a sheet was found", Hint: hintPhoto}
}
