package fileio

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// halves writes a file in two writes.
func halves(w io.Writer) error {
	_, one := io.WriteString(w, "one")
	_, two := io.WriteString(w, "two")
	return errors.Join(one, two)
}

// A file that is made in one go has the care of any other: mode, no name before it is whole, nothing after an error.
func TestInOneGo(t *testing.T) {
	bothWays(t, func(t *testing.T) {
		dir := t.TempDir()
		in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
		put(t, in, "data", 0o640)
		f, _ := laid(t, in)
		if err := alone(StageCreateBy(out, f, halves, false)); err != nil {
			t.Fatal(err)
		}
		want(t, out, "onetwo")
		if err := alone(StageCreateBy(out, f, halves, false)); !errors.Is(err, ErrExists) {
			t.Errorf("%v, want ErrExists", err)
		}
		broken := errors.New("broken")
		fails := func(w io.Writer) error { return errors.Join(halves(w), broken) }
		if _, err := StageReplaceBy(f, fails); !errors.Is(err, broken) {
			t.Errorf("%v, want what write returned", err)
		}
		want(t, in, "data")
		wantNames(t, dir, "in", "out")
		if err := alone(StageReplaceBy(f, halves)); err != nil {
			t.Fatal(err)
		}
		want(t, in, "onetwo")
		if st, _ := os.Stat(in); st.Mode() != 0o640 {
			t.Errorf("mode %v", st.Mode())
		}
		if err := alone(StageReplaceBy(f, halves)); !errors.Is(err, ErrChanged) {
			t.Errorf("%v, want ErrChanged", err)
		}
	})
}

// What can't be given its name is copied to a file that has one: write is not called again.
func TestInOneGoCopied(t *testing.T) {
	calls := 0
	fill := inOneGo(func(w io.Writer) error { calls++; return halves(w) })
	dir := t.TempDir()
	for _, name := range []string{"first", "second"} {
		path := filepath.Join(dir, name)
		fd, err := unix.Open(path, unix.O_CREAT|unix.O_RDWR, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		file := os.NewFile(uintptr(fd), path)
		defer file.Close()
		if err := fill(file); err != nil {
			t.Fatal(err)
		}
		want(t, path, "onetwo")
	}
	if calls != 1 {
		t.Errorf("%d calls", calls)
	}
}

func TestScratch(t *testing.T) {
	f, err := Scratch(halves)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if data, err := io.ReadAll(io.NewSectionReader(f, 0, f.Size())); err != nil || string(data) != "onetwo" || f.Unchanged() != nil {
		t.Errorf("%q, %v", data, err)
	}
	broken := errors.New("broken")
	if _, err := Scratch(func(io.Writer) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}
