package pid1

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// Terminal is a place where somebody may sit.
type Terminal struct {
	Name string // "tty1", "ttyS0"
	fd   int
	file *os.File
	dead atomic.Bool // it did not take what was written to it
}

// Serial tells a serial line from the machine's own screen and keyboard.
func (t *Terminal) Serial() bool { return strings.HasPrefix(t.Name, "ttyS") }

// String is what people call it.
func (t *Terminal) String() string {
	if t.Serial() {
		return "the serial line " + t.Name
	}
	return "the machine's own screen"
}

// Open opens a terminal of /dev, in a state in which text is typed by the line. It does not become this process's controlling terminal.
func Open(name string) (*Terminal, error) {
	path := "/dev/" + name
	fd, err := openTTY(path, unix.O_NONBLOCK)
	if err != nil {
		return nil, err
	}
	t := &Terminal{Name: name, fd: fd}
	if err := settle(fd, t.Serial()); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	t.file = os.NewFile(uintptr(fd), path)
	return t, nil
}

// TTY opens the terminal once more, for a program: its reads wait, which those of this process never do.
func (t *Terminal) TTY() (*os.File, error) {
	path := "/dev/" + t.Name
	fd, err := openTTY(path, 0)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), path), nil
}

func openTTY(path string, flags int) (int, error) {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|flags, 0)
	if err != nil {
		return -1, fmt.Errorf("%s: %w", path, err)
	}
	return fd, nil
}

// keys are the control characters of a terminal; 0 is none. No key ends the input (Ctrl-D), or whoever reads it would take the terminal for one
// that hung up; none kills a program without a word (Ctrl-\), stops it (Ctrl-Z) or the output (Ctrl-S).
var keys = [...]byte{unix.VINTR: 3, unix.VERASE: 127, unix.VKILL: 21, unix.VMIN: 1, unix.VREPRINT: 18, unix.VWERASE: 23, unix.VLNEXT: 22}

// settle puts a terminal into the state that a person expects, whatever it was left in, and drops what was typed. A serial line runs at
// 115200 bits a second, eight bits, no parity, and asks for no wire beside the three that a cable surely has.
func settle(fd int, serial bool) error {
	modes, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	modes.Iflag = unix.ICRNL | unix.IUTF8
	modes.Oflag = unix.OPOST | unix.ONLCR
	modes.Lflag = unix.ICANON | unix.ISIG | unix.IEXTEN | unix.ECHO | unix.ECHOE | unix.ECHOK | unix.ECHOCTL | unix.ECHOKE
	if serial {
		modes.Cflag = unix.CS8 | unix.CREAD | unix.CLOCAL | unix.B115200
		modes.Ispeed, modes.Ospeed = 115200, 115200
	}
	modes.Cc = [len(modes.Cc)]uint8{}
	copy(modes.Cc[:], keys[:])
	if err := unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCIFLUSH); err != nil {
		return err
	}
	return unix.IoctlSetTermios(fd, unix.TCSETS, modes) // TCSETSF would wait for output that a dead line never sends
}

// patience is how long a terminal may take for a screenful, which at 115200 bits a second is 0.2 s. A line whose chip is dead takes for ever.
var patience = 10 * time.Second

// Write shows text. A terminal that does not take it in time loses it, and all that comes after, so that it never holds up the others.
func (t *Terminal) Write(text []byte) (int, error) {
	if t.dead.Load() {
		return len(text), nil
	}
	late := time.AfterFunc(patience, func() {
		t.dead.Store(true)
		t.file.SetWriteDeadline(longAgo)
	})
	defer late.Stop()
	return t.file.Write(text)
}

// longAgo, as a deadline, ends what waits now.
var longAgo = time.Unix(1, 0)

// Close gives the terminal back, without waiting for what it has not shown yet.
func (t *Terminal) Close() error {
	if t.dead.Load() {
		unix.IoctlSetInt(t.fd, unix.TCFLSH, unix.TCOFLUSH)
	}
	return t.file.Close()
}
