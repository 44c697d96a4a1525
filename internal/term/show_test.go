package term_test

import (
	"strings"
	"syscall"
	"testing"
)

const (
	enterAlt   = "\x1b[?1049h"
	leaveAlt   = "\x1b[?1049l"
	eraseAll   = "\x1b[H\x1b[J"
	eraseSaved = "\x1b[3J"
)

// What comes before, with and after the secret, by kind of terminal. CR LF is the terminal's own doing.
func TestShowSecret(t *testing.T) {
	secret := "\r\n7Yb2-kLm9\r\nNULN LUUN\r\n\r\nPress Enter when it is on paper."
	cases := []struct{ kind, before, after string }{
		{"xterm-256color", enterAlt + eraseAll, eraseAll + leaveAlt},
		{"tmux", enterAlt + eraseAll, eraseAll + leaveAlt},
		{"linux", eraseAll, eraseAll + eraseSaved},
		{"vt100", eraseAll, eraseAll + eraseSaved},
		{"vt220", eraseAll, eraseAll + eraseSaved},
		{"dumb", "", strings.Repeat("\r\n", 24)},
		{"", "", strings.Repeat("\r\n", 24)},
	}
	for _, c := range cases {
		t.Run("TERM="+c.kind, func(t *testing.T) {
			s, before := start(t, "show", c.kind)
			s.Expect("on paper.")
			s.Type("not Enter yet \x1b[A")
			s.Type("\r")
			s.Expect("done")
			s.Wait()
			want := c.before + secret + c.after + "done\r\n"
			if s.Shown() != want {
				t.Errorf("the terminal got\n%q, not\n%q", s.Shown(), want)
			}
			if s.Modes() != before {
				t.Error("the terminal isn't as it was")
			}
		})
	}
}

func TestShowSecretInterrupted(t *testing.T) {
	s, before := start(t, "show", "xterm")
	s.Expect("on paper.")
	s.Type("\x03")
	s.Expect(leaveAlt)
	s.Expect("interrupted")
	s.Wait()
	if s.Modes() != before {
		t.Error("the terminal isn't as it was")
	}
}

func TestShowSecretTooSmall(t *testing.T) {
	s, _ := start(t, "wait-show", "xterm")
	s.Expect("ready")
	s.Resize(20, 5)
	s.Type("\r")
	s.Expect("error: the terminal is too small: this needs 6 lines and it has 5")
	s.Wait()
	if strings.Contains(s.Shown(), "7Yb2") {
		t.Error("the secret was shown all the same")
	}
}

// A signal from elsewhere ends the program while it asks or shows: the terminal is put back, and the secret taken off it.
func TestSignal(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		for _, c := range []struct{ action, prompt, after string }{
			{"secret", "Passphrase: ", "\r\x1b[J"}, {"show", "on paper.", eraseAll + leaveAlt}, {"line", "Name: ", ""},
		} {
			t.Run(c.action+" "+sig.String(), func(t *testing.T) {
				s, before := start(t, c.action, "xterm")
				s.Expect(c.prompt)
				if during := s.Modes(); during == before {
					t.Fatal("the terminal's modes never changed")
				}
				if err := s.Cmd.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				s.Expect(c.after)
				if code := s.Wait(); code != 130 {
					t.Errorf("the program ended with %d", code)
				}
				if s.Modes() != before {
					t.Error("the terminal isn't as it was")
				}
			})
		}
	}
}
