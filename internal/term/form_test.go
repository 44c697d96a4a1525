package term_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"sigtool/internal/term"
	"sigtool/internal/term/termtest"
)

// formProgram asks for rows until Ctrl-D or until "done" is typed, and prints them when the form is closed. An x is wrong, "aban"
// can be completed, and a row that ends in ! comes back, to be edited at its third byte.
func formProgram(t *term.Terminal) error {
	form, err := t.Form()
	if err != nil {
		return err
	}
	rows, err := askRows(form)
	form.Close()
	fmt.Printf("rows %q\n", rows)
	return err
}

func askRows(form *term.Form) (rows []string, err error) {
	q := term.Question{Title: []string{"A title"}, At: -1, Look: lookForX}
	for n := 1; ; n++ {
		q.Ask = fmt.Sprintf("row %d", n)
		typed, end, err := form.Ask(q)
		if err != nil || end == term.Ended {
			return rows, err
		}
		row := bytes.Clone(typed.Bytes())
		typed.Destroy()
		rows = append(rows, fmt.Sprintf("%s%s", []string{"", "<"}[end], row))
		q.Above = append(append(q.Above, row...), '\n')
		q.Row, q.At, q.Wrong, q.Notes = nil, -1, nil, nil
		if bytes.HasSuffix(row, []byte("!")) {
			q.Row, q.At, q.Wrong, q.Notes = row, 2, []term.Range{{From: 2, To: 4}}, []string{"not so"}
			if err := form.DropPaste(); err != nil {
				return rows, err
			}
		}
		if string(row) == "done" {
			return rows, nil
		}
	}
}

func lookForX(row []byte) (wrong []term.Range, rest string) {
	for i, c := range row {
		if c == 'x' {
			wrong = append(wrong, term.Range{From: i, To: i + 1})
		}
	}
	if bytes.HasSuffix(row, []byte("aban")) {
		rest = "don"
	}
	return wrong, rest
}

func TestFormKeys(t *testing.T) {
	long := strings.Repeat("0123456789", 10)
	for name, c := range map[string]struct{ keys, want string }{
		"plain":                {"abc\r\x04", `["abc"]`},
		"line feed":            {"abc\n\x04", `["abc"]`},
		"left and right":       {"ac\x1b[Db\x1b[Cd\r\x04", `["abcd"]`},
		"SS3 arrows":           {"ac\x1bODb\x1bOCd\r\x04", `["abcd"]`},
		"home and end":         {"b\x1b[Ha\x1b[Fc\x1b[1~0\x1b[4~d\x01-\x05e\r\x04", `["-0abcde"]`},
		"backspace":            {"abx\x7fcd\x1b[D\x08e\r\x04", `["abed"]`},
		"delete":               {"abxc\x1b[D\x1b[D\x1b[3~\x1b[D\x04B\r\x04", `["aBc"]`},
		"Ctrl-U":               {"wrong\x15right\r\x04", `["right"]`},
		"Ctrl-W":               {"one two  \x17three\r\x04", `["one three"]`},
		"Ctrl-K":               {"one two\x01\x1b[C\x0b\r\x04", `["o"]`},
		"Tab":                  {"aban\tx\t\r\x04", `["abandonx"]`},
		"Tab in the middle":    {"aban\x1b[D\t\r\x04", `["aban"]`},
		"UTF-8":                {"äöü\x1b[D\x7f€\r\x04", `["ä€ü"]`},
		"Latin-1":              {"a\xe9\rb\r\x04", `["a" "b"]`},
		"controls":             {"a\x00\x02\x1a\u0085\u200eb\u00a0c\r\x04", `["a b c"]`},
		"function keys":        {"a\x1bOP\x1b[[A\x1b[15;5~\x1b[1;5Db\r\x04", `["ab"]`},
		"up":                   {"ab\x1b[Ac\x10\x04", `["<ab" "<c"]`},
		"Ctrl-D in a row":      {"ab\x04\r\x04", `["ab"]`},
		"pasted rows":          {"\x1b[200~ab\tc\r\x01cd\nef\x1b[201~g\r\x04", `["ab c" "cd" "efg"]`},
		"rest of a paste":      {"\x1b[200~abcd!\ref\rgh\x1b[201~ij\x05\x7f\r\x04", `["abcd!" "abijcd"]`},
		"edited in place":      {"abcd!\r\x1b[3~C\x05\x7f\r\x04", `["abcd!" "abCd"]`},
		"wider than the line":  {long + "\x01\x1b[C-\r\x04", `["0-` + long[1:] + `"]`},
		"empty":                {"\r\x04", `[""]`},
		"Ctrl-L draws it anew": {"ab\x0cc\r\x04", `["abc"]`},
	} {
		t.Run(name, func(t *testing.T) {
			s, before := start(t, "form", "xterm")
			s.Expect("\x1b[?2004h")
			s.Type(c.keys)
			s.Expect("\x1b[?2004l")
			s.Expect("rows ")
			s.Wait()
			if !strings.Contains(s.Shown(), "rows "+c.want+"\r\n") {
				t.Errorf("%q, not %s", after(s.Shown(), "\x1b[?1049l"), c.want)
			}
			if s.Modes() != before {
				t.Error("the terminal isn't as it was")
			}
		})
	}
}

