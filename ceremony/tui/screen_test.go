package tui

import (
	"os"
	"os/exec"
	"path/filepath"
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
			shoot("08-cover")
			s.Press("Enter")
			until(t, s, "stoneware")
			shoot("09-shown")
			s.Press("Enter")
			until(t, s, "Type the passphrase")
			shoot("10-passphrase")
			s.Type("x")
			s.Press("Enter")
			until(t, s, "share 2 of 5")
			s.Press("Enter")
			until(t, s, "stoneware")
			s.Press("Enter")
			until(t, s, "read back from the paper")
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
