package term_test

import (
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// What is typed between questions is not shown, and answers none.
func TestQuiet(t *testing.T) {
	s, before := start(t, "quiet", "xterm")
	s.Expect("First: ")
	s.Type("one\r")
	s.Expect("working\r\n")
	s.Type("too early\r\r")
	s.Expect("Second: ")
	s.Type("two\r")
	s.Expect("got \"one\" and \"two\"")
	s.Wait()
	if strings.Contains(s.Shown(), "early") || strings.Count(s.Shown(), "two") != 2 {
		t.Errorf("the terminal got %q", s.Shown())
	}
	if s.Modes() != before {
		t.Error("the terminal isn't as it was")
	}
}

// A signal in the middle of a question of a quiet terminal puts both back.
func TestQuietSignal(t *testing.T) {
	s, before := start(t, "quiet", "xterm")
	s.Expect("First: ")
	if modes := s.Modes(); modes.Lflag&unix.ECHO == 0 {
		t.Error("a line that may be seen is not")
	}
	s.Cmd.Process.Signal(syscall.SIGTERM)
	if code := s.Wait(); code != 130 || s.Modes() != before {
		t.Errorf("it ended with %d, and the terminal is as it was: %v", code, s.Modes() == before)
	}
}
