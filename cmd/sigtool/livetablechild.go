package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// ended says how a verb ended.
type ended struct {
	status int
	signal syscall.Signal // what killed it; 0 if nothing did
	err    error          // it could not be started
}

func (e ended) ok() bool { return e.status == 0 && e.signal == 0 && e.err == nil }

const itsFault = "This is a fault of the program or of the machine, and not of yours. The journal has all that was done."

// why says how a verb ended, to people who know nothing of exit statuses.
func (e ended) why() string {
	switch {
	case e.err != nil:
		return "It could not be started: " + e.err.Error() + "."
	case e.signal == unix.SIGKILL:
		return "It was killed (signal 9), most likely because memory ran out."
	case e.signal != 0:
		return fmt.Sprintf("It crashed (signal %d, %s). "+itsFault, int(e.signal), e.signal)
	}
	switch e.status {
	case 0:
		return "It ended well."
	case exitUsage: // the Go runtime's own, too, of a program that crashed: see sayEnd
		return "It ended before it began: something in the plan or on the stick is missing or not understood. The lines above say what."
	case exitMismatch:
		return "Something is not what it was: it was changed, or damaged. The lines above say what."
	case exitUnsigned:
		return "There is no signature."
	case exitNotAccepted:
		return "It is signed, but not in a way that is accepted here. The lines above say why."
	case exitPassphrase:
		return "The passphrase is wrong."
	case exitPaper:
		return "The paper is damaged, or there is too little of it."
	case exitCeremony:
		return "The ceremony was given up or refused, or its keys are void. The lines above say which. A key that was made in it must not be used."
	case exitInterrupted:
		return "It was interrupted."
	case exitFailed:
		return "It failed. The lines above say why."
	}
	return fmt.Sprintf("It failed (status %d). The lines above say why.", e.status)
}

// spawnSelf runs a verb of this program in a process of its own: at the terminal, or with what it says going to out. Ctrl-C reaches it, and the
// terminal is put back as it was, whatever the verb left it as.
func spawnSelf(args []string, out io.Writer) ended {
	before, _ := unix.IoctlGetTermios(0, unix.TCGETS)
	files := []*os.File{os.Stdin, os.Stdout, os.Stderr}
	var done sync.WaitGroup
	if out != nil {
		from, to, err := os.Pipe()
		if err != nil {
			return ended{err: err}
		}
		files[1], files[2] = to, to
		done.Go(func() {
			_, _ = io.Copy(&atMost{out, 1 << 20}, from)
			from.Close()
		})
	}
	process, err := os.StartProcess("/proc/self/exe", append([]string{"sigtool"}, args...), &os.ProcAttr{Files: files, Env: os.Environ()})
	if out != nil {
		files[1].Close()
	}
	if err != nil {
		done.Wait()
		return ended{err: err}
	}
	state, err := process.Wait()
	done.Wait()
	if err != nil {
		return ended{err: err}
	}
	e := ended{status: state.ExitCode()}
	if how, ok := state.Sys().(syscall.WaitStatus); ok && how.Signaled() {
		e.status, e.signal = 0, how.Signal()
	}
	tidyTerminal(before, e)
	return e
}

// tidyTerminal puts the terminal back. After a crash a program that painted the screen may have left it on the other page, without a cursor, with
// what was typed unread, and with a passphrase on it: the kernel's console has no other page.
func tidyTerminal(before *unix.Termios, e ended) {
	if before != nil {
		_ = unix.IoctlSetTermios(0, unix.TCSETS, before)
	}
	if e.signal == 0 && e.status <= exitCeremony {
		return
	}
	_ = unix.IoctlSetInt(0, unix.TCFLSH, unix.TCIFLUSH)
	if kind := os.Getenv("TERM"); kind != "" && kind != "dumb" {
		_, _ = os.Stdout.WriteString(tidyScreen)
	}
}

// atMost takes a bounded number of bytes, and loses the rest.
type atMost struct {
	to   io.Writer
	room int
}

func (w *atMost) Write(p []byte) (int, error) {
	n := min(w.room, len(p))
	w.room -= n
	if _, err := w.to.Write(p[:n]); err != nil {
		return 0, err
	}
	return len(p), nil
}

// captured runs a verb and returns what it said.
func (t *table) captured(args ...string) (string, ended) {
	var text strings.Builder
	e := t.spawn(args, &text)
	return text.String(), e
}
