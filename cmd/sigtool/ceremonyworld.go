package main

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"sigtool/backup"
	"sigtool/backup/print"
	"sigtool/ceremony"
	"sigtool/internal/fileio"
)

// ceremonyPlace is where a ceremony is held: its folders, its printer, its clock.
type ceremonyPlace struct {
	out     *reporter
	folder  string // of what is made
	inputs  string // of what is signed, and of wrapping keys
	printer string // a device, or a folder in memory; "" for none
	paper   print.Paper
	now     func() time.Time
	journal *journal
	pages   *papers // of a sheet that is read from pictures, as far as it was read

	laysOut, anywhere bool   // the printer is a folder; and in a rehearsal it may be on a disk
	toPrint, printing string // which file people are to print: with the next question, and with the one at hand
}

// newPlace reads what the flags say.
func newPlace(c *cli.Context, out *reporter) (*ceremonyPlace, error) {
	p := &ceremonyPlace{out: out, folder: c.String("output"), inputs: c.String("inputs"), printer: c.String("print")}
	if p.folder == "" {
		return nil, usageHint("-o DIR, a folder that is empty or new", "where should the ceremony put what it makes?")
	}
	p.journal = &journal{path: filepath.Join(p.folder, ceremony.JournalName)}
	var err error
	if p.paper, err = paperNamed(c.String("paper")); err != nil {
		return nil, err
	}
	return p, nil
}

// setClock takes the machine's clock, or in a rehearsal a time that was given, which then stands still.
func (p *ceremonyPlace) setClock(c *cli.Context, mode ceremony.Mode) error {
	p.now = machineClock
	given := c.String("now") != ""
	switch {
	case mode == ceremony.Production && given:
		return usageHint("leave --now out; sigtool ceremony rehearse takes it", "a ceremony in earnest goes by the machine's clock")
	case mode == ceremony.Production, !given && os.Getenv("SOURCE_DATE_EPOCH") == "":
		return nil
	}
	start, err := timeOf(c)
	p.now = func() time.Time { return start }
	return err
}

// world is what a ceremony does outside itself.
func (p *ceremonyPlace) world(c *cli.Context, front string) (ceremony.World, error) {
	binary, err := programDigest()
	if err != nil {
		return ceremony.World{}, err
	}
	work := ""
	if p.laysOut {
		work = p.printer
	}
	w := ceremony.World{
		Rand: rand.Reader, Now: p.now, Built: builtAt(), Binary: binary,
		Machine: measuredMachine(work),
		PutFile: func(name string, data []byte, secret bool) error {
			if secret {
				return fileio.WriteSecret(filepath.Join(p.folder, name), data)
			}
			return fileio.WriteNew(filepath.Join(p.folder, name), data, 0o644, false)
		},
		ReadBack: func(name string) ([]byte, error) { return fileio.ReadLimited(filepath.Join(p.folder, name), 32<<20) },
		Journal:  p.journal.add, JournalDone: p.journal.remove,
		ReadKey: func(path string) ([]byte, error) { return fileio.ReadLimited(path, maxKeyFile) },
		Layout: func(sheet *backup.Sheet) ([]byte, string, error) {
			paper := p.paper
			if isRoll(paper) {
				paper = print.A4
			}
			data, err := print.PDF([]*backup.Sheet{sheet}, paper)
			return data, ".pdf", err
		},
		Program: "sigtool " + version, Front: front,
	}
	if p.printer != "" {
		w.Print = p.print
	}
	if p.inputs != "" {
		w.ReadInput = inputsIn(p.inputs)
		w.HashFile = p.hash
		w.SignFile = func(what ceremony.ToSign, approved [sha256.Size]byte, key crypto.Signer) ([]ceremony.Put, error) {
			return p.sign(c, what, approved, key)
		}
	}
	return w, nil
}

// inputsFlag names the folder of inputs.
var inputsFlag = &cli.StringFlag{Name: "inputs", Usage: "find the files that the plan signs, and wrapping keys, in the folder `DIR`"}

// inputsIn reads small files of a folder.
func inputsIn(folder string) func(name string) ([]byte, error) {
	return func(name string) ([]byte, error) { return readSmall(filepath.Join(folder, name), maxKeyFile) }
}
