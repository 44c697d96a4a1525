package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"sigtool/backup"
	"sigtool/internal/term"
)

// sheetRead is what came back from the sheets given.
type sheetRead struct {
	*backup.Restored
	name    string   // of the sheets, for messages
	leftOut []string // what was given and had no part in it
}

// warnings are what a reader should know of sheets that came back all the same.
func (s *sheetRead) warnings() []string { return slices.Concat(s.HeaderDiffers, s.LeftOut, s.leftOut) }

// sheetsName names what was given in messages.
func sheetsName(c *cli.Context) string {
	if c.NArg() == 1 {
		return c.Args().First()
	}
	return "the sheets"
}

// readSheet reads the sheets given, pages and shares in any order, and decodes them.
func readSheet(c *cli.Context, out *reporter) (*sheetRead, error) {
	if c.NArg() == 0 {
		return nil, usageHint("a file, a photo, a scan or a PDF; - is standard input, or typed at the terminal", "no SHEET given")
	}
	read, err := readPapers(c.Args().Slice(), c.String("code"))
	if err != nil {
		return nil, err
	}
	defer read.destroy()
	restored, err := read.decode(c.String("code"))
	if err != nil {
		showHints(out, err)
		return nil, errorIn(input{name: sheetsName(c)}, err)
	}
	if asked := c.String("algorithm"); restored.Algorithm == "" {
		restored.Algorithm = asked
	} else if asked != "" && asked != restored.Algorithm {
		defer restored.Destroy()
		return nil, usagef("-a %s: the sheet's head says %s", asked, restored.Algorithm)
	}
	return &sheetRead{restored, sheetsName(c), read.leftOut}, nil
}

// showHints prints what wrong words may have been. That is a piece of the secret, so it is for a person at the terminal alone.
func showHints(out *reporter, err error) {
	var damage *backup.Damage
	if errors.As(err, &damage) && showsSecret(out) {
		for _, hint := range damage.Hints() {
			out.line("%s", hint)
		}
	}
}

// showsSecret tells whether pieces of a sheet may be shown: to a person at the terminal, who holds the paper, and to no log.
func showsSecret(out *reporter) bool { return !out.json && term.IsTerminal(out.err.Fd()) }

// showCorrections prints every place where a sheet was put right: nothing is corrected in silence. What stood there is a piece of the
// secret.
func showCorrections(out *reporter, sheet *sheetRead) {
	for _, correction := range sheet.Corrections {
		shown := ""
		if showsSecret(out) && (correction.Was != "" || correction.Is != "") {
			shown = fmt.Sprintf(": read %q, is %q", correction.Was, correction.Is)
		}
		out.line("%s: corrected: %s%s (%s)", sheet.name, correction.Place(), shown, correction.Why)
	}
	for _, warning := range sheet.warnings() {
		out.warn("%s: %s", sheet.name, warning)
	}
	if len(sheet.Corrections) > 0 {
		out.warn("%s: the paper is damaged or was misread: print a new sheet from the restored key", sheet.name)
	}
}
