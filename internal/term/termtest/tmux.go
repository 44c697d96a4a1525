package termtest

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sigtool/internal/oracle"
)

// Screen is a terminal that tmux emulates, with one program on it: what a person would see can be read, and keys pressed. The server is
// a new one with a socket of its own and no settings file.
type Screen struct {
	t       testing.TB
	tmux    string
	socket  string
	control io.WriteCloser // a client in control mode: a line is a command
	replies chan reply
	changed chan struct{} // something was printed since the screen was looked at
	shell   int
	// Patience is how long Until waits.
	Patience time.Duration
}

type reply struct {
	text string
	err  bool
}

// sayEnd runs a program, which is to take this for a real terminal, and leaves its exit status on the screen. Ctrl-C goes to all that runs
// in the foreground, and is none of the shell's.
const sayEnd = `unset TMUX TMUX_PANE; trap : INT QUIT; "$@"; printf '\r\n[ended: %d]' $?; exec cat`

// StartScreen runs cmd on a screen of that size. Of cmd its arguments, its environment and its folder count.
func StartScreen(t testing.TB, cmd *exec.Cmd, columns, rows int) *Screen {
	t.Helper()
	tmux := oracle.Need(t, "tmux")
	folder, err := os.MkdirTemp("", "tmux") // the path of a socket has 107 bytes at most
	if err != nil {
		t.Fatal(err)
	}
	s := &Screen{t: t, tmux: tmux, socket: filepath.Join(folder, "socket"), replies: make(chan reply), changed: make(chan struct{}, 1),
		Patience: 3 * patience} // a large key on a busy machine takes its time
	// UTF-8 whatever the locale of the machine is (-u). tmux 3.3 falls over a window-size that is set before there is a window.
	args := []string{"-u", "-S", s.socket, "-f", "/dev/null", "start-server", ";", "set", "-g", "status", "off", ";", "set", "-g", "history-limit", "20000",
		";", "set", "-g", "default-terminal", termOf(cmd.Environ()),
		";", "new-session", "-d", "-x", strconv.Itoa(columns), "-y", strconv.Itoa(rows), "-c", cmd.Dir, "sh", "-c", sayEnd, "sh", cmd.Path}
	args = append(append(args, cmd.Args[1:]...), ";", "set", "-g", "window-size", "manual")
	start := exec.Command(s.tmux, args...)
	start.Env = cmd.Environ()
	if out, err := start.CombinedOutput(); err != nil {
		t.Fatalf("tmux: %v: %s", err, out)
	}
	t.Cleanup(func() {
		for _, pid := range s.Processes() { // at once, so that nothing is written any more
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		_ = exec.Command(s.tmux, "-S", s.socket, "kill-server").Run()
		os.RemoveAll(folder)
	})
	s.attach()
	s.shell, err = strconv.Atoi(strings.TrimSpace(s.do("display-message -p '#{pane_pid}'")))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// termOf is the terminal that an environment names; tmux sets TERM by itself.
func termOf(env []string) string {
	for _, entry := range env {
		if kind, is := strings.CutPrefix(entry, "TERM="); is && kind != "" {
			return kind
		}
	}
	return "xterm"
}

// attach starts the client through which everything else goes. It also tells when something is printed, so that nobody has to look in vain.
func (s *Screen) attach() {
	s.t.Helper()
	client := exec.Command(s.tmux, "-u", "-S", s.socket, "-C", "attach")
	in, err := client.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	out, err := client.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := client.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.control = in
	go s.listen(out)
	s.t.Cleanup(func() {
		in.Close()
		_ = client.Wait()
	})
}

// listen takes apart what the client says: a reply stands between %begin and %end or %error, whose last figure is 1 where a command of ours
// is answered.
func (s *Screen) listen(out io.Reader) {
	lines := bufio.NewReader(out)
	var text strings.Builder
	inside := false
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			close(s.replies)
			return
		}
		switch {
		case inside && (strings.HasPrefix(line, "%end ") || strings.HasPrefix(line, "%error ")):
			inside = false
			s.replies <- reply{text.String(), strings.HasPrefix(line, "%error ")}
		case inside:
			text.WriteString(line)
		case strings.HasPrefix(line, "%begin ") && strings.HasSuffix(line, " 1\n"):
			inside = true
			text.Reset()
		case strings.HasPrefix(line, "%output "):
			select {
			case s.changed <- struct{}{}:
			default:
			}
		}
	}
}

// do gives tmux a command.
func (s *Screen) do(command string) string {
	s.t.Helper()
	if _, err := io.WriteString(s.control, command+"\n"); err != nil {
		s.t.Fatalf("tmux: %v", err)
	}
	select {
	case r, ok := <-s.replies:
		if !ok || r.err {
			s.t.Fatalf("tmux: %.40s: %s", command, r.text)
		}
		return r.text
	case <-time.After(patience):
		s.t.Fatalf("tmux does not answer to %.40s", command)
	}
	return ""
}
