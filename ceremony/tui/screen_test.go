package tui

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"sigtool/internal/term/termtest"
)

func startScreen(t *testing.T, only string, columns, rows int, environ ...string) *termtest.Screen {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), "TUI_TEST_PROGRAM="+only), environ...)
	return termtest.StartScreen(t, cmd, columns, rows)
}

// What a page says at the bottom when it stood there long enough for Enter to count.
const (
	cover = "Enter: nobody else"
	page  = "Enter: it is on my paper"
)

func until(t *testing.T, s *termtest.Screen, text string) string {
	t.Helper()
	return s.Until(text, func(shown string) bool { return strings.Contains(shown, text) })
}

// save keeps a screen to be looked at as a picture (go run ./hack/try/screens).
func save(t *testing.T, s *termtest.Screen, name string) {
	t.Helper()
	folder := os.Getenv("SIGTOOL_SCREENS")
	if folder == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(folder, name+".ansi"), []byte(s.Painted()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestScreens(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {200, 50}} {
		name := map[int]string{80: "80x24", 200: "200x50"}[size[0]]
		t.Run(name, func(t *testing.T) {
			s := startScreen(t, "all", size[0], size[1])
			shoot := func(what string) { t.Helper(); save(t, s, name+"-"+what) }
			until(t, s, "digest:")
			shoot("01-identity")
			s.Type("berserk one two")
			s.Press("Enter")
			until(t, s, "Your initials")
			s.Type("BE")
			until(t, s, "> BE")
			shoot("02-initials")
			s.Press("Enter")
			until(t, s, "Working: 1 s")
			shoot("03-work")
			finishWork(t, s)
			until(t, s, "Reason for swap")
			shoot("04-findings")
			s.Press("NPage")
			if size[1] == 24 {
				until(t, s, "PgUp")
			}
			shoot("05-findings-below")
			s.Type("It is the one machine that we have, and the area is not in use.")
			s.Press("Enter")
			until(t, s, "Rolls, 40")
			s.Type("163254")
			until(t, s, "typing")
			shoot("06-dice")
			s.Press("Enter")
			until(t, s, "Press Enter to go on")
			shoot("07-notice")
			s.Press("Enter")
			until(t, s, "ONLY Carol Example")
			until(t, s, cover)
			shoot("08-cover")
			s.Press("Enter")
			until(t, s, "stoneware")
			until(t, s, page)
			shoot("09-shown")
			s.Press("Enter")
			until(t, s, "Type the passphrase")
			shoot("10-passphrase")
			s.Type("x")
			s.Press("Enter")
			until(t, s, "share 2 of 5")
			until(t, s, cover)
			s.Press("Enter")
			until(t, s, "stoneware")
			until(t, s, page)
			s.Press("Enter")
			until(t, s, "read back from the paper")
			until(t, s, cover)
			shoot("11-paper-cover")
			s.Press("Enter")
			until(t, s, "The lines of sheet.txt: ")
			shoot("12-paper")
			for i, row := range sheetRows() {
				if i == 2 {
					s.Type(strings.Replace(row, " ", "  ", 1)[:len(row)-2] + "ZZ")
					s.Press("Enter")
					until(t, s, "does not check")
					shoot("13-slip")
					s.Press("C-u")
				}
				s.Type(row)
				if i == 3 {
					until(t, s, "line 04")
					shoot("14-rows")
				}
				s.Press("Enter")
			}
			until(t, s, "clear")
			s.Type("abandon")
			until(t, s, "typing")
			shoot("15-hidden-paper")
			s.Press("Enter", "C-d")
			until(t, s, "no space left")
			shoot("16-confirm")
			s.Press("C-c")
			until(t, s, "GIVE THE CEREMONY UP?")
			shoot("17-give-up")
			s.Press("Enter")
			until(t, s, "no space left")
			s.Type("yes")
			s.Press("Enter")
			until(t, s, "done\n")
		})
	}
}

func finishWork(t *testing.T, s *termtest.Screen) {
	t.Helper()
	for _, pid := range s.Processes() {
		_ = syscall.Kill(pid, syscall.SIGUSR1)
	}
}

// onPTY runs the program where the terminal's modes can be read.
func onPTY(t *testing.T, only string, environ ...string) *termtest.Session {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), "TUI_TEST_PROGRAM="+only), environ...)
	return termtest.Start(t, cmd)
}

