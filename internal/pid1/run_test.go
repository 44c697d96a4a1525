package pid1

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// What changes the whole process is tried in a child: this test binary, started again with a role.
const roleName = "PID1_TEST_ROLE"

func TestMain(m *testing.M) {
	if os.Getenv(roleName) == "" {
		os.Exit(m.Run())
	}
	if err := roleReap(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func shell(script string) Command {
	return Command{Path: "/bin/sh", Args: []string{"sh", "-c", script}, Env: []string{"GREETING=good morning"}}
}

func TestRun(t *testing.T) {
	for script, want := range map[string]Status{
		"true":                                {},
		"exit 7":                              {Code: 7},
		"kill -9 $$":                          {Signal: syscall.SIGKILL},
		`test "$GREETING" = "good morning"`:   {},
		`test -z "$HOME"`:                     {},
		`test "$(pwd)" = / && test "$0" = sh`: {},
	} {
		if got, err := Run(shell(script)); got != want || err != nil {
			t.Errorf("%s: it %v, %v; want %v", script, got, err, want)
		}
	}
	if _, err := Run(Command{Path: "/nowhere", Args: []string{"x"}}); err == nil || !strings.Contains(err.Error(), "/nowhere can't be started") {
		t.Error(err)
	}
	if _, err := Run(Command{}); err == nil {
		t.Error("nothing was run")
	}
}

func TestStatus(t *testing.T) {
	for want, s := range map[string]Status{"ended well": {}, "ended with status 3": {Code: 3}, "was killed by signal 11 (segmentation fault)": {Signal: syscall.SIGSEGV}} {
		if s.String() != want || s.OK() != (s == Status{}) {
			t.Errorf("%q, want %q", s, want)
		}
	}
}

// The terminal is the program's own: /dev/tty is it, what is typed arrives, and Ctrl-C is heard.
func TestRunOnTerminal(t *testing.T) {
	keyboard, terminal := newTerminal(t)
	keyboard.WriteString("hello\n")
	got, err := Run(Command{Path: "/bin/sh", Args: []string{"sh", "-c", `read word </dev/tty && echo "got $word" && kill -INT 0`}, TTY: terminal.file})
	if err != nil || got.Signal != syscall.SIGINT {
		t.Fatalf("it %v, %v", got, err)
	}
	if text := keyboard.until("got hello\r\n"); !strings.Contains(text, "got hello\r\n") {
		t.Errorf("%q", text)
	}
}

// TestReap starts many programs at once, half of which leave an orphan behind, and looks that each status is the right one and that no child is left.
func TestReap(t *testing.T) {
	exe, err := filepath.EvalSymlinks("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Run(Command{Path: exe, Args: []string{"pid1"}, Env: []string{roleName + "=reap"}}); err != nil || !got.OK() {
		t.Fatalf("it %v, %v", got, err)
	}
}

func roleReap() error {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return err
	}
	Reap()
	Reap()
	const many = 40
	results := make(chan error)
	for i := range many {
		go func() {
			got, err := Run(shell(fmt.Sprintf("(sleep 0.%d; exit 99) & exit %d", i%3, i)))
			if err == nil && got != (Status{Code: i}) {
				err = fmt.Errorf("%d %v", i, got)
			}
			results <- err
		}()
	}
	for range many {
		if err := <-results; err != nil {
			return err
		}
	}
	for range 200 {
		if alone() {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("children are left")
}
