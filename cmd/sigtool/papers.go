package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"sigtool/backup"
	backupall "sigtool/backup/all"
	"sigtool/backup/chunk"
	"sigtool/backup/scan"
	"sigtool/internal/fileio"
	"sigtool/internal/secret"
	"sigtool/internal/term"
)

const (
	maxSheet   = 1 << 20  // of the text of a sheet, in bytes
	maxPicture = 64 << 20 // of a photo, a scan or a PDF, in bytes
)

// papers gathers what was read from paper: texts as they were printed or typed, and the codes of photos, scans and PDF files.
type papers struct {
	texts    []paperText
	pictures scan.Reader
	pictured bool
	unread   []unread // pictures without a code; of a page of instructions that is no loss
	leftOut  []string // what was given and had no part in what came back
}

// paperText is the text of sheets or pages, from the file of that name, in that code ("" for what it looks like).
type paperText struct {
	name, code string
	text       []byte
}

// unread is a picture that gave nothing.
type unread struct {
	name string
	why  error
}

func (p *papers) destroy() {
	for _, t := range p.texts {
		secret.Wipe(t.text)
	}
	p.texts = nil
	p.pictures.Destroy()
}

// isPicture tells by the first bytes of a file whether it is a photo, a scan or a PDF.
func isPicture(head []byte) bool { return scan.Sniff(head) != "" }

// read takes one file.
func (p *papers) read(file *fileio.File, name string) error {
	head := make([]byte, min(file.Size(), 4096))
	defer secret.Wipe(head)
	if _, err := file.ReadAt(head, 0); err != nil && err != io.EOF {
		return err
	}
	if !isPicture(head) {
		text, err := readText(file, maxSheet)
		if err != nil {
			return err
		}
		p.texts = append(p.texts, paperText{name: name, text: text})
		return nil
	}
	data, err := readText(file, maxPicture)
	if err != nil {
		return err
	}
	defer secret.Wipe(data)
	return p.addPicture(name, data)
}

// addPicture reads the codes of a picture. One that has none is an error only if something is missing in the end.
func (p *papers) addPicture(name string, data []byte) error {
	p.pictured = true
	err := p.pictures.Add(data)
	var why *scan.Error
	if errors.As(err, &why) {
		p.unread = append(p.unread, unread{name, withHint(err, why.Hint)})
		return nil
	}
	return err
}

// decode puts the texts and the pictures together and reads them by the codec that they show, or the one named.
func (p *papers) decode(code string) (*backup.Restored, error) {
	if p.pictured {
		return p.decodePictures(code)
	}
	return decodeSheets(p.texts, code)
}

// decodePictures reads what the codes in pictures hold, together with the texts. A document of which codes are missing, and a picture
// without any, are left out where the others suffice, and named.
func (p *papers) decodePictures(code string) (*backup.Restored, error) {
	found, missing := p.pictures.Texts()
	for _, text := range found {
		p.texts = append(p.texts, paperText{name: "a picture", text: text})
	}
	var lost *chunk.Missing
	if errors.As(missing, &lost) {
		missing = withHint(fmt.Errorf("%w: %w", backup.ErrDamaged, missing), "give all pages at once, in any order; a new photo, flat, sharp and evenly lit, may show more")
	}
	if len(p.texts) == 0 {
		return nil, p.wanting(missing)
	}
	restored, err := decodeSheets(p.texts, code)
	if err != nil {
		return nil, p.wanting(err, missing)
	}
	if missing != nil {
		p.leftOut = append(p.leftOut, "left out: "+missing.Error())
	}
	for _, u := range p.unread {
		p.leftOut = append(p.leftOut, fmt.Sprintf("left out: %s: %v (pages of instructions have none)", u.name, u.why))
	}
	return restored, nil
}

// wanting adds to why nothing came back the pictures that could not be read: what is wanted may be on them.
func (p *papers) wanting(why ...error) error {
	several := len(p.unread)+len(p.texts) > 1
	for _, u := range p.unread {
		err := u.why
		if several {
			err = fmt.Errorf("%s: %w", u.name, err)
		}
		why = append(why, err)
	}
	return errors.Join(why...)
}

// decodeSheets reads texts of sheets by the codec that all of them show, or the one named. Each text must be a sheet, and of that code:
// what is passed over in silence would seem to have been checked.
func decodeSheets(list []paperText, code string) (*backup.Restored, error) {
	var texts [][]byte
	first := ""
	for _, t := range list {
		own := cmp.Or(code, t.code, backup.Sniff(t.text))
		switch {
		case own == "":
			return nil, withHint(fmt.Errorf("%snot a paper backup known here", nameOfSeveral(t.name, list)), "type the lines with their numbers, or name the code with --code")
		case first != "" && own != first:
			return nil, withHint(fmt.Errorf("%w: %s is a sheet in %s, and %s one in %s", backup.ErrDamaged, list[0].name, first, t.name, own),
				"two sheets make no key together: give each by itself")
		}
		first = own
		texts = append(texts, t.text)
	}
	codec, ok := backupall.ByName(first)
	if !ok {
		return nil, usagef("--code: %q is none of %s", first, strings.Join(codeNames(), ", "))
	}
	return codec.Decode(texts...)
}

// nameOfSeveral says which of several texts is meant.
func nameOfSeveral(name string, list []paperText) string {
	if len(list) < 2 {
		return ""
	}
	return name + ": "
}

// readPapers reads every file named; "-" is typed at the terminal, or comes from a pipe.
func readPapers(names []string, code string) (*papers, error) {
	p := &papers{}
	for _, name := range names {
		if err := p.readNamed(name, code); err != nil {
			p.destroy()
			return nil, err
		}
	}
	return p, nil
}

func (p *papers) readNamed(name, code string) error {
	if name == "-" && term.IsTerminal(os.Stdin.Fd()) {
		terminal, err := term.Open()
		if err != nil {
			return err
		}
		defer terminal.Close()
		text, code, err := typeSheet(terminal, code)
		if err != nil {
			return err
		}
		p.texts = append(p.texts, paperText{"what was typed", code, text})
		return nil
	}
	file, err := input{name: name}.open()
	if err != nil {
		return err
	}
	defer file.Close()
	if err := p.read(file, name); err != nil {
		return errorIn(input{name: name}, err)
	}
	return nil
}
