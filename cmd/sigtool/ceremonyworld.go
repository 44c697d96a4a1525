package main

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
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
	inputs  string // of what is signed
	printer string // a device, or a folder in memory; "" for none
	paper   print.Paper
	now     func() time.Time
	given   bool // the time was given, and stands still
	journal *journal
	printed []string // files for the printer, to be removed at the end
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
	start, err := timeOf(c)
	if err != nil {
		return nil, err
	}
	p.now = time.Now
	if p.given = c.String("now") != "" || os.Getenv("SOURCE_DATE_EPOCH") != ""; p.given {
		p.now = func() time.Time { return start }
	}
	return p, nil
}

// world is what a ceremony does outside itself.
func (p *ceremonyPlace) world(c *cli.Context, front string) (ceremony.World, error) {
	binary, err := programDigest()
	if err != nil {
		return ceremony.World{}, err
	}
	work := ""
	if isFolder(p.printer) {
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
		w.HashFile = p.hash
		w.SignFile = func(what ceremony.ToSign, key crypto.Signer) ([]ceremony.Put, error) { return p.sign(c, what, key) }
	}
	return w, nil
}

// print hands a sheet to the printer, or lays it out in a folder in memory, from where people print it.
func (p *ceremonyPlace) print(name string, sheet *backup.Sheet, copies int) (string, error) {
	sheets := []*backup.Sheet{sheet}
	if !isFolder(p.printer) {
		data, err := forPrinter(sheets, p.paper)
		if err != nil {
			return "", err
		}
		defer clear(data)
		for range max(1, copies) {
			if err := sendTo(p.printer, data); err != nil {
				return "", err
			}
		}
		return "printed on " + p.printer, nil
	}
	data, err := print.PDF(sheets, p.paper)
	if err != nil {
		return "", err
	}
	defer clear(data)
	target := filepath.Join(p.printer, name[:len(name)-len(filepath.Ext(name))]+".pdf")
	if err := fileio.WriteSecret(target, data); err != nil && !errors.Is(err, fileio.ErrSecret) {
		return "", err
	}
	p.printed = append(p.printed, target)
	p.out.info("%s: print it now, copies: %d; it is removed when the ceremony ends", target, max(1, copies))
	return "printed from " + target, nil
}

// close removes what was laid out for the printer.
func (p *ceremonyPlace) close() {
	for _, name := range p.printed {
		_ = os.Remove(name)
	}
}

// hash reads a file that is to be signed.
func (p *ceremonyPlace) hash(name string) (sum [sha256.Size]byte, err error) {
	file, err := os.Open(filepath.Join(p.inputs, name))
	if err != nil {
		return sum, err
	}
	defer file.Close()
	return hashed(file)
}

func hashed(r io.Reader) (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	_, err = io.Copy(h, r)
	return [sha256.Size]byte(h.Sum(nil)), err
}

// sign signs a file of the folder of inputs as `sigtool sign` does, and tells what came of it. The certificate that some formats want is
// LABEL.crt in the same folder.
func (p *ceremonyPlace) sign(c *cli.Context, what ceremony.ToSign, key crypto.Signer) ([]ceremony.Put, error) {
	format := formatNamed(what.Format)
	if format == nil {
		return nil, fmt.Errorf("there is no signing format %q", what.Format)
	}
	s := &signer{out: p.out, named: format, key: key, now: p.now(), output: p.folder, folder: true, flags: c}
	if name := filepath.Join(p.inputs, what.Key+".crt"); exists(name) {
		chain, err := readChain(name)
		if err != nil {
			return nil, err
		}
		s.chain = chain
	}
	r := []signed{s.sign(context.Background(), input{name: filepath.Join(p.inputs, what.File), base: what.File})}
	if r[0].err == nil {
		place(r)
	}
	if r[0].err != nil {
		return nil, r[0].err
	}
	file, err := os.Open(r[0].output)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	sum, err := hashed(file)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	return []ceremony.Put{{Name: filepath.Base(r[0].output), SHA256: sum, Size: info.Size()}}, err
}
