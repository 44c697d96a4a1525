package term_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"sigtool/internal/term"
	"sigtool/internal/term/termtest"
)

// The test binary runs itself as the program on the terminal.
func TestMain(m *testing.M) {
	if action := os.Getenv("TERM_TEST_ACTION"); action != "" {
		os.Exit(program(action))
	}
	os.Exit(m.Run())
}

func program(action string) int {
	t, err := term.Open()
	if err != nil {
		fmt.Println("open:", err)
		return 1
	}
	defer t.Close()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-signals
		term.Restore()
		os.Exit(130)
	}()
	switch action {
	case "secret":
		s, err := t.ReadSecret("Passphrase: ")
		if err == nil {
			fmt.Printf("got %q\n", string(s.Bytes()))
		}
		return report(err)
	case "hidden":
		fmt.Fprintln(t, "A line that stays.")
		s, err := t.ReadHidden("Row: ")
		if err == nil {
			fmt.Printf("got %q\n", string(s.Bytes()))
		}
		return report(err)
	case "quiet":
		return report(quietly(t))
	case "line":
		line, err := t.ReadLine("Name: ")
		fmt.Printf("got %q\n", line)
		return report(err)
	case "wait-show":
		_, _ = t.ReadLine("ready ")
		fallthrough
	case "show":
		return report(t.ShowSecret("7Yb2-kLm9\nNULN LUUN\n", "Press Enter when it is on paper."))
	case "wait-form":
		_, _ = t.ReadLine("ready ")
		fallthrough
	case "form":
		return report(formProgram(t))
	case "size":
		fmt.Println("width", t.Width(), "terminal", term.IsTerminal(0))
	}
	return 0
}

// quietly asks twice, and works in between until something was typed.
func quietly(t *term.Terminal) error {
	restore, err := t.Quiet()
	if err != nil {
		return err
	}
	defer restore()
	first, err := t.ReadLine("First: ")
	if err != nil {
		return err
	}
	fmt.Fprintln(t, "working")
	for waiting := 0; waiting < len("too early\n\n"); {
		if waiting, err = unix.IoctlGetInt(0, unix.TIOCINQ); err != nil {
			return err
		}
	}
	if err := t.Drop(); err != nil {
		return err
	}
	second, err := t.ReadLine("Second: ")
	fmt.Printf("got %q and %q\n", first, second)
	return err
}

func report(err error) int {
	switch {
	case err == nil:
		fmt.Println("done")
	case errors.Is(err, term.ErrInterrupted):
		fmt.Println("interrupted")
	case err == io.EOF:
		fmt.Println("end of input")
	default:
		fmt.Println("error:", err)
	}
	return 0
}

func start(t *testing.T, action, kind string) (*termtest.Session, unix.Termios) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "TERM_TEST_ACTION="+action, "TERM="+kind)
	s := termtest.Start(t, cmd)
	return s, s.Before
}

func TestReadSecret(t *testing.T) {
	cases := []struct{ name, keys, want string }{
		{"plain", "hunter2\r", `got "hunter2"`},
		{"line feed", "hunter2\n", `got "hunter2"`},
		{"empty", "\r", `got ""`},
		{"backspace", "huntx\x7fer3\x082\r", `got "hunter2"`},
		{"backspace on nothing", "\x7f\x7fa\r", `got "a"`},
		{"UTF-8 goes as one", "a\u00fc\x7fb\U0001f511\x7fc\u20ac\r", `got "abc€"`},
		{"Ctrl-U", "wrong one\x15right\r", `got "right"`},
		{"Ctrl-D ends", "abc\x04", `got "abc"`},
		{"Ctrl-D at the start", "\x04", "end of input"},
		{"Ctrl-C", "abc\x03", "interrupted"},
		{"pasted", "\x1b[200~copied text\n\x1b[201~\r", `got "copied text"`},
		{"arrow and function keys", "a\x1b[Ab\x1bOPc\x1b[15;5~d\r", `got "abcd"`},
		{"control characters", "a\x00\x01\x1a\x1cb\tc\r", `got "ab\tc"`},
		{"spaces stay", "  a b \r", `got "  a b "`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, before := start(t, "secret", "xterm-256color")
			s.Expect("Passphrase: ")
			s.Type(c.keys)
			s.Expect("\r\x1b[J")
			s.Expect(c.want)
			if code := s.Wait(); code != 0 {
				t.Errorf("the program ended with %d", code)
			}
			if s.Modes() != before {
				t.Error("the terminal isn't as it was")
			}
			if strings.Count(s.Shown(), "hunter2") > 1 {
				t.Errorf("the secret was echoed: %q", s.Shown())
			}
		})
	}
}

func TestReadHidden(t *testing.T) {
	for keys, want := range map[string]string{"hunter2\r": "got \"hunter2\"\r\ndone\r\n", "hun\x03": "interrupted\r\n", "\x04": "end of input\r\n"} {
		s, before := start(t, "hidden", "xterm")
		s.Expect("Row: ")
		s.Type(keys)
		s.Wait()
		if got, want := s.Shown(), "A line that stays.\r\nRow: \r\n"+want; got != want {
			t.Errorf("the terminal got %q, not %q", got, want)
		}
		if s.Modes() != before {
			t.Error("the terminal isn't as it was")
		}
	}
}

func TestReadSecretTooLong(t *testing.T) {
	s, _ := start(t, "secret", "xterm")
	s.Expect("Passphrase: ")
	s.Type(strings.Repeat("x", 5000) + "\r") // a terminal in this mode loses nothing: what it has no room for waits
	s.Expect("error: the line is longer than 4096 bytes")
	s.Wait()
}

func TestReadLine(t *testing.T) {
	cases := []struct{ name, keys, want string }{
		{"plain", "Alice\r", `got "Alice"`},
		{"edited", "Alicx\x7fe\r", `got "Alice"`},
		{"Ctrl-C", "Ali\x03", "interrupted"},
		{"Ctrl-D at the start", "\x04", "end of input"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, before := start(t, "line", "xterm")
			s.Expect("Name: ")
			s.Type(c.keys)
			s.Expect(c.want)
			s.Wait()
			if s.Modes() != before {
				t.Error("the terminal isn't as it was")
			}
		})
	}
}

func TestWidthAndNoTerminal(t *testing.T) {
	s, _ := start(t, "size", "xterm")
	s.Expect("width 80 terminal true")
	s.Wait()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "TERM_TEST_ACTION=size")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if out, err := cmd.Output(); err == nil || !strings.Contains(string(out), "open: no terminal to ask on: /dev/tty") {
		t.Errorf("without a terminal: %v, %s", err, out)
	}
}