// However it ends, the terminal is as it was, and what was shown is gone.
func TestEnds(t *testing.T) {
	const shown = "stoneware"
	for _, c := range []struct {
		name, only string
		environ    []string
		end        func(s *termtest.Session)
		says       string
		status     int
	}{
		{"done", "Copy the sheet", nil, func(s *termtest.Session) { s.Type("\r") }, "done", 0},
		{"given up", "Copy the sheet", nil, func(s *termtest.Session) { s.Type("\x03give up\r") }, "given up: the ceremony was given up", 3},
		{"SIGTERM", "Copy the sheet", nil, func(s *termtest.Session) { _ = s.Cmd.Process.Signal(syscall.SIGTERM) }, "the screen was closed", 3},
		{"panic", "Copy the sheet", []string{"TUI_TEST_PANIC=ceremony"}, func(s *termtest.Session) { s.Type("\r") }, "panic: in the middle of a ceremony", 2},
		{"linux", "Copy the sheet", []string{"TERM=linux"}, func(s *termtest.Session) { s.Type("\r") }, "\x1b[H\x1b[J\x1b[3J", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := onPTY(t, c.only, append([]string{"TERM=xterm"}, c.environ...)...)
			s.Expect("Carol Example may look")
			if s.Modes() == s.Before {
				t.Error("keys are echoed")
			}
			s.Expect("nobody")
			s.Type("\r")
			s.Expect(shown)
			s.Expect("on my paper")
			c.end(s)
			s.Expect(c.says)
			if status := s.Wait(); status != c.status {
				t.Errorf("exit status %d, not %d", status, c.status)
			}
			if s.Modes() != s.Before {
				t.Error("the terminal is not as it was")
			}
			if all := s.Shown(); strings.Count(all, shown) != 1 || strings.LastIndex(all, "\x1b[?1049l") < strings.Index(all, shown) {
				t.Errorf("the terminal got %q", all)
			}
		})
	}
}

// A fault of the screen itself ends the ceremony, not the program, and puts the terminal back.
func TestFault(t *testing.T) {
	s := onPTY(t, "Copy the sheet", "TERM=xterm", "TUI_TEST_PANIC=page")
	s.Expect("Carol Example may look")
	s.Expect("nobody")
	s.Type("\r")
	s.Expect("error: the screen: program was killed: program experienced a panic")
	if status := s.Wait(); status != 1 || s.Modes() != s.Before {
		t.Errorf("exit status %d", status)
	}
}

// What was there before is there afterwards, and nothing else.
func TestLeavesTheScreen(t *testing.T) {
	s := startScreen(t, "Copy the sheet", 80, 24)
	until(t, s, cover)
	s.Press("Enter")
	until(t, s, page)
	s.Press("Enter")
	until(t, s, "[ended: 0]")
	if all := strings.Join(strings.Fields(s.Everything()), " "); all != "before done [ended: 0]" {
		t.Errorf("left is %q", all)
	}
}

func TestResized(t *testing.T) {
	s := startScreen(t, "Reason for swap", 80, 24)
	until(t, s, "more lines: PgDn")
	s.Resize(200, 50)
	until(t, s, "hypervisor")
	s.Resize(79, 24)
	if text := until(t, s, "79 columns and 24 lines"); strings.Contains(text, "swap") {
		t.Errorf("it goes on:\n%s", text)
	}
	s.Resize(80, 24)
	until(t, s, "more lines: PgDn")
}

func TestColours(t *testing.T) {
	sgr := regexp.MustCompile("\x1b\\[([0-9;]*)m")
	for _, c := range []struct{ kind, noColor string }{{"xterm-256color", ""}, {"linux", ""}, {"xterm", "1"}} {
		s := startScreen(t, "Reason for swap", 80, 24, "TERM="+c.kind, "NO_COLOR="+c.noColor)
		until(t, s, "more lines: PgDn")
		found := sgr.FindAllStringSubmatch(s.Painted(), -1)
		if (len(found) > 0) != (c.noColor == "") {
			t.Errorf("NO_COLOR=%q: %q", c.noColor, found)
		}
		for _, f := range found {
			for _, code := range strings.Split(f[1], ";") {
				if n, err := strconv.Atoi(code); f[1] != "" && (err != nil || n == 38 || n == 48) {
					t.Errorf("more than 16 colours: %q", f[0])
				}
			}
		}
	}
}
