package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"sigtool/backup"
	backupall "sigtool/backup/all"
	"sigtool/ceremony"
	"sigtool/ceremony/plain"
	"sigtool/ceremony/script"
	"sigtool/ceremony/tui"
	"sigtool/internal/fileio"
	"sigtool/internal/secret"
	"sigtool/internal/term"
)

// seat is a front end, and what goes with it.
type seat struct {
	ceremony.FrontEnd
	name  string
	close func() // may be called twice
	print func(name string, sheet *backup.Sheet, copies int) (string, error)
}

// frontEnd chooses who answers: a file of answers, or people at the terminal.
func (p *ceremonyPlace) frontEnd(c *cli.Context, plan *ceremony.Plan, mode ceremony.Mode) (*seat, error) {
	answers, passphraseFile := c.String("answers"), c.String("new-passphrase-file")
	asked := 0
	for _, is := range []bool{answers != "", c.Bool("plain"), c.Bool("tui")} {
		if is {
			asked++
		}
	}
	switch {
	case asked > 1:
		return nil, usagef("--tui, --plain and --answers exclude each other")
	case answers != "":
		return p.fromAnswers(answers, plan, mode, passphraseFile)
	case passphraseFile != "":
		return nil, usagef("--new-passphrase-file is for --answers: people write the passphrase on paper")
	}
	terminal, err := term.Open()
	if err != nil {
		return nil, usageHint("sigtool ceremony rehearse PLAN -o DIR --answers FILE needs none", "a ceremony needs a terminal")
	}
	if c.Bool("tui") || !c.Bool("plain") && terminal.Paints() && os.Getenv("ACCESSIBLE") == "" {
		return p.onScreen(terminal)
	}
	front := plain.New(terminal, plain.Terminal{
		ReadLine: terminal.ReadLine, ReadSecret: terminal.ReadHidden, ShowSecret: terminal.ShowSecret,
		ReadFile: p.readPaper, Entry: entryOf, Quiet: terminal.Quiet, Drop: terminal.Drop, Keeps: terminal.Keeps(),
		After: func(d time.Duration, do func()) func() bool { return time.AfterFunc(d, do).Stop },
	})
	return &seat{FrontEnd: front, name: "plain", close: func() { front.Close(); terminal.Close() }}, nil
}

// onScreen paints the whole terminal.
func (p *ceremonyPlace) onScreen(terminal *term.Terminal) (*seat, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	front := tui.New(tui.Terminal{Input: tty, Output: tty, Environ: os.Environ(), Raw: terminal.Raw, ReadFile: p.readPaper, Entry: entryOf})
	return &seat{FrontEnd: front, name: "tui", close: func() { front.Close(); tty.Close(); terminal.Close() }}, nil
}

// entryOf begins a sheet that is typed.
func entryOf(code string) (backup.Entry, bool) {
	codec, ok := backupall.ByName(code)
	if !ok {
		return nil, false
	}
	return codec.Entry(), true
}

// fromAnswers takes the answers from a file. Sheets are then not printed but kept in memory, from where they are read back.
func (p *ceremonyPlace) fromAnswers(name string, plan *ceremony.Plan, mode ceremony.Mode, passphraseFile string) (*seat, error) {
	data, err := readSmall(name, maxPlan)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(data)
	sheets, shown := map[string]*secret.Bytes{}, func() {}
	hands := script.Hands{Now: p.now, ReadFile: p.readPaper, ReadSheet: func(sheet string) ([]byte, error) {
		if text, ok := sheets[sheet]; ok {
			return bytes.Clone(text.Bytes()), nil
		}
		return fileio.ReadLimited(filepath.Join(p.folder, sheet), maxSheet)
	}}
	if !p.out.quiet && !p.out.json {
		watch := plain.New(p.out.err, plain.Terminal{After: func(d time.Duration, do func()) func() bool { return time.AfterFunc(d, do).Stop }})
		hands.Show, shown = watch.Show, watch.Close
	}
	if passphraseFile != "" {
		hands.Keep = func(passphrase *secret.Bytes) error {
			kept := sealedKey{passphrase: passphrase}
			line := kept.passphraseLine()
			defer secret.Wipe(line)
			return fileio.WriteSecret(passphraseFile, line)
		}
	}
	if passphraseFile != "" && !plan.NeedsPassphrase() {
		return nil, usagef("--new-passphrase-file: the plan makes no passphrase")
	}
	front, err := script.New(data, plan, mode, hands)
	if err != nil {
		return nil, withHint(fmt.Errorf("%s: %w", name, err), "sigtool man ceremony describes the answers file")
	}
	s := &seat{FrontEnd: front, name: "answers", close: func() {
		shown()
		for _, text := range sheets {
			text.Destroy()
		}
	}}
	s.print = func(name string, sheet *backup.Sheet, copies int) (string, error) {
		sheets[name] = secret.From(bytes.Clone(sheet.Text))
		if p.printer != "" {
			return p.print(name, sheet, copies)
		}
		return "kept in memory, not printed", nil
	}
	return s, nil
}
