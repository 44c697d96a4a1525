// Package man holds the manual pages: written in Markdown, read as plain text on a terminal, and handed to man(1) as roff that mandoc finds no fault with.
package man

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

// pages are name.md; each starts with a title block, "% SIGTOOL-SIGN 1 2026-11-21 sigtool".
//
//go:embed *.md
var pages embed.FS

// Names lists the pages, sorted: "sigtool", "sigtool-backup", …
func Names() []string {
	files, err := fs.Glob(pages, "*.md")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	names := make([]string, len(files))
	for i, file := range files {
		names[i] = strings.TrimSuffix(file, ".md")
	}
	return names
}

// Text returns a page as people read it on a terminal of 80 columns. The error says that there is no such page.
func Text(name string) ([]byte, error) {
	page, err := source(name)
	if err != nil {
		return nil, err
	}
	return plain(page), nil
}

// Roff returns a page as man(1) takes it.
func Roff(name string) ([]byte, error) {
	page, err := source(name)
	if err != nil {
		return nil, err
	}
	return roff(page), nil
}

func source(name string) ([]byte, error) {
	page, err := pages.ReadFile(name + ".md")
	if err != nil {
		return nil, fmt.Errorf("there is no page %q", name)
	}
	return page, nil
}
