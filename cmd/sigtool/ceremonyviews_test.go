package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/term/termtest"
)

// plainView reads a screen on which lines come one after the other: a question waits where the cursor is, behind a colon.
func plainView(r *robot) (v view, waits bool) {
	const onPaper = "Press Enter when it is on your paper."
	rows := strings.Split(r.screen.Text(), "\n")
	x, y := r.screen.Cursor()
	line := rows[y]
	switch {
	case strings.TrimSpace(strings.Join(rows[y+1:], "")) != "":
		return v, false
	case line == ">" && y > 0 && x == 2: // a row of a sheet
		return view{ask: strings.TrimSuffix(rows[y-1], ":"), text: r.screen.History()}, true
	case line == onPaper && x == len(line):
		return view{ask: line, text: r.screen.History(), shown: rows[:y]}, true
	}
	return view{ask: strings.TrimSuffix(line, ":"), text: r.screen.History()}, strings.HasSuffix(line, ":") && x == len(line)+1
}

// tuiView reads a full screen: the steps at the left of a bar, or nothing there; at the right who must act, what it is about, and the
// question with a line for the answer. The last lines say what the keys do, and so what the screen is.
func tuiView(r *robot) (v view, waits bool) {
	text := r.screen.Text()
	rows := strings.Split(strings.TrimRight(text, "\n"), "\n")
	help := ""
	for len(rows) > 0 && !strings.HasPrefix(rows[len(rows)-1], "----") {
		help = rows[len(rows)-1] + "\n" + help
		rows = rows[:len(rows)-1]
	}
	if len(rows) < 3 || r.screen.Text() != text { // it is being painted
		return v, false
	}
	panel := rightOfBar(rows[2 : len(rows)-1])
	v.text = rows[0] + "\n" + strings.Join(panel, "\n")
	switch {
	case strings.Contains(v.text, "GIVE THE CEREMONY UP?"):
		v.ask = "Give up"
	case strings.Contains(v.text, "more lines: PgDn"):
		v.more = true
	case strings.Contains(help, "Enter: nobody else"), strings.Contains(help, "Enter: go on"):
		v.ask = "Press Enter"
	case strings.Contains(help, "Enter: it is on my paper"):
		v.ask = "Press Enter"
		for _, line := range panel {
			if strings.HasPrefix(line, "    ") {
				v.shown = append(v.shown, strings.TrimPrefix(line, "    "))
			}
		}
	case strings.Contains(help, "Enter: this is the answer"), strings.Contains(help, "Enter: next"):
		x, y := r.screen.Cursor()
		if y < 3 || y-2 >= len(panel) || !strings.HasPrefix(panel[y-2], ">") {
			return v, false
		}
		typed := strings.HasPrefix(panel[y-2], "> ") && !strings.Contains(panel[y-2], "(nothing is shown")
		v.edit = strings.Contains(v.text, "This does not check") // what was typed stays, to be put right
		if typed != v.edit {
			return v, false
		}
		v.ask = strings.TrimSuffix(strings.Join(strings.Fields(paragraphAbove(panel, y-2)), " "), ":")
		return v, x >= 2
	default:
		return v, false
	}
	return v, true
}

// rightOfBar is what stands at the right of the steps, where they are there.
func rightOfBar(rows []string) []string {
	at := strings.Index(rows[0], " | ")
	var panel []string
	for _, row := range rows {
		switch {
		case at < 0 || !strings.HasPrefix(rows[0], " x done"):
			panel = append(panel, strings.TrimPrefix(row, " "))
		case len(row) > at+3:
			panel = append(panel, row[at+3:])
		default:
			panel = append(panel, "")
		}
	}
	return panel
}

// paragraphAbove is the text above a line, up to an empty one.
func paragraphAbove(lines []string, at int) string {
	from := at
	for from > 0 && lines[from-1] != "" {
		from--
	}
	return strings.Join(lines[from:at], "\n")
}

// shots saves the screens of a ceremony in the folder SIGTOOL_SCREENS, for people to look at: go run ./hack/try/screens. They show secrets,
// so nothing is saved where it is not set.
type shots struct {
	folder, name string
	count        *int
}

func newShots(t testing.TB) shots {
	name := strings.NewReplacer("/", "-", "TestCeremony", "", "_--", "-").Replace(t.Name())
	return shots{os.Getenv("SIGTOOL_SCREENS"), name, new(int)}
}

func (s shots) take(t testing.TB, screen *termtest.Screen) {
	t.Helper()
	if s.folder == "" {
		return
	}
	*s.count++
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for kind, text := range map[string]string{"txt": screen.Text(), "ansi": screen.Painted()} {
		if err := os.WriteFile(filepath.Join(s.folder, fmt.Sprintf("%s-%03d.%s", s.name, *s.count, kind)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
