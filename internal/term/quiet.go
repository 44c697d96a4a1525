package term

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Quiet keeps keys off the screen that are pressed while nothing is asked: what is typed too early may be a secret. Nor do they make
// signals: what goes on is not to be ended by a key without a question. A question shows its own answer, or not, as ever. Restore puts it
// back; it may be called twice.
func (t *Terminal) Quiet() (restore func(), err error) {
	return t.set(func(m *unix.Termios) { m.Lflag &^= unix.ECHO | unix.ECHONL | unix.ISIG }, false, "")
}

// Drop forgets keys that were pressed before it is called, so that they answer no question that nobody had read.
func (t *Terminal) Drop() error {
	if err := unix.IoctlSetInt(t.fd, unix.TCFLSH, unix.TCIFLUSH); err != nil {
		return fmt.Errorf("terminal: %w", err)
	}
	return nil
}
