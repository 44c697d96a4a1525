package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"sigtool/ceremony/live"
	"sigtool/internal/pid1"
	"sigtool/internal/sandbox"
)

// tableName is what the program that shows the menu of a live system sees itself called.
const tableName = "sigtool-table"

// livePart is what this process does in a live system: process 1 looks after the machine, the table after the people. It is nil for all
// others, and everywhere else; process 1 of a container is not meant.
func livePart(args []string) func() int {
	first := os.Getpid() == 1
	if !first && (len(args) == 0 || args[0] != tableName) || !isLiveSystem(os.DirFS("/")) {
		return nil
	}
	if first {
		return liveInit
	}
	return liveTable
}

// isLiveSystem tells by the file that sigtool live build puts there, and its first words.
func isLiveSystem(root fs.FS) bool {
	info, err := fs.Stat(root, live.MarkPath)
	if err != nil || !info.Mode().IsRegular() || info.Size() > 1<<10 {
		return false
	}
	mark, err := fs.ReadFile(root, live.MarkPath)
	return err == nil && strings.HasPrefix(string(mark), "sigtool live image ")
}

// A liveSystem is what process 1 knows. No secret is ever in it.
type liveSystem struct {
	screens pid1.Screens
	notes   []error // what went wrong, and need not end everything
}

// liveInit is process 1, which must never end: the kernel would stop with it. So a fault of its own becomes a message.
//
//	what the kernel shows is mounted -> keyboard -> a banner -> modules, then none ever after -> randomness -> Enter -> table -> power off
func liveInit() int {
	debug.SetTraceback("none")
	l := &liveSystem{}
	l.guarded(func() {
		l.start()
		l.hold()
		l.switchOff()
	})
	for { // a fault, or a kernel that refuses to end
		l.guarded(func() {
			pid1.EndAll()
			l.note(pid1.Settle()...)
			l.openScreens()
			l.sayNotes()
			l.giveUp()
		})
		time.Sleep(time.Minute)
	}
}

// guarded catches a fault of what it does, and tells people.
func (l *liveSystem) guarded(do func()) {
	defer func() {
		if fault := recover(); fault != nil {
			l.sayf("\n%s", narrowed(fmt.Sprintf("sigtool found a fault in itself: %.200v", fault)))
		}
	}()
	do()
}

// Write shows text on all terminals; on the console of the kernel where there is none.
func (l *liveSystem) Write(text []byte) (int, error) {
	if len(l.screens) == 0 {
		return os.Stderr.Write(text)
	}
	return l.screens.Write(text)
}

func (l *liveSystem) sayf(format string, args ...any) { fmt.Fprintf(l, format, args...) }

func (l *liveSystem) note(errs ...error) {
	for _, err := range errs {
		if err != nil {
			l.notes = append(l.notes, err)
		}
	}
}

// start brings the machine up, as far as it must be for a ceremony.
func (l *liveSystem) start() {
	l.note(pid1.Deaf())
	l.note(pid1.MountAll(pid1.Kernel)...)
	l.note(pid1.Apply(pid1.Settings)...) // before anybody can type: a BREAK on a serial line is a magic key, too
	l.openScreens()
	l.setKeyboard() // Scroll Lock would stop the screen
	l.sayf(liveBanner, version)
	l.closeKernel()
	if err := pid1.AwaitSeed(l.screens); err != nil {
		l.refuse("The kernel's random generator can't be waited for: %v", err)
	}
	l.sayf("\n")
	sayIdentity(l)
	l.sayNotes()
}

const liveBanner = `
sigtool %s: a live system that holds key ceremonies.
It starts now. That takes some seconds.
`

// openScreens opens the terminals, anew where they were open: the end of a session hangs its terminal up.
func (l *liveSystem) openScreens() {
	l.screens.Close()
	screens, failed := pid1.OpenAll(pid1.Terminals(os.DirFS("/sys")))
	l.screens = screens
	l.note(failed...)
	for _, t := range screens {
		if !t.Serial() {
			l.note(t.StayHere())
		}
	}
}

// closeKernel has the kernel take the modules that came along, and none ever after: without that nothing keeps a network driver out. Then no
// process gets a socket, and the only place from which programs are started takes no other.
func (l *liveSystem) closeKernel() {
	loaded, refused := pid1.LoadModules("/" + live.ModulesPath)
	l.note(refused...)
	l.note(pid1.MountAll(firmwareMounts())...)
	if err := pid1.NoModules.Insist(); err != nil {
		l.refuse("The kernel can't be kept from loading more modules: %v", err)
	}
	if err := errors.Join(sandbox.Harden(), sandbox.DenySockets()); err != nil { // for all that is started from now on
		l.refuse("Programs can't be kept from the network: %v", err)
	}
	l.note(pid1.Seal(inputsAt, outputsAt))
	l.sayf("Kernel modules loaded: %d. From now on the kernel loads no other.\n", loaded)
}

// firmwareMounts is nothing on a machine that EFI did not start.
func firmwareMounts() []pid1.Mount {
	if _, err := os.Stat("/sys/firmware/efi"); err != nil {
		return nil
	}
	return []pid1.Mount{pid1.Firmware}
}

// sayNotes tells what went wrong so far.
func (l *liveSystem) sayNotes() {
	if len(l.notes) == 0 {
		return
	}
	l.sayf("\nNot all went well. The ceremony goes on without:\n")
	for _, err := range l.notes {
		l.sayf("%s", narrowed("- "+err.Error()))
	}
	l.notes = nil
}
