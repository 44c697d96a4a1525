package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// readPaper reads a photograph, a PDF or a text that was made from the paper, and returns the text of the sheets in it. Of pages that were
// photographed one by one it keeps what it read until they are all there. A file that the ceremony made itself proves nothing about the
// paper.
func (p *ceremonyPlace) readPaper(name string) ([]byte, error) {
	name = strings.TrimSpace(name)
	if name == "-" { // which is standard input elsewhere
		return nil, errors.New("- is the keyboard, which is asked already; name a file")
	}
	for _, folder := range []string{p.folder, p.printer} {
		if isFolder(folder) && liesIn(folder, name) {
			return nil, fmt.Errorf("%s: it lies in %s, where this ceremony puts its own files; a photograph or a copy that was made from the paper is wanted", name, folder)
		}
	}
	if p.pages == nil {
		p.pages = &papers{}
	}
	if err := p.pages.readNamed(name, ""); err != nil {
		return nil, err
	}
	if p.pages.pictured {
		texts, err := p.pages.pictures.Texts()
		if len(texts) == 0 {
			return nil, fmt.Errorf("%w; what was read is kept: name the other pages, one after another", p.pages.wanting(err))
		}
		for _, text := range texts {
			p.pages.texts = append(p.pages.texts, paperText{name: name, text: text})
		}
	}
	defer p.forgetPages()
	var texts [][]byte
	for _, t := range p.pages.texts {
		texts = append(texts, t.text)
	}
	return bytes.Join(texts, []byte("\n")), nil // a single one stays as it is, to the byte
}

// forgetPages wipes what was read of a sheet that has several pages.
func (p *ceremonyPlace) forgetPages() {
	if p.pages != nil {
		p.pages.destroy()
	}
	p.pages = nil
}

// liesIn tells whether a file is one of those below a folder, by whatever path, link or mount it is named.
func liesIn(folder, name string) bool {
	info, err := os.Stat(name)
	if err != nil {
		return false // reading it says why
	}
	real, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return false
	}
	found := false
	_ = filepath.WalkDir(real, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil // what can't be looked at, this program did not put there
		}
		if there, err := entry.Info(); err == nil && entry.Type().IsRegular() && os.SameFile(there, info) {
			found = true
			return fs.SkipAll
		}
		return nil
	})
	return found
}

// othersCanWrite tells whether somebody else than the owner may put files into a folder, or exchange them.
func othersCanWrite(folder string) bool {
	info, err := os.Stat(folder)
	return err == nil && info.Mode().Perm()&0o022 != 0
}
