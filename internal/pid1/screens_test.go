package pid1

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// keyboard is where a test types, and sees what a terminal shows.
type keyboard struct {
	*os.File
	shown bytes.Buffer
}

// until reads until the text was shown, or for some seconds.
func (k *keyboard) until(want string) string {
	k.SetReadDeadline(time.Now().Add(20 * time.Second))
	buf := make([]byte, 4096)
	for !strings.Contains(k.shown.String(), want) {
		n, err := k.Read(buf)
		k.shown.Write(buf[:n])
		if err != nil {
			break
		}
	}
	return k.shown.String()
}

// newTerminal makes a pseudo-terminal; the terminal is settled as those of a machine are.
func newTerminal(t *testing.T) (*keyboard, *Terminal) {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	k := &keyboard{File: os.NewFile(uintptr(fd), "keyboard")}
	t.Cleanup(func() { k.Close() })
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	terminal, err := Open("pts/" + strconv.Itoa(n))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { terminal.Close() })
	return k, terminal
}

func TestClaim(t *testing.T) {
	k1, t1 := newTerminal(t)
	k2, t2 := newTerminal(t)
	screens := Screens{t1, t2}
	got := make(chan *Terminal)
	k2.WriteString("\r") // what was typed before is dropped
	time.Sleep(100 * time.Millisecond)
	go func() { got <- screens.Claim("who?") }()
	k1.until("who?")
	k1.WriteString("\x00\xff noise\n")
	k1.WriteString("\x04") // an end of input is no Enter
	k2.WriteString("\r")
	if at := <-got; at != t2 {
		t.Fatalf("claimed by %v", at)
	}
	done := Screens{t1}.Busy("elsewhere")
	k1.until("elsewhere")
	k1.shown.Reset()
	k1.WriteString("let me\n")
	if text := k1.until("elsewhere"); !strings.Contains(text, "elsewhere") {
		t.Errorf("%q", text)
	}
	done()
	done()
	go func() { got <- screens.Claim("again?") }() // the readers are gone, and new ones hear
	k1.until("again?")
	k1.WriteString("\x04\x1c\x1a\x13\n") // Ctrl-D, Ctrl-\, Ctrl-Z and Ctrl-S neither end nor stop a terminal
	k1.WriteString("\n")
	if at := <-got; at != t1 {
		t.Fatalf("claimed by %v", at)
	}
}

func TestAwaitSeed(t *testing.T) {
	k, terminal := newTerminal(t)
	seeded, mixed, done := make(chan error), make(chan string), make(chan error)
	go func() {
		done <- awaitSeed(Screens{terminal}, seeded, func(text []byte) error { mixed <- string(text); return nil })
	}()
	if text := k.until("help.)"); !strings.Contains(text, "Waiting for it.") {
		t.Fatalf("%q", text)
	}
	k.WriteString("6 1 3 2\n")
	if got := <-mixed; got != "6 1 3 2\n" {
		t.Errorf("%q", got)
	}
	k.until("Mixed in")
	k.until("waiting: 1 s")
	seeded <- nil
	if err := <-done; err != nil {
		t.Error(err)
	}
	k.until("is ready")
	go func() { done <- awaitSeed(nil, seeded, nil) }()
	seeded <- errors.New("no")
	if err := <-done; err == nil || err.Error() != "no" {
		t.Error(err)
	}
	if err := AwaitSeed(nil); err != nil || !isSeeded() {
		t.Error(err)
	}
}

// A terminal that takes nothing holds up the others for a moment, once.
func TestDeadTerminal(t *testing.T) {
	k, alive := newTerminal(t)
	_, dead := newTerminal(t)
	go io.Copy(io.Discard, k)
	defer func(as time.Duration) { patience = as }(patience)
	patience = time.Second
	screens := Screens{dead, alive}
	for range 50 {
		screens.Write(bytes.Repeat([]byte("nobody reads this\n"), 1000))
	}
	if !dead.dead.Load() || alive.dead.Load() {
		t.Error("dead:", dead.dead.Load(), alive.dead.Load())
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{"tty1": "the machine's own screen", "ttyS1": "the serial line ttyS1"} {
		if got := (&Terminal{Name: name}).String(); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if _, failed := OpenAll([]string{"nothing", "null"}); len(failed) != 2 {
		t.Error(failed)
	}
}
