package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/media"
)

// fakeSticks are folders. Mounting one puts a link to it.
type fakeSticks struct {
	t       *testing.T
	in      []liveStick
	folders map[string]string // by device
	mounted map[string]string // by target: the device, and how
	log     []string
	fail    error // of the next mount
	room    int64
	read    int64                    // sectors so far
	stale   bool                     // what is read does not come from the stick
	lost    func(folder string)      // what happens to a stick when it is taken off
	away    func(k *fakeKeeper) bool // tells whether it is out
}

func newSticks(t *testing.T, in ...liveStick) *fakeSticks {
	f := &fakeSticks{t: t, in: in, folders: map[string]string{}, mounted: map[string]string{}, room: 1 << 20}
	for _, s := range in {
		f.folders[s.Name] = t.TempDir()
	}
	return f
}

func (f *fakeSticks) list() ([]liveStick, error) { return f.in, nil }

func (f *fakeSticks) blank(target string) error { return os.MkdirAll(target, 0o500) }

func (f *fakeSticks) mount(s liveStick, target string, write bool) error {
	f.log = append(f.log, fmt.Sprintf("mount %s %s %v", s.Name, filepath.Base(target), write))
	if err := f.fail; err != nil {
		f.fail = nil
		return err
	}
	if f.mounted[target] != "" {
		f.t.Errorf("%s is mounted on %s already", f.mounted[target], target)
	}
	f.mounted[target] = s.Name
	if err := os.Remove(target); err != nil {
		return err
	}
	return os.Symlink(f.folders[s.Name], target)
}

func (f *fakeSticks) unmount(s liveStick, target string) error {
	f.log = append(f.log, fmt.Sprintf("unmount %s %s", s.Name, filepath.Base(target)))
	if f.mounted[target] != s.Name {
		f.t.Errorf("%s is not mounted on %s, but %q", s.Name, target, f.mounted[target])
	}
	delete(f.mounted, target)
	if f.lost != nil {
		f.lost(f.folders[s.Name])
	}
	return errors.Join(os.Remove(target), os.Mkdir(target, 0o500))
}

func (f *fakeSticks) free(string) (int64, error) { return f.room, nil }

func (f *fakeSticks) keep(s liveStick, _ string) keeper { return &fakeKeeper{stick: s, away: f.away} }

func (f *fakeSticks) keepAny(s *liveStick, _ string, _ keeper) keeper {
	if s == nil {
		return &fakeKeeper{away: func(*fakeKeeper) bool { return true }}
	}
	return &fakeKeeper{stick: *s}
}

func (f *fakeSticks) sectorsRead(liveStick) (int64, bool) {
	if !f.stale {
		f.read += 1 << 20
	}
	return f.read, true
}

type fakeKeeper struct {
	stick liveStick
	away  func(*fakeKeeper) bool
	asked int
}

func (k *fakeKeeper) state() (liveStick, bool, int, error) {
	k.asked++
	out := k.away != nil && k.away(k)
	return k.stick, out, k.asked - 1, nil
}

func (k *fakeKeeper) stop() {}

func (k *fakeKeeper) awaits(media.Device) bool { return false }

// bench is a table with a script of answers.
type bench struct {
	*table
	t     *testing.T
	out   bytes.Buffer
	lines []string
	ran   []string
	verb  func(args []string) ended
}

func newBench(t *testing.T, sticks *fakeSticks, lines ...string) *bench {
	b := &bench{t: t, lines: lines}
	b.table = &table{out: &b.out, root: t.TempDir(), sticks: sticks, keys: fakeKeys{}, serial: true}
	b.ask = func(prompt string) (string, error) {
		b.out.WriteString(prompt)
		if len(b.lines) == 0 {
			return "", io.EOF
		}
		line := b.lines[0]
		b.lines = b.lines[1:]
		b.out.WriteString(line[:min(len(line), 20)] + "\n")
		return line, nil
	}
	b.spawn = func(args []string, out io.Writer) ended {
		b.ran = append(b.ran, strings.ReplaceAll(strings.Join(args, " "), b.root, ""))
		if b.verb == nil {
			return ended{}
		}
		return b.verb(args)
	}
	if err := b.begin(); err != nil {
		t.Fatal(err)
	}
	return b
}

type fakeKeys struct{}

func (fakeKeys) names() []string { return []string{"de", "de-nodeadkeys", "us"} }
func (fakeKeys) set(name string) error {
	if name != "de" {
		return errors.New("there is no such layout")
	}
	return nil
}

// run goes through the script, which has to be used up, and leave no stick mounted.
func (b *bench) run(sticks *fakeSticks, want ...string) {
	b.t.Helper()
	err := b.menu()
	text := strings.ReplaceAll(b.out.String(), wiped, "")
	if len(b.lines) > 0 || err != nil && !strings.Contains(err.Error(), "hung up") {
		b.t.Errorf("%v; not asked for: %q", err, b.lines)
	}
	if len(sticks.mounted) > 0 {
		b.t.Errorf("still mounted: %v", sticks.mounted)
	}
	folded := strings.Join(strings.Fields(text), " ")
	for _, w := range want {
		if !strings.Contains(folded, w) {
			b.t.Errorf("it does not say %q", w)
		}
	}
	for line := range strings.Lines(text) {
		if len(line) > 81 || strings.ContainsFunc(strings.TrimSuffix(line, "\n"), func(c rune) bool { return c < ' ' || c > '~' }) {
			b.t.Errorf("%d characters, or other than ASCII: %q", len(line), line)
		}
	}
	if b.t.Failed() {
		b.t.Log(text, "\n", b.ran, sticks.log)
	}
}

// The ceremony's own stick; another one; and those that are no use.
func outputsStick() liveStick {
	return liveStick{Device: media.Device{Name: "sda2", Disk: "sda", Partition: 2, Size: 2 << 20, PartName: "OUTPUTS", Maker: "Maker"}, Volume: media.Volume{Kind: media.FAT, Label: "OUTPUTS", ID: 1}}
}

func firmwareStick() liveStick {
	return liveStick{Device: media.Device{Name: "sda1", Disk: "sda", Partition: 1, Size: 16 << 20, PartName: "EFI"}, Volume: media.Volume{Kind: media.FAT, Label: "EFI"}}
}

func otherStick() liveStick {
	return liveStick{Device: media.Device{Name: "sdb1", Disk: "sdb", Partition: 1, Size: 8 << 30, Sequence: "2"}, Volume: media.Volume{Kind: media.FAT, Label: "HERS", ID: 2}}
}

func (b *bench) put(name string, data []byte) {
	b.t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, data, 0o644)); err != nil {
		b.t.Fatal(err)
	}
}

// holds is a verb that holds a ceremony: it puts files into the folder.
func (b *bench) holds(how ended, names ...string) {
	b.verb = func(args []string) ended {
		if args[1] == "run" || args[1] == "rehearse" || args[1] == "resume" {
			folder := args[4]
			for _, name := range names {
				b.put(filepath.Join(folder, name), []byte(name))
			}
			return how
		}
		return ended{}
	}
}
