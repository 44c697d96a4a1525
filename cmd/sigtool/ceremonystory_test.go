package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"

	"sigtool/ceremony"
)

// people STORY sigtool ceremony … : the people of the plan hold it, on a terminal of 80 by 24. They answer rightly but where the story says
// otherwise; a line of it is one of
//
//	until TEXT     they go on until the screen says so
//	right          they answer one question rightly
//	say TEXT       they answer this, whatever is asked
//	see TEXT       the next question, or what is shown with it, says so
//	show TEXT      the screen comes to say so, be it a question or not
//	press KEY      they press this key, as tmux names it: C-c, Enter
//	resize C R     the window has so many columns and rows from now on
//	mistype        of the row that is asked for they type a wrong letter
//	run COMMAND    a shell runs this meanwhile
//	full DIR       there is no more room in this folder
//	room DIR       there is again
//	signal NAME    the program gets this signal: KILL, TERM, HUP
//	end STATUS     they go on to the end, and this is the exit status
//
// What was on the screen can be looked at as stdout.
func people(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 3 || args[1] != "sigtool" {
		ts.Fatalf("usage: people STORY sigtool ARG...")
	}
	at := slices.IndexFunc(args, func(arg string) bool { return strings.HasSuffix(arg, ".yaml") })
	if at < 0 {
		ts.Fatalf("people: no plan in %q", args)
	}
	file := ts.MkAbs(args[at])
	t := scriptTB{ts: ts}
	data, err := os.ReadFile(file)
	ts.Check(err)
	plan, err := ceremony.ParsePlan(data)
	ts.Check(err)
	program, err := exec.LookPath("sigtool")
	ts.Check(err)
	m := &room{program: program, folder: ts.MkAbs("."), out: ts.MkAbs(after(args, "-o")), planFile: file, plan: plan}
	if printer := after(args, "--print"); printer != "" {
		m.printer = ts.MkAbs(printer)
	}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", fixtureRoot} {
		m.env = append(m.env, name+"="+ts.Getenv(name))
	}
	m.env = append(m.env, "TERM=xterm")
	r := newRobot(t, m, [2]int{80, 24}, args[2:]...)
	safe := ts.Value(sheetsInSafe{}).(map[string][]string)
	r.paper.sheets = safe // what was made in a ceremony is there in the next
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		r.follow(ts, strings.TrimSpace(line))
	}
	_, err = ts.Stdout().Write([]byte(r.screen.Everything()))
	ts.Check(err)
}

// after is what follows a flag.
func after(args []string, flag string) string {
	if at := slices.Index(args, flag); at >= 0 && at+1 < len(args) {
		return args[at+1]
	}
	return ""
}

// sheetsInSafe is where a story has the sheets that its people made.
type sheetsInSafe struct{}

// follow does what a line of a story says.
func (r *robot) follow(ts *testscript.TestScript, line string) {
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "", "#":
	case "until":
		r.until(rest)
	case "right":
		r.answer(r.now())
	case "say":
		r.now()
		r.enter(rest)
	case "see":
		if v := r.now(); !strings.Contains(v.words(), rest) {
			ts.Fatalf("the screen does not say %q:\n%s", rest, v.text)
		}
	case "show":
		r.screen.Until(rest, func(text string) bool { return strings.Contains(strings.Join(strings.Fields(text), " "), rest) })
	case "press":
		r.press(rest)
	case "resize":
		var columns, rows int
		_, err := fmt.Sscan(rest, &columns, &rows)
		ts.Check(err)
		r.open = nil
		r.screen.Resize(columns, rows)
	case "mistype":
		r.enter(misread(r.right(r.now())))
	case "run":
		shell := exec.Command("sh", "-ec", rest)
		shell.Dir = r.room.folder
		if out, err := shell.CombinedOutput(); err != nil {
			ts.Fatalf("%s: %v: %s", rest, err, out)
		}
	case "full", "room":
		ts.Check(r.fill(ts.MkAbs(rest), verb == "full"))
	case "signal":
		r.now()
		r.signal(unix.SignalNum("SIG" + rest))
	case "end":
		v := r.toTheEnd()
		if strconv.Itoa(v.status) != rest {
			ts.Fatalf("exit status %d, not %s:\n%s", v.status, rest, v.text)
		}
	default:
		ts.Fatalf("a story has no %q", line)
	}
}

// misread is a row with another letter in the middle of its last word.
func misread(row string) string {
	at := strings.LastIndexByte(row, ' ') + 2
	letter := byte('z')
	if row[at] == letter {
		letter = 'x'
	}
	return row[:at] + string(letter) + row[at+1:]
}

// smallStick DIR SIZE makes a folder that has room for so much, as a small stick has: a file system in memory, where this user may mount one.
func smallStick(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=700,size="+args[1]); err != nil {
		ts.Logf("%s is an ordinary folder: %v", args[0], err)
		return
	}
	ts.Defer(func() { ts.Check(unix.Unmount(dir, unix.MNT_DETACH)) })
}

// fill fills a stick to its last byte, or empties it again. Of an ordinary folder it is the program that may write no file.
func (r *robot) fill(dir string, full bool) error {
	filler := filepath.Join(dir, ".filler")
	switch isStick, err := isMount(dir); {
	case err != nil:
		return err
	case isStick && !full:
		return os.Remove(filler)
	case isStick:
		file, err := os.Create(filler)
		if err != nil {
			return err
		}
		defer file.Close()
		for err == nil {
			_, err = file.Write(make([]byte, 4096))
		}
		if !errors.Is(err, unix.ENOSPC) {
			return err
		}
		return nil
	}
	limit := unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}
	if full {
		limit.Cur = 0
	}
	for _, pid := range r.screen.Processes() {
		if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, &limit, nil); err != nil {
			return err
		}
	}
	return nil
}

// isMount tells whether a folder is on another file system than the one it is in.
func isMount(dir string) (bool, error) {
	var own, above unix.Stat_t
	err := errors.Join(unix.Stat(dir, &own), unix.Stat(filepath.Dir(dir), &above))
	return own.Dev != above.Dev, err
}

// scriptTB is a story as the test that it is.
type scriptTB struct {
	testing.TB
	ts *testscript.TestScript
}

func (t scriptTB) Helper()                           {}
func (t scriptTB) Name() string                      { return filepath.Base(t.ts.Name()) }
func (t scriptTB) Cleanup(f func())                  { t.ts.Defer(f) }
func (t scriptTB) Fatalf(format string, args ...any) { t.ts.Fatalf(format, args...) }
func (t scriptTB) Fatal(args ...any)                 { t.ts.Fatalf("%v", args) }
func (t scriptTB) Errorf(format string, args ...any) { t.ts.Fatalf(format, args...) }
func (t scriptTB) Error(args ...any)                 { t.ts.Fatalf("%v", args) }
func (t scriptTB) Skipf(format string, args ...any)  { t.ts.Fatalf(format, args...) }
