package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"sigtool/internal/fileio"
)

// A signal that ends a ceremony takes the sheets along that were laid out to be printed. One that nothing can be done about leaves them: then
// the next run says which file is in the way, and leaves it alone.
func TestCeremonySheetsGo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		front  string
		signal unix.Signal
	}{
		{"--plain", unix.SIGTERM}, {"--plain", unix.SIGHUP}, {"--plain", unix.SIGINT}, {"--tui", unix.SIGTERM}, {"--tui", unix.SIGINT}, {"--plain", unix.SIGKILL},
	} {
		t.Run(fmt.Sprintf("%s %v", c.front, c.signal), func(t *testing.T) {
			t.Parallel()
			m := newRoom(t, []byte(shortPlan))
			m.printer = filepath.Join(m.folder, "memory")
			if err := os.Mkdir(m.printer, 0o700); err != nil {
				t.Fatal(err)
			}
			sheet := filepath.Join(m.printer, "share-1.pdf")
			r := newRobot(t, m, [2]int{80, 24}, "ceremony", "rehearse", m.planFile, "-o", m.out, c.front, "--print", "memory")
			r.until("Print memory/share-1.pdf now, copies: 1.")
			r.until("share 2 of 3")
			if !exists(sheet) {
				t.Fatal("there is no sheet to be printed")
			}
			r.signal(c.signal)
			v := r.now()
			if !v.ended {
				t.Fatalf("it goes on after %v:\n%s", c.signal, v.text)
			}
			if c.signal == unix.SIGKILL {
				lookAtLeftSheet(t, m, sheet)
				return
			}
			if names := namesIn(t, m.printer); len(names) > 0 {
				t.Errorf("after %v there are still %q", c.signal, names)
			}
			if v.status != exitInterrupted {
				t.Errorf("exit status %d:\n%s", v.status, v.text)
			}
		})
	}
}

// lookAtLeftSheet begins a ceremony, and goes on with one, where a sheet was left.
func lookAtLeftSheet(t *testing.T, m *room, sheet string) {
	t.Helper()
	before, err := os.ReadFile(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"rehearse", m.planFile, "-o", filepath.Join(m.folder, "another")}, {"resume", m.planFile, "-o", m.out}} {
		cmd := m.command(append([]string{"ceremony"}, append(args, "--plain", "--print", m.printer)...)...)
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), sheet+": there is a file of this name already") {
			t.Errorf("%s: %v:\n%s", args[0], err, out)
		}
	}
	if after, err := os.ReadFile(sheet); err != nil || string(after) != string(before) {
		t.Errorf("the sheet of another run is not what it was: %v", err)
	}
}

func TestSheetFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	own, other := filepath.Join(folder, "own.pdf"), filepath.Join(folder, "other.pdf")
	if err := fileio.WriteSecret(other, []byte("another run's")); err != nil {
		t.Fatal(err)
	}
	var files sheetFiles
	for range 2 { // the second time it is printed again
		if err := files.put(own, []byte("a sheet")); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{own, other} {
		if err := files.put(name, []byte("different")); err == nil || !strings.Contains(err.Error(), "nobody must print it") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left := files.end(); left != nil || exists(own) {
		t.Errorf("left over: %q", left)
	}
	if !exists(other) {
		t.Error("another run's sheet was removed")
	}
	if err := files.put(own, []byte("a sheet")); !errors.Is(err, errInterrupted) || exists(own) {
		t.Errorf("at the end of the program a sheet was laid out: %v", err)
	}
}
