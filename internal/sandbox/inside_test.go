package sandbox

import (
	"fmt"
	"os"
	"os/signal"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"sigtool/internal/term/termtest"
)

// From where a ceremony runs, an empty network namespace and the filter on top, no road leads out.
func TestInsideEmptyNetwork(t *testing.T) {
	everyUser(t, func(t *testing.T, nobody bool) {
		out, err := start("inside", nobody).CombinedOutput()
		needNamespace(t, out)
		if err != nil || !strings.Contains(string(out), "shut in") {
			t.Fatalf("%v\n%s", err, out)
		}
	})
}

func roleInside() error {
	done, status, err := EmptyNetwork()
	if done {
		os.Exit(status)
	}
	if err != nil {
		return err
	}
	if err := Harden(); err != nil {
		return err
	}
	_ = LockMemory()
	if err := DenyNetwork(); err != nil {
		return err
	}
	if empty, err := isEmpty(); err != nil || !empty {
		return fmt.Errorf("empty %v, %v", empty, err)
	}
	if err := dials(); err != nil {
		return err
	}
	if err := threads(1); err != nil {
		return err
	}
	fmt.Println("shut in")
	return nil
}

// What a program needs that draws on the whole screen works under the filter: epoll and pipes to wait for keys, the terminal's size and
// modes, and the signal that the size has changed.
func TestScreenUnderFilter(t *testing.T) {
	session := termtest.Start(t, start("screen", false))
	session.Expect("80x24")
	session.Resize(200, 50)
	session.Expect("200x50")
	session.Type("q")
	if status := session.Wait(); status != 0 {
		t.Fatalf("exit status %d\n%s", status, session.Shown())
	}
}

func roleScreen() error {
	if err := DenyNetwork(); err != nil {
		return err
	}
	resized := make(chan os.Signal, 1)
	signal.Notify(resized, unix.SIGWINCH)
	modes, err := unix.IoctlGetTermios(0, unix.TCGETS)
	if err != nil {
		return err
	}
	raw := *modes
	raw.Lflag &^= unix.ICANON | unix.ECHO
	if err := unix.IoctlSetTermios(0, unix.TCSETS, &raw); err != nil {
		return err
	}
	defer unix.IoctlSetTermios(0, unix.TCSETS, modes)
	if err := sayRows(); err != nil {
		return err
	}
	<-resized
	if err := sayRows(); err != nil {
		return err
	}
	return awaitKey()
}

func sayRows() error {
	size, err := unix.IoctlGetWinsize(0, unix.TIOCGWINSZ)
	if err == nil {
		fmt.Printf("%dx%d\n", size.Col, size.Row)
	}
	return err
}

// awaitKey waits for a key or for a word in a pipe, and gets the key.
func awaitKey() error {
	var pipe [2]int
	if err := unix.Pipe2(pipe[:], unix.O_CLOEXEC); err != nil {
		return err
	}
	poll, err := unix.EpollCreate1(0)
	if err != nil {
		return err
	}
	for _, fd := range []int{0, pipe[0]} {
		if err := unix.EpollCtl(poll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)}); err != nil {
			return err
		}
	}
	events := make([]unix.EpollEvent, 1)
	for {
		n, err := unix.EpollWait(poll, events, -1)
		if err == unix.EINTR {
			continue
		}
		key := make([]byte, 1)
		if err != nil || n != 1 || events[0].Fd != 0 {
			return fmt.Errorf("%d of %v, %v", n, events, err)
		}
		if _, err := unix.Read(0, key); err != nil || key[0] != 'q' {
			return fmt.Errorf("key %q, %v", key, err)
		}
		return nil
	}
}
