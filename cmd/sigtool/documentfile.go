package main

import (
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/backup/print"
	"sigtool/internal/document"
	"sigtool/internal/fileio"
)

// documentFlags are those of verbs that draw a document.
var documentFlags = []cli.Flag{
	&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `FILE`, whose name ends in .md or .pdf (- is Markdown on standard output)"},
	&cli.StringFlag{Name: "paper", Value: "a4", Usage: "lay a PDF out for `PAPER`: a4 or letter"},
	forceFlag,
}

// documentTarget is the file that a document, a "report" or "script", is to be drawn in; "" for standard output.
func documentTarget(c *cli.Context, out *reporter, what string) (string, error) {
	target := c.String("output")
	toScreen := target == "" || target == "-"
	switch suffix := strings.ToLower(filepath.Ext(target)); {
	case toScreen && out.json:
		return "", usagef("--json and a %s without -o both want standard output", what)
	case toScreen:
		return "", nil
	case suffix != ".md" && suffix != ".pdf":
		return "", usageHint("-o "+what+".md or -o "+what+".pdf", "%s: a %s is Markdown or PDF", target, what)
	}
	return target, nil
}

// writeDocument draws a document where documentTarget said, as the name's end says.
func writeDocument(c *cli.Context, out *reporter, d *document.Document, target string) error {
	if target == "" {
		return out.data(d.Markdown())
	}
	data := d.Markdown()
	if strings.EqualFold(filepath.Ext(target), ".pdf") {
		paper, err := pageNamed(c.String("paper"))
		if err != nil {
			return err
		}
		if data, err = print.Document(d, paper); err != nil {
			return err
		}
	}
	return fileio.WriteNew(target, data, 0o644, c.Bool("force"))
}

// pageNamed is a paper that has pages.
func pageNamed(name string) (print.Paper, error) {
	paper, err := paperNamed(name)
	if err == nil && isRoll(paper) {
		return "", usageHint("--paper a4 or --paper letter", "--paper %s: this is laid out on pages", name)
	}
	return paper, err
}
