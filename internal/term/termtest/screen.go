package termtest

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Text is what the screen shows now, a line for each row, without spaces at their ends.
func (s *Screen) Text() string { return s.do("capture-pane -p") }

// Cursor is where the cursor stands: its column and its row, from 0.
func (s *Screen) Cursor() (column, row int) {
	s.t.Helper()
	if _, err := fmt.Sscan(s.do("display-message -p '#{cursor_x} #{cursor_y}'"), &column, &row); err != nil {
		s.t.Fatal(err)
	}
	return column, row
}

// History is the main screen with the lines that were scrolled off it last; those that were broken at its edge are made whole. What a
// program shows on the other screen is not in it.
func (s *Screen) History() string {
	s.t.Helper()
	if strings.TrimSpace(s.do("display-message -p '#{alternate_on}'")) == "1" {
		return s.do("capture-pane -p -J -S -60 -E -1") + s.do("capture-pane -p -J -a -q")
	}
	return s.do("capture-pane -p -J -S -60 -E -")
}

// Painted is the screen with the escape sequences of its colours and styles.
func (s *Screen) Painted() string { return s.do("capture-pane -p -e") }

// Everything is all that is left to be seen: the screen, what was scrolled off it, and the other screen where a program switched to one.
func (s *Screen) Everything() string {
	return s.do("capture-pane -p -J -S - -E -") + s.do("capture-pane -p -J -a -q -S - -E -")
}

// Type presses the keys of a text, one after another.
func (s *Screen) Type(text string) {
	s.t.Helper()
	if text != "" {
		s.do("send-keys -l -- '" + strings.ReplaceAll(text, "'", `'\''`) + "'")
	}
}

// Press presses keys by the names that tmux has for them: Enter, C-c, Up.
func (s *Screen) Press(keys ...string) {
	s.t.Helper()
	s.do("send-keys '" + strings.Join(keys, "' '") + "'")
}

// Resize changes the size of the screen.
func (s *Screen) Resize(columns, rows int) {
	s.t.Helper()
	s.do(fmt.Sprintf("resize-window -x %d -y %d", columns, rows))
}

// Until waits until what the screen shows is as wanted, and returns it.
func (s *Screen) Until(what string, wanted func(text string) bool) string {
	s.t.Helper()
	deadline := time.After(s.Patience)
	for {
		text := s.Text()
		if wanted(text) {
			return text
		}
		select {
		case <-s.changed:
		case <-time.After(time.Second): // what tmux told may have been of a screen before
		case <-deadline:
			s.t.Fatalf("the screen never showed %s; it shows\n%s", what, text)
		}
	}
}

var ended = regexp.MustCompile(`\[ended: (\d+)\]`)

// Ended tells whether a screen says that the program has ended, and its exit status.
func Ended(text string) (status int, is bool) {
	found := ended.FindStringSubmatch(text)
	if found == nil {
		return 0, false
	}
	status, err := strconv.Atoi(found[1])
	return status, err == nil
}

// Processes are the program's process and all that it started.
func (s *Screen) Processes() (pids []int) {
	s.t.Helper()
	parents := []int{s.shell}
	for len(parents) > 0 {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", parents[0], parents[0]))
		if err != nil && !os.IsNotExist(err) {
			s.t.Fatal(err)
		}
		parents = parents[1:]
		for _, field := range strings.Fields(string(data)) {
			pid, err := strconv.Atoi(field)
			if err != nil {
				s.t.Fatal(err)
			}
			parents, pids = append(parents, pid), append(pids, pid)
		}
	}
	return pids
}
