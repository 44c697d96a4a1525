// Package ceremonytest is a world for ceremonies that nothing happens in: fixed randomness, a clock that goes on by a second at each
// look, files in memory, a machine as one likes. The same answers give the same files, byte for byte.
package ceremonytest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sigtool/ceremony"
	"sigtool/ceremony/transcript"
)

// World holds what a ceremony did.
type World struct {
	Files    map[string][]byte
	Secret   map[string]bool
	Order    []string           // names, as they were put
	Findings []ceremony.Finding // what the machine is; see Clean
	Fail     string             // putting the file of this name fails
	Spoil    string             // the file of this name comes back with a changed byte
}

// New returns a world on a clean machine.
func New() *World {
	return &World{Files: map[string][]byte{}, Secret: map[string]bool{}, Findings: Clean()}
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
	now := time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC)
	return ceremony.World{
		Rand:    rand.NewChaCha8([32]byte{1}),
		Now:     func() time.Time { now = now.Add(time.Second); return now },
		Machine: func() []ceremony.Finding { return w.Findings },
		PutFile: w.put, ReadBack: w.ReadBack,
		Program: "sigtool test", Front: front,
	}
}

func (w *World) put(name string, data []byte, secret bool) error {
	if w.Files[name] != nil || name == w.Fail {
		return fmt.Errorf("%s: can't be put", name)
	}
	w.Files[name] = append([]byte{}, data...)
	w.Secret[name] = secret
	w.Order = append(w.Order, name)
	return nil
}

// ReadBack returns a file.
func (w *World) ReadBack(name string) ([]byte, error) {
	data, ok := w.Files[name]
	if !ok {
		return nil, fmt.Errorf("%s: not there", name)
	}
	data = append([]byte{}, data...)
	if name == w.Spoil {
		data[len(data)/2] ^= 1
	}
	return data, nil
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
