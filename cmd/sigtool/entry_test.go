package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/internal/term"
	"sigtool/internal/term/termtest"
)

// The test's binary runs itself as a program that lets a sheet be typed: threeWords, or a real code.
func init() {
	if code := os.Getenv("SIGTOOL_TEST_ENTRY"); code != "" {
		os.Exit(entryProgram(code))
	}
}

func entryProgram(code string) int {
	terminal, err := term.Open()
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer terminal.Close()
	var text []byte
	switch code {
	case "three":
		text, err = typeThree(terminal)
	case "ask":
		text, _, err = typeSheet(terminal, "")
	default:
		text, _, err = typeSheet(terminal, code)
	}
	fmt.Printf("typed %q, %v\n", text, err)
	return 0
}

func typeThree(terminal *term.Terminal) ([]byte, error) {
	form, err := terminal.Form()
	if err != nil {
		return nil, err
	}
	defer form.Close()
	t := &typist{form: form, entry: &threeWords{}, head: headFields("words"), check: threeFit}
	defer t.destroy()
	err = t.sheet()
	return t.text(), err
}

// threeFit finds that able and zoo together are no sheet, and that fewer than two words are too few.
func threeFit(text []byte) error {
	switch {
	case bytes.Count(text, []byte("\n")) < 2:
		return &backup.Incomplete{}
	case bytes.Contains(text, []byte("2 able")) && bytes.Contains(text, []byte("3 zoo")):
		return &backup.Damage{Unit: "word", Faults: []backup.Fault{{Page: 1, Line: 2, Why: "probably another word", Hint: "ability"}}}
	}
	return nil
}

// threeWords is a sheet of three words.
type threeWords struct{ rows []string }

var fewWords = []string{"abandon", "ability", "able", "zoo"}

func (w *threeWords) Ask() string {
	if len(w.rows) == 3 {
		return ""
	}
	return fmt.Sprintf("word %d of 3", len(w.rows)+1)
}

func (w *threeWords) Look(row []byte) (wrong []backup.Place, rest string) {
	for _, word := range fewWords {
		if bytes.HasPrefix([]byte(word), row) {
			return nil, map[bool]string{true: word[len(row):]}[len(row) >= 4]
		}
	}
	return []backup.Place{{From: 1, To: len(row)}}, ""
}

func (w *threeWords) Take(row []byte, insist bool) error {
	word := string(row)
	if wrong, rest := w.Look(row); wrong == nil {
		word += rest
	} else if !insist {
		return &backup.Slip{At: wrong[0], Why: "not a word of the list", Hint: "able or zoo"}
	}
	w.rows = append(w.rows, word)
	return nil
}

func (w *threeWords) Back() []byte {
	if len(w.rows) == 0 {
		return nil
	}
	last := w.rows[len(w.rows)-1]
	w.rows = w.rows[:len(w.rows)-1]
	return []byte(last)
}

func (w *threeWords) Text() []byte {
	var text []byte
	for i, row := range w.rows {
		text = fmt.Appendf(text, "%d %s\n", i+1, row)
	}
	return text
}

func (w *threeWords) Destroy() {}

func startEntry(t *testing.T, code, kind string) *termtest.Session {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SIGTOOL_TEST_ENTRY="+code, "TERM="+kind)
	return termtest.Start(t, cmd)
}

const noHead = "\r\r"

// expectTyped waits for how the program prints what was typed, on a screen that is the terminal's again.
func expectTyped(s *termtest.Session, want string) {
	s.Expect("\x1b[?1049l")
	s.Expect("typed " + want + "\r\n")
	s.Wait()
}

