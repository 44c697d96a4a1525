// Package plain leads a ceremony line by line: no cursor is moved and no colour carries a meaning, so that it is the same over a serial
// line, in a screen reader and on a good terminal, and every question says what to do now before it waits.
package plain

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"sigtool/ceremony"
	"sigtool/internal/secret"
)

// maxWidth is the widest line that is written, in columns.
const maxWidth = 80

// giveUp typed as an answer ends the ceremony.
const giveUp = "give up"

// Terminal is what lines can't do: to read without showing, and to show without leaving it there.
type Terminal struct {
	ReadLine   func(prompt string) (string, error)        // a line that may be seen
	ReadSecret func(prompt string) (*secret.Bytes, error) // a line that may not
	ShowSecret func(lines, then string) error             // shows lines until Enter, then takes them away
	ReadFile   func(path string) ([]byte, error)          // a text made from the paper elsewhere
}

// FrontEnd is a ceremony.FrontEnd.
type FrontEnd struct {
	out  *page
	term Terminal
	step string // of the prompt before
	at   int    // its number: a step may come twice
}

// New returns a front end that writes to out and reads through the terminal.
func New(out io.Writer, terminal Terminal) *FrontEnd {
	return &FrontEnd{out: &page{w: out}, term: terminal}
}

// Ask shows a prompt and reads its answer.
func (f *FrontEnd) Ask(p ceremony.Prompt) (ceremony.Answer, error) {
	f.Show(p)
	if p.Kind != ceremony.Notice && !p.Again {
		f.out.paragraph("(To end the ceremony: " + ending(p) + ")")
	}
	if f.out.err != nil {
		return ceremony.Answer{}, f.out.err
	}
	var a ceremony.Answer
	var err error
	switch {
	case p.Kind == ceremony.Notice:
	case p.Kind == ceremony.Paper:
		a, err = f.readPaper(p)
	case p.Kind == ceremony.TypeBack && p.Hidden:
		a.Secret, err = f.typeBack(p)
	case p.Hidden:
		a.Secret, err = f.term.ReadSecret(p.Ask + ": ")
	default:
		a.Text, err = f.line(p.Ask + ": ")
	}
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: the input ended", ceremony.ErrGivenUp)
	}
	return a, err
}

// Show writes a prompt as far as it is to be read, and asks nothing. The step's head comes when the step does.
func (f *FrontEnd) Show(p ceremony.Prompt) {
	if p.Step != f.step || p.Number != f.at {
		f.out.head(p)
		f.step, f.at = p.Step, p.Number
	}
	if p.Warning != "" {
		f.out.paragraph("WARNING: " + p.Warning)
	}
	if !p.Again {
		for _, text := range p.Text {
			f.out.paragraph(text)
		}
		f.out.table(p.Table)
	}
	if p.Refused != "" {
		f.out.paragraph("Not taken: " + p.Refused + ".")
	}
}

// ending says how this prompt is left.
func ending(p ceremony.Prompt) string {
	if p.Hidden {
		return "Ctrl-C"
	}
	return "type " + giveUp
}

// line reads a line; the words give up end the ceremony.
func (f *FrontEnd) line(prompt string) (string, error) {
	text, err := f.term.ReadLine(prompt)
	if err == nil && strings.TrimSpace(text) == giveUp {
		return "", ceremony.ErrGivenUp
	}
	return strings.TrimSpace(text), err
}

// typeBack shows a secret until it is written down, and has it typed. An empty answer shows it once more.
func (f *FrontEnd) typeBack(p ceremony.Prompt) (*secret.Bytes, error) {
	for again := p.Again; ; again = false {
		if !again {
			if _, err := f.line("Press Enter to see it, when nobody else can: "); err != nil {
				return nil, err
			}
			if err := f.term.ShowSecret(p.Look(), "Press Enter when it is on your paper."); err != nil {
				return nil, err
			}
		}
		typed, err := f.term.ReadSecret(p.Ask + " (or only Enter to see it again): ")
		if err != nil || typed.Len() > 0 {
			return typed, err
		}
		typed.Destroy()
	}
}