func after(text, mark string) string {
	_, rest, _ := strings.Cut(text, mark)
	return rest
}

// What is wrong is underlined, and marked on the next line; what completes a word stands in brackets.
func TestFormMarks(t *testing.T) {
	s, _ := start(t, "form", "xterm")
	s.Type("axb")
	s.Expect("> a\x1b[4mx\x1b[mb\x1b[K\x1b[5;1H   ^ ")
	s.Type("\x15aban")
	s.Expect("> aban\x1b[2m[don]\x1b[m\x1b[K")
	s.Type("\x15abcd!\r")
	s.Expect("abcd!\r\n\r\nrow 2\r\n\r\n\r\nnot so\r\n")
	s.Expect("> ab\x1b[4mcd\x1b[m!\x1b[K\x1b[7;1H    ^^ ")
	s.Expect("\x1b[6;5H")
	s.Resize(60, 20)
	s.Type("\x1b[C")
	s.Expect("A title\r\n")
	s.Type("\x03")
	s.Expect(leaveAlt)
	s.Expect("interrupted")
	s.Wait()
}

func TestFormWithoutDress(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "TERM_TEST_ACTION=form", "TERM=xterm", "NO_COLOR=1")
	s := termtest.Start(t, cmd)
	s.Type("axb aban")
	s.Expect("> axb aban[don]\x1b[K\x1b[5;1H   ^ ")
	s.Type("\x15\x04")
	s.Expect("done")
	s.Wait()
	if strings.Contains(s.Shown(), "\x1b[4m") || strings.Contains(s.Shown(), "\x1b[2m") {
		t.Errorf("%q", s.Shown())
	}
}

// A dumb terminal and one that is too small print line after line.
func TestFormOnDumbTerminal(t *testing.T) {
	for _, kind := range []string{"dumb", "xterm"} {
		s, before := start(t, "wait-form", kind)
		s.Expect("ready")
		if kind == "xterm" {
			s.Resize(39, 24)
		}
		s.Type("\r")
		s.Expect("A title\r\n\r\nrow 1\r\n> ")
		s.Type("abXd\x7f\x7fcd")
		s.Expect("abXd\b \b\b \bcd")
		s.Type("\x1b[D!\r")
		s.Expect("!\r\n  abcd!\r\n    ^^  \r\nnot so\r\nrow 2\r\n> abcd!")
		s.Type("\x7f aban\t\r")
		s.Expect("\b \b abandon\r\nrow 3\r\n> ")
		s.Type("0123456789012345678901234567890123456789012345678901234567890123456789012345678901\x7f")
		s.Expect("8901\r\n> 012345")
		s.Type("\x15\x04")
		s.Expect(`rows ["abcd!" "abcd abandon"]`)
		s.Wait()
		if s.Modes() != before {
			t.Error("the terminal isn't as it was")
		}
		if kind == "dumb" && strings.Contains(s.Shown(), "\x1b") {
			t.Errorf("a control sequence on a dumb terminal: %q", s.Shown())
		}
	}
}

// A long sheet leaves room for the row; the last lines stay in sight.
func TestFormShowsTheLastLines(t *testing.T) {
	s, _ := start(t, "form", "xterm")
	for i := range 40 {
		s.Type(fmt.Sprintf("line %d\r", i))
	}
	s.Expect("A title\r\n\r\n  line 23\r\n  line 24\r\n")
	s.Expect("line 39\r\n\r\nrow 41\r\n")
	s.Type("\x04")
	s.Expect("done")
	s.Wait()
}

// A signal takes the form off the screen.
func TestFormSignal(t *testing.T) {
	s, before := start(t, "form", "xterm")
	s.Type("abc")
	s.Expect("> abc")
	if err := s.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.Expect("\x1b[?2004l" + eraseAll + leaveAlt)
	if code := s.Wait(); code != 130 {
		t.Errorf("the program ended with %d", code)
	}
	if s.Modes() != before {
		t.Error("the terminal isn't as it was")
	}
}
