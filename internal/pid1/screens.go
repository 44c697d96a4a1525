package pid1

import (
	"bytes"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Screens are all terminals of a machine.
type Screens []*Terminal

// OpenAll opens those that can be opened, and returns why others can't.
func OpenAll(names []string) (all Screens, failed []error) {
	for _, name := range names {
		if t, err := Open(name); err != nil {
			failed = append(failed, err)
		} else {
			all = append(all, t)
		}
	}
	return all, failed
}

// Write shows text on all of them.
func (s Screens) Write(text []byte) (int, error) {
	var all sync.WaitGroup
	for _, t := range s {
		all.Go(func() { t.Write(text) })
	}
	all.Wait()
	return len(text), nil
}

// Close gives all of them back, at once: the kernel waits half a minute for a line that does not send what it has.
func (s Screens) Close() {
	var all sync.WaitGroup
	for _, t := range s {
		all.Go(func() { t.Close() })
	}
	all.Wait()
}

// A Line is what was typed at a terminal, with the line feed if one ended it.
type Line struct {
	At   *Terminal
	Text []byte
}

// maxLine is what a terminal collects of a line that is typed: N_TTY_BUF_SIZE of the kernel, in bytes.
const maxLine = 4096

// Listen passes on what is typed anywhere, until stop is called. What was typed before is dropped.
func (s Screens) Listen() (typed <-chan Line, stop func()) {
	lines, quit := make(chan Line), make(chan struct{})
	var readers sync.WaitGroup
	for _, t := range s {
		unix.IoctlSetInt(t.fd, unix.TCFLSH, unix.TCIFLUSH)
		readers.Go(func() { t.read(lines, quit) })
	}
	return lines, sync.OnceFunc(func() {
		close(quit)
		for _, t := range s {
			t.file.SetReadDeadline(longAgo)
		}
		readers.Wait()
		for _, t := range s {
			t.file.SetReadDeadline(time.Time{})
		}
	})
}

// read passes on the lines of a terminal until there is nothing to read any more: it hung up, or the deadline came.
func (t *Terminal) read(lines chan<- Line, quit <-chan struct{}) {
	buf := make([]byte, maxLine)
	defer clear(buf)
	for {
		n, err := t.file.Read(buf)
		if err != nil {
			return
		}
		select {
		case lines <- Line{t, bytes.Clone(buf[:n])}:
		case <-quit:
			return
		}
	}
}

// Claim asks on all terminals, waits for somebody who presses Enter and nothing else, and returns where. (A serial line without a cable may see
// noise, and noise is seldom an empty line.) What was typed before is dropped; an answer that comes with the first letter of the question counts.
func (s Screens) Claim(ask string) *Terminal {
	typed, stop := s.Listen()
	defer stop()
	s.Write([]byte(ask))
	for line := range typed {
		if len(bytes.TrimSpace(line.Text)) == 0 && len(line.Text) > 0 {
			return line.At
		}
	}
	return nil // never: nobody closes the channel
}

// Busy tells all of them, and whoever types there, that the work is elsewhere, until done is called.
func (s Screens) Busy(where string) (done func()) {
	typed, stop := s.Listen()
	s.Write([]byte(where))
	ended := make(chan struct{})
	go func() {
		for {
			select {
			case line := <-typed:
				line.At.Write([]byte(where))
			case <-ended:
				return
			}
		}
	}()
	return sync.OnceFunc(func() { close(ended); stop() })
}