func TestTypeSheet(t *testing.T) {
	const up = "\x1b[A"
	all := `"1 abandon\n2 ability\n3 zoo\n", <nil>`
	for name, c := range map[string]struct{ keys, want string }{
		"whole words":          {noHead + "abandon\rability\rzoo\r", all},
		"four letters":         {noHead + "aban\rabil\tx\x7f\rzoo\r", all},
		"pasted":               {noHead + "\x1b[200~abandon\nability\n\nzoo\n\x1b[201~", all},
		"pasted, with a slip":  {noHead + "\x1b[200~abandon\nzbility\nzoo\nable\n\x1b[201~\x01\x1b[3~a\rzoo\r", all},
		"corrected in place":   {noHead + "abxndon\r\x1b[C\x1b[3~a\rability\rzoo\r", all},
		"the paper is wrong":   {noHead + "abandon\rabc\r\rzoo\r", `"1 abandon\n2 abc\n3 zoo\n", <nil>`},
		"another wrong row":    {noHead + "abandon\rabc\rd\r\x15ability\rzoo\r", all},
		"left out":             {noHead + "abandon\r\r\rzoo\r", `"1 abandon\n2 \n3 zoo\n", <nil>`},
		"not left out":         {noHead + "abandon\r\rability\rzoo\r", all},
		"back and on":          {noHead + "abandon\rabi" + up + "\rlity\rzoo\r", all},
		"back and corrected":   {noHead + "able\rabi" + up + "\x15abandon\rlity\rzoo\r", all},
		"back into the head":   {"\r\rabandon" + up + up + "p256\r\r\rability\rzoo\r", `"Algorithm     p256\nDerivation    scalar\n1 abandon\n2 ability\n3 zoo\n", <nil>`},
		"the head":             {"RSA4\rqpzr y9x8\rabandon\rability\rzoo\r", `"Algorithm     rsa4096\nDerivation    c2sp-det-keygen/v1\nDocument      QPZR-Y9X8\n1 abandon\n2 ability\n3 zoo\n", <nil>`},
		"a wrong head":         {"p2\x1b[Dx\r\x15p2\t\rqpzrb\r\x15\rabandon\rability\rzoo\r", `"Algorithm     p256\nDerivation    scalar\n1 abandon\n2 ability\n3 zoo\n", <nil>`},
		"ended early":          {noHead + "abandon\r\x04", `"1 abandon\n", <nil>`},
		"wrong together":       {noHead + "abandon\rable\rzoo\r" + up + up + "\x15ability\r\r", all},
		"wrong together, kept": {noHead + "abandon\rable\rzoo\r\r", `"1 abandon\n2 able\n3 zoo\n", <nil>`},
		"nothing":              {noHead + "\x04", `"", interrupted`},
		"given up":             {noHead + "abandon\rabi\x03", `"1 abandon\n", interrupted`},
		"given up at the head": {"p2\x04\x15\x04", `"", interrupted`},
	} {
		t.Run(name, func(t *testing.T) {
			s := startEntry(t, "three", "xterm")
			s.Expect("Algorithm")
			s.Type(c.keys)
			expectTyped(s, c.want)
			if s.Modes() != s.Before {
				t.Error("the terminal isn't as it was")
			}
		})
	}
}

// What a person sees while typing: completion, marks, why a row was not taken, what it may be, and how to go on.
func TestTypeSheetSays(t *testing.T) {
	s := startEntry(t, "three", "xterm")
	s.Type("p25")
	s.Expect("> p25\x1b[2m[6]")
	s.Type("\r")
	s.Expect("  Algorithm     p256\r\n  Derivation    scalar\r\n\r\nDocument\r\n")
	s.Type("\raban")
	s.Expect("> aban\x1b[2m[don]")
	s.Type("\rabxe\r")
	s.Expect("1 abandon\r\n\r\nword 2 of 3\r\n")
	s.Expect("This does not check: not a word of the list.\r\nPerhaps: able or zoo.\r\n")
	s.Expect("If it says just this, press Enter again.")
	s.Expect("> a\x1b[4mbxe\x1b[m")
	s.Type("\x15\r")
	s.Expect("Leave this line out?")
	s.Type("able\rzoo\r")
	s.Expect("All rows are typed.")
	s.Expect("It does not come back from this: the paper does not check: page 1 word 2\r\n(probably another word).")
	s.Expect("Perhaps: word 2 may be ability.")
	s.Type("\r")
	s.Expect("typed ")
	s.Wait()
}

func TestTypeSheetOnDumbTerminal(t *testing.T) {
	s := startEntry(t, "three", "dumb")
	s.Type(noHead + "abxndon\r")
	s.Expect("\r\n  abxndon\r\n   ^^^^^^ \r\nThis does not check: not a word of the list.")
	s.Expect("\r\n> abxndon")
	s.Type("\x15aban\rability\rzoo\r")
	s.Expect(`typed "1 abandon\n2 ability\n3 zoo\n"`)
	s.Wait()
	if strings.Contains(s.Shown(), "\x1b") {
		t.Errorf("a control sequence on a dumb terminal: %q", s.Shown())
	}
}

func TestWhichCode(t *testing.T) {
	s := startEntry(t, "ask", "xterm")
	s.Expect("Which code is the sheet in?")
	s.Type("q")
	s.Expect("> \x1b[4mq\x1b[m")
	s.Type("\x7fw\x03")
	expectTyped(s, `"", interrupted`)
}
