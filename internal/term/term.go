// Package term talks to the person at the controlling terminal, whatever stdin and stdout are: it reads secrets without echo into
// memory of their own, shows secrets so that they don't stay on the screen, lets rows of them be typed from paper and edited in place
// (Form), and leaves the terminal as it found it.
package term

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"

	"golang.org/x/sys/unix"
	xterm "golang.org/x/term"
)

// ErrInterrupted means that the person pressed Ctrl-C. The terminal is as it was before the question.
var ErrInterrupted = errors.New("interrupted")

// Terminal is an open terminal. One goroutine at a time may use it; Restore may be called from any.
type Terminal struct {
	fd   int
	kind string // the value of TERM
	bare bool   // NO_COLOR: no colours, and no other dress for text either
}

// Open opens the controlling terminal of the process. It fails where there is none: in a pipeline of cron, in a container without -t.
func Open() (*Terminal, error) {
	fd, err := unix.Open("/dev/tty", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("no terminal to ask on: /dev/tty: %w", err)
	}
	return &Terminal{fd: fd, kind: os.Getenv("TERM"), bare: os.Getenv("NO_COLOR") != ""}, nil
}

// Close gives the terminal back.
func (t *Terminal) Close() error { return unix.Close(t.fd) }

// IsTerminal tells whether a file descriptor is a terminal.
func IsTerminal(fd uintptr) bool { return xterm.IsTerminal(int(fd)) }

// Width is the number of columns; 80 where the terminal doesn't say, as on a serial line.
func (t *Terminal) Width() int {
	columns, _ := t.size()
	return columns
}

func (t *Terminal) size() (columns, rows int) {
	columns, rows, err := xterm.GetSize(t.fd)
	if err != nil || columns <= 0 || rows <= 0 {
		return 80, 24
	}
	return columns, rows
}

// dumb tells whether the terminal can't be trusted to move its cursor: it prints line after line and nothing else.
func (t *Terminal) dumb() bool { return t.kind == "" || t.kind == "dumb" || t.kind == "unknown" }

// Write shows text, which stays, wherever standard output and error go.
func (t *Terminal) Write(text []byte) (int, error) {
	if err := t.write(text); err != nil {
		return 0, err
	}
	return len(text), nil
}

func (t *Terminal) print(text string) error { return t.write([]byte(text)) }

func (t *Terminal) write(data []byte) error {
	for len(data) > 0 {
		n, err := unix.Write(t.fd, data)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return fmt.Errorf("terminal: %w", err)
		}
		data = data[n:]
	}
	return nil
}

// readByte waits for one byte; io.EOF is the end of input or a terminal that hung up.
func (t *Terminal) readByte() (byte, error) {
	var one [1]byte
	for {
		n, err := unix.Read(t.fd, one[:])
		switch {
		case err == unix.EINTR:
		case err == unix.EIO || (err == nil && n == 0):
			return 0, io.EOF
		case err != nil:
			return 0, fmt.Errorf("terminal: %w", err)
		default:
			return one[0], nil
		}
	}
}

// change is a terminal that isn't as it was found: how it was, and what to write to it before it is put back.
type change struct {
	fd       int
	saved    *unix.Termios
	farewell string
}

var (
	activeMu sync.Mutex
	active   []*change // one upon the other
)

// set changes the terminal's modes and returns the way back, which may be taken twice. With flush, what was typed before is dropped.
func (t *Terminal) set(edit func(*unix.Termios), flush bool, farewell string) (restore func(), err error) {
	activeMu.Lock()
	defer activeMu.Unlock()
	saved, err := unix.IoctlGetTermios(t.fd, unix.TCGETS)
	if err != nil {
		return nil, fmt.Errorf("terminal: %w", err)
	}
	c := &change{t.fd, saved, farewell}
	modes := *saved
	edit(&modes)
	request := uint(unix.TCSETS)
	if flush {
		request = unix.TCSETSF
	}
	if err := unix.IoctlSetTermios(t.fd, request, &modes); err != nil {
		return nil, fmt.Errorf("terminal: %w", err)
	}
	active = append(active, c)
	return func() {
		activeMu.Lock()
		defer activeMu.Unlock()
		c.undo()
	}, nil
}

// undo is called with activeMu held.
func (c *change) undo() {
	at := slices.Index(active, c)
	if at < 0 {
		return
	}
	active = slices.Delete(active, at, at+1)
	if c.farewell != "" {
		_, _ = unix.Write(c.fd, []byte(c.farewell))
	}
	_ = unix.IoctlSetTermios(c.fd, unix.TCSETS, c.saved)
}

// Restore puts every terminal back as it was and takes a secret that is being shown off the screen. The program calls it when a
// signal ends it while a question is open. It is safe in any goroutine and does nothing when no question is open.
func Restore() {
	activeMu.Lock()
	defer activeMu.Unlock()
	for len(active) > 0 {
		active[len(active)-1].undo()
	}
}
