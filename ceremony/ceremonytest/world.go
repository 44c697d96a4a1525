// Package ceremonytest is a world for ceremonies that nothing happens in: fixed randomness, a clock that goes on by a second at each
// look, files in memory, a machine as one likes. The same answers give the same files, byte for byte.
package ceremonytest

import (
	"crypto"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"sigtool/backup"
	"sigtool/ceremony"
	"sigtool/ceremony/transcript"
	"sigtool/internal/sigalg"
)

// World holds what a ceremony did.
type World struct {
	Files    map[string][]byte
	Secret   map[string]bool
	Order    []string           // names, as they were put
	Findings []ceremony.Finding // what the machine is; see Clean
	Fail     map[string]int     // so many times putting the file of this name fails
	Spoil    string             // the file of this name comes back with a changed byte, once
	Sheets   map[string][]byte  // what was printed, by name
	Journal  []byte
	Full     int               // so many times the journal can't be written
	Keys     map[string][]byte // files of people's own keys
	Inputs   map[string][]byte // files to be signed, and wrapping keys
	ByHand   bool              // no printer: sheets are copied from the screen
	Clock    time.Time         // where the clock begins
	Seed     byte              // of the randomness
}

// New returns a world on a clean machine.
func New() *World {
	return &World{Files: map[string][]byte{}, Secret: map[string]bool{}, Findings: Clean(), Fail: map[string]int{}, Sheets: map[string][]byte{},
		Keys: map[string][]byte{}, Inputs: map[string][]byte{}, Clock: time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC), Seed: 1}
}

// Copy is the world as a process that is killed leaves it: its files, its paper, its journal.
func (w *World) Copy() *World {
	c := *w
	c.Files, c.Secret, c.Sheets = maps.Clone(w.Files), maps.Clone(w.Secret), maps.Clone(w.Sheets)
	c.Order, c.Journal = slices.Clone(w.Order), slices.Clone(w.Journal)
	return &c
}

// Clean is a machine that nothing is wrong with.
func Clean() []ceremony.Finding {
	var out []ceremony.Finding
	for _, check := range ceremony.Checks() {
		out = append(out, ceremony.Finding{Check: check, Severity: ceremony.OK, Detail: "fine"})
	}
	return out
}

// With replaces what was found for one check.
func (w *World) With(f ceremony.Finding) *World {
	for i := range w.Findings {
		if w.Findings[i].Check == f.Check {
			w.Findings[i] = f
		}
	}
	return w
}

// Effects is the world as a run takes it.
func (w *World) Effects(front string) ceremony.World {
	effects := ceremony.World{
		Rand:    rand.NewChaCha8([32]byte{w.Seed}),
		Now:     func() time.Time { w.Clock = w.Clock.Add(time.Second); return w.Clock },
		Built:   time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC),
		Binary:  sha256.Sum256([]byte("the program")),
		Machine: func([]string) []ceremony.Finding { return w.Findings },
		PutFile: w.put, ReadBack: w.ReadBack,
		Journal: w.journal, JournalDone: func() error { w.Journal = nil; return nil },
		Print:     w.print,
		ReadKey:   func(path string) ([]byte, error) { return from(w.Keys, path) },
		ReadInput: func(name string) ([]byte, error) { return from(w.Inputs, name) },
		HashFile: func(name string) ([sha256.Size]byte, error) {
			data, err := from(w.Inputs, name)
			return sha256.Sum256(data), err
		},
		SignFile: w.sign,
		Program:  "sigtool test", Front: front,
	}
	if w.ByHand {
		effects.Print = nil
	}
	return effects
}

func (w *World) put(name string, data []byte, secret bool) error {
	if w.Fail[name]--; w.Files[name] != nil || w.Fail[name] >= 0 {
		return fmt.Errorf("%s: can't be put", name)
	}
	w.Files[name] = append([]byte{}, data...)
	w.Secret[name] = secret
	w.Order = append(w.Order, name)
	return nil
}

func (w *World) journal(line []byte) error {
	if w.Full--; w.Full >= 0 {
		return errors.New("the stick is full")
	}
	w.Journal = append(w.Journal, line...)
	return nil
}

func (w *World) print(name string, sheet *backup.Sheet, copies int) (string, error) {
	w.Sheets[name] = append([]byte{}, sheet.Text...)
	return "printed", nil
}

// sign puts a signature beside the other files, as formats/raw makes it.
func (w *World) sign(what ceremony.ToSign, approved [sha256.Size]byte, key crypto.Signer) ([]ceremony.Put, error) {
	if sha256.Sum256(w.Inputs[what.File]) != approved {
		return nil, fmt.Errorf("%w: %s changed after it was looked at", ceremony.ErrRefused, what.File)
	}
	sig, err := sigalg.SignMessage(key, crypto.SHA256, w.Inputs[what.File])
	if err != nil {
		return nil, err
	}
	name := what.File + ".sig"
	return []ceremony.Put{{Name: name, SHA256: sha256.Sum256(sig), Size: int64(len(sig))}}, w.put(name, sig, false)
}

func from(files map[string][]byte, name string) ([]byte, error) {
	data, ok := files[name]
	if !ok {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	return append([]byte{}, data...), nil
}

// ReadBack returns a file.
func (w *World) ReadBack(name string) ([]byte, error) {
	data, err := from(w.Files, name)
	if name == w.Spoil && err == nil {
		data[len(data)/2] ^= 1
		w.Spoil = ""
	}
	return data, err
}

// Events returns the lines of one event of a transcript, in order.
func Events(log *transcript.Transcript, event string) (lines []transcript.Line) {
	for _, line := range log.Lines {
		if line.Event == event {
			lines = append(lines, line)
		}
	}
	return lines
}

// Read returns a file of testdata/ceremony; root is the path of the repository's top from the test's folder.
func Read(t testing.TB, root, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, "testdata", "ceremony", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Plan reads a plan of testdata/ceremony.
func Plan(t testing.TB, root, name string) *ceremony.Plan {
	t.Helper()
	plan, err := ceremony.ParsePlan(Read(t, root, name))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}
