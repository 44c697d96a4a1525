package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"sigtool/ceremony"
	"sigtool/ceremony/live"
	"sigtool/internal/sandbox"
	"sigtool/internal/term"
)

// liveTable is what people meet on the terminal of a live system that they work at: a menu, and what it leads to. It ends with 0 when the machine is
// to be switched off; every other end is a fault, of which process 1 tells.
//
// It alone mounts sticks, and only while they are used. What it leads to are verbs of this same program, each in a process of its own, which
// can crash without taking more than itself along.
func liveTable() int {
	if err := sandbox.Harden(); err != nil { // lockDown would keep it from mounting; the verbs have all of that, and what process 1 has shut is shut here
		fmt.Fprintln(os.Stderr, "sigtool: error:", err)
		return exitFailed
	}
	// Keys that send signals are for the verb that runs, which is in this group of processes as well.
	keys := make(chan os.Signal, 1)
	signal.Notify(keys, os.Interrupt, syscall.SIGQUIT, syscall.SIGTSTP)
	go func() {
		for range keys {
		}
	}()
	terminal, err := term.Open()
	if err != nil {
		fmt.Fprintln(os.Stderr, "sigtool: error:", err)
		return exitFailed
	}
	defer terminal.Close()
	t := &table{
		ask: terminal.ReadLine, drop: terminal.Drop, out: terminal, sticks: realSticks{os.DirFS("/sys")}, spawn: spawnSelf, serial: onSerialLine(),
		keys: consoleKeys{},
	}
	if err := t.begin(); err != nil {
		fmt.Fprintln(os.Stderr, "sigtool: error:", err)
		return exitFailed
	}
	if err := t.menu(); err != nil {
		fmt.Fprintln(os.Stderr, "sigtool: error:", err)
		return exitFailed
	}
	return exitOK
}

// onSerialLine tells whether the terminal is one that is only written to line by line.
func onSerialLine() bool {
	name, err := os.Readlink("/proc/self/fd/0")
	virtual := strings.TrimPrefix(name, "/dev/tty")
	return err != nil || virtual == name || virtual == "" || strings.Trim(virtual, "0123456789") != ""
}

// table is the menu and what it needs. Nothing in it is a secret.
type table struct {
	ask    func(prompt string) (string, error)
	drop   func() error // forgets what was typed before a question
	out    io.Writer
	root   string // before every path, in tests
	sticks sticks
	spawn  func(args []string, out io.Writer) ended
	keys   keyboards
	serial bool
}

// path is where something is in the live system.
func (t *table) path(name string) string { return filepath.Join(cmp.Or(t.root, "/"), name) }

// Where things are in the live system.
const (
	inputsAt  = "/inputs"
	outputsAt = "/outputs"
	planAt    = "/run/plan.yaml"
	builtIn   = "/" + live.PlanPath
)

// begin puts blank folders to where sticks are mounted.
func (t *table) begin() error {
	for _, target := range []string{inputsAt, outputsAt} {
		if err := t.sticks.blank(t.path(target)); err != nil {
			return fmt.Errorf("%s: %w", target, err)
		}
	}
	return os.MkdirAll(t.path("/run"), 0o700)
}

// errBack means that somebody wants back to the menu.
var errBack = errors.New("back")

// errPowerOff ends the menu.
var errPowerOff = errors.New("power off")

// menu asks what is to be done, and does it, until the machine is to be switched off. Whatever goes wrong leads back to it.
func (t *table) menu() error {
	todo := []func() error{
		func() error { return t.hold(ceremony.Rehearsal) },
		func() error { return t.hold(ceremony.Production) },
		t.resume, t.verify, t.copy, t.keyboard, t.powerOff,
	}
	for {
		at, err := t.choose("What is to be done? The word back leads here from every question.", -1,
			option{"rehearse", "the ceremony, with throw-away keys"},
			option{"hold", "the ceremony"},
			option{"resume", "a ceremony that was stopped: go on with it"},
			option{"verify", "a transcript or a file; see what is on a stick"},
			option{"copy", "what a ceremony made to another stick"},
			option{"keyboard", "choose its layout, and try it"},
			option{"power off", ""})
		if err == nil {
			err = todo[at]()
		}
		switch {
		case errors.Is(err, errPowerOff):
			return nil
		case errors.Is(err, io.EOF), errors.Is(err, syscall.EIO):
			return errors.New("the terminal hung up")
		case err != nil && !errors.Is(err, errBack):
			t.sayError(err)
		}
	}
}

// powerOff ends it.
func (t *table) powerOff() error {
	if ok, err := t.yes("Switch the machine off?", true); err != nil || !ok {
		return err
	}
	t.say("The machine is switched off. What was only in its memory is gone then.")
	return errPowerOff
}

// sayError says what went wrong, with the hint that it brings.
func (t *table) sayError(err error) {
	t.say("Error: " + err.Error() + ".")
	if hint := judge(err).hint; hint != "" {
		var own hinted
		if errors.As(err, &own) {
			t.say("What to do: " + hint + ".")
		}
	}
}
