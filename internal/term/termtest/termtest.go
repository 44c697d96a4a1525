// Package termtest runs a program on a pseudo-terminal of its own, for tests: what it prints can be waited for, and answers typed.
package termtest

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const patience = 20 * time.Second

// Session is a program that runs as the leader of a session whose controlling terminal is the pseudo-terminal.
type Session struct {
	t       testing.TB
	Cmd     *exec.Cmd
	Master  *os.File
	Before  unix.Termios // how the terminal was set when the program started
	slave   *os.File     // stays open so that the terminal's modes can be read after the program has ended
	seen    bytes.Buffer
	checked int // how much of seen an Expect has passed
	chunks  chan []byte
	ended   bool
}

// Start runs cmd on a new terminal of 80 columns and 24 rows. The terminal is the program's /dev/tty; it's also its stdin, and its stdout and
// stderr where cmd has none. The program is killed when the test ends.
func Start(t testing.TB, cmd *exec.Cmd) *Session {
	t.Helper()
	master, slave := open(t)
	s := &Session{t: t, Cmd: cmd, Master: master, slave: slave, chunks: make(chan []byte)}
	s.Resize(80, 24)
	s.Before = s.Modes()
	cmd.Stdin = slave
	if cmd.Stdout == nil {
		cmd.Stdout = slave
	}
	if cmd.Stderr == nil {
		cmd.Stderr = slave
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go s.read(done)
	t.Cleanup(func() {
		close(done)
		if !s.ended {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
		slave.Close()
		master.Close()
	})
	return s
}

// open makes a pair the way posix_openpt, unlockpt and ptsname do.
func open(t testing.TB) (master, slave *os.File) {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetUint32(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile("/dev/pts/"+strconv.Itoa(int(number)), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fd), "/dev/ptmx"), slave
}

func (s *Session) read(done chan struct{}) {
	for {
		chunk := make([]byte, 4096)
		n, err := s.Master.Read(chunk)
		if err != nil {
			return
		}
		select {
		case s.chunks <- chunk[:n]:
		case <-done:
			return
		}
	}
}

// Expect waits until the program prints text after whatever an earlier Expect waited for.
func (s *Session) Expect(text string) {
	s.t.Helper()
	timeout := time.After(patience)
	for {
		if at := strings.Index(s.seen.String()[s.checked:], text); at >= 0 {
			s.checked += at + len(text)
			return
		}
		select {
		case chunk := <-s.chunks:
			s.seen.Write(chunk)
		case <-timeout:
			s.t.Fatalf("the terminal never showed %q; it showed %q", text, s.seen.String())
		}
	}
}

// Type sends keys: "\r" is Enter, "\x03" Ctrl-C.
func (s *Session) Type(keys string) {
	s.t.Helper()
	if _, err := s.Master.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

// Wait waits for the program's end and returns its exit status, -1 when a signal ended it.
func (s *Session) Wait() int {
	s.t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- s.Cmd.Wait() }()
	timeout := time.After(patience)
	for {
		select {
		case chunk := <-s.chunks:
			s.seen.Write(chunk)
		case err := <-ended:
			s.ended = true
			s.drain()
			if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
				s.t.Fatal(err)
			}
			return s.Cmd.ProcessState.ExitCode()
		case <-timeout:
			s.t.Fatalf("the program doesn't end; the terminal shows %q", s.seen.String())
		}
	}
}

// drain takes what was printed just before the end.
func (s *Session) drain() {
	for {
		select {
		case chunk := <-s.chunks:
			s.seen.Write(chunk)
		case <-time.After(50 * time.Millisecond):
			return
		}
	}
}

// Shown is everything that came out of the terminal so far, control sequences and echo included.
func (s *Session) Shown() string { return s.seen.String() }

// Modes is how the terminal is set now.
func (s *Session) Modes() unix.Termios {
	s.t.Helper()
	modes, err := unix.IoctlGetTermios(int(s.slave.Fd()), unix.TCGETS)
	if err != nil {
		s.t.Fatal(err)
	}
	return *modes
}

// Resize sets the size of the terminal.
func (s *Session) Resize(columns, rows uint16) {
	s.t.Helper()
	if err := unix.IoctlSetWinsize(int(s.Master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: columns, Row: rows}); err != nil {
		s.t.Fatal(err)
	}
}
