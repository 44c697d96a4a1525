package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"sigtool/backup"
	"sigtool/backup/print"
	"sigtool/ceremony"
	"sigtool/internal/fileio"
	"sigtool/internal/secret"
)

// laidOut are the sheets that lie in a folder, from where people print them. It is the whole program's, so that a signal that ends the
// program finds them too.
var laidOut sheetFiles

// sheetFiles are files with sheets in them that go when the program goes.
type sheetFiles struct {
	mu    sync.Mutex
	names []string
	ended bool // the program ends: nothing is laid out any more
}

// put lays a sheet out. A file of that name is another run's, and nobody must print it for this sheet; unless it is this very sheet, which
// is to be printed again.
func (s *sheetFiles) put(name string, data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return errInterrupted
	}
	err := fileio.WriteSecret(name, data)
	ours := err == nil || holds(name, data) // with an error too: it may be in its place and not on the medium for certain
	if ours && !slices.Contains(s.names, name) {
		s.names = append(s.names, name)
	}
	if !errors.Is(err, fileio.ErrExists) {
		return err
	}
	if !ours {
		return inTheWay(name)
	}
	return nil
}

// holds tells whether a file has these bytes.
func holds(name string, data []byte) bool {
	there, err := fileio.ReadLimited(name, int64(len(data)))
	defer secret.Wipe(there)
	return err == nil && bytes.Equal(there, data)
}

// remove takes away what was laid out, and returns what can't be taken away.
func (s *sheetFiles) remove() (left []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range s.names {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			left = append(left, name)
		}
	}
	s.names = nil
	return left
}

// end removes it when the program is about to end, whatever it is in the middle of.
func (s *sheetFiles) end() (left []string) {
	s.mu.Lock()
	s.ended = true
	s.mu.Unlock()
	return s.remove()
}

const sheetLeft = "%s can't be removed, and holds a key: destroy it"

func inTheWay(name string) error {
	return withHint(fmt.Errorf("%s: there is a file of this name already, and nobody must print it for this ceremony's sheet", name),
		"if it is the sheet of another run, which was stopped, it holds a key: see that nobody needs it, remove it, and begin again")
}

// print hands a sheet to the printer, or lays it out in a folder in memory, from where people print it.
func (p *ceremonyPlace) print(name string, sheet *backup.Sheet, copies int) (string, error) {
	sheets := []*backup.Sheet{sheet}
	if !p.laysOut {
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
	if err := p.inMemory(); err != nil {
		return "", err
	}
	data, err := print.PDF(sheets, p.paper)
	if err != nil {
		return "", err
	}
	defer clear(data)
	target := p.layoutName(name)
	if err := laidOut.put(target, data); err != nil {
		return "", err
	}
	p.toPrint = fmt.Sprintf("Print %s now, copies: %d. It is removed when the ceremony ends.", target, max(1, copies))
	return "printed from " + target, nil
}

// withPrints is a front end that says which file is to be printed, with the question that comes next.
type withPrints struct {
	ceremony.FrontEnd
	place *ceremonyPlace
}

// Ask asks. The file stands there until the answer was taken.
func (f withPrints) Ask(p ceremony.Prompt) (ceremony.Answer, error) {
	f.place.forgetPages() // of another sheet
	if p.Refused == "" {
		f.place.printing, f.place.toPrint = f.place.toPrint, ""
	}
	if f.place.printing != "" {
		p.Text = append([]string{f.place.printing}, p.Text...)
	}
	return f.FrontEnd.Ask(p)
}

// layoutName is where a sheet is laid out to be printed.
func (p *ceremonyPlace) layoutName(sheet string) string {
	return filepath.Join(p.printer, sheet[:len(sheet)-len(filepath.Ext(sheet))]+".pdf")
}

// checkPlaces sees that nobody else gets at what is made, that sheets in the clear are not laid out on a disk, and that no sheet of another
// run lies where they go.
func (p *ceremonyPlace) checkPlaces(plan *ceremony.Plan, mode ceremony.Mode) error {
	if othersCanWrite(p.folder) {
		p.out.warn("%s: others can write to this folder, and exchange what is made there: chmod go-w %s", p.folder, p.folder)
	}
	if p.printer == "" {
		return nil
	}
	if !exists(p.printer) {
		return usageHint("name a printer's device, or a folder that is there and in memory", "%s: --print: there is no such device or folder", p.printer)
	}
	if p.laysOut = isFolder(p.printer); !p.laysOut {
		return nil
	}
	for _, key := range plan.BackedUp() {
		for _, b := range plan.Backups {
			for i := range max(1, b.Of) {
				if name := p.layoutName(plan.SheetName(key.Label, b, i)); exists(name) {
					return inTheWay(name)
				}
			}
		}
	}
	p.anywhere = mode == ceremony.Rehearsal
	return p.inMemory()
}

// inMemory refuses a folder on a disk, now and whenever a sheet is put there.
func (p *ceremonyPlace) inMemory() error {
	if p.anywhere {
		return nil
	}
	memory, err := isMemory(p.printer)
	if err != nil {
		return err
	}
	if !memory {
		return usageHint("name a folder of a tmpfs, as /dev/shm or one that was mounted for it, or a printer's device", "%s: --print would put keys in the clear on a disk", p.printer)
	}
	return nil
}

// close removes what was laid out for the printer.
func (p *ceremonyPlace) close() {
	for _, name := range laidOut.remove() {
		p.out.warn(sheetLeft, name)
	}
}
