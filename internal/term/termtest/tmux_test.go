package termtest_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"sigtool/internal/term/termtest"
)

// What is printed is seen, what is typed arrives, quotes included, and the end is told with its status.
func TestScreen(t *testing.T) {
	cmd := exec.Command("sh", "-c", `stty size; echo "$TERM" ready; read -r line; printf '\033[?1049h'; printf '%s\\n' "got $line"; read -r line; exit 7`)
	cmd.Env = []string{"TERM=vt220", "PATH=" + os.Getenv("PATH")}
	s := termtest.StartScreen(t, cmd, 100, 30)
	text := s.Until("ready", func(text string) bool { return strings.Contains(text, "ready") })
	if !strings.HasPrefix(text, "30 100\nvt220 ready\n") || len(s.Processes()) == 0 {
		t.Errorf("the screen shows %q, and %d processes run", text, len(s.Processes()))
	}
	s.Type(`it's; "so" $HOME -x \n ä`)
	s.Press("Enter")
	s.Until("what was typed", func(text string) bool { return strings.Contains(text, `got it's; "so" $HOME -x \n ä`) })
	if !strings.Contains(s.Everything(), "ready") {
		t.Errorf("what was on the main screen is not in everything: %q", s.Everything())
	}
	s.Press("Enter")
	s.Until("the end", func(text string) bool {
		status, is := termtest.Ended(text)
		return is && status == 7
	})
}
