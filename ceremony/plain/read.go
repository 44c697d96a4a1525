package plain

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"sigtool/ceremony"
	"sigtool/internal/secret"
	"sigtool/internal/term"
)

// What may be typed instead of an answer.
const (
	giveUp = "give up"
	help   = "?"
)

// line reads a line that may be seen. An interruption, a question for help and a line that is too long are dealt with here.
func (f *FrontEnd) line(ask string) (string, error) {
	for {
		text, err := f.term.ReadLine(f.out.question(ask))
		text = strings.TrimSpace(text)
		switch {
		case err != nil:
			if err := f.goOn(err); err != nil {
				return "", err
			}
		case text == giveUp:
			return "", ceremony.ErrGivenUp
		case text == help:
			f.help()
		case f.prompt.Kind == ceremony.Confirm && strings.EqualFold(text, "yes"):
			return "yes", nil
		default:
			return text, nil
		}
	}
}

// hidden reads a line that nobody may see.
func (f *FrontEnd) hidden(ask string) (*secret.Bytes, error) {
	for {
		typed, err := f.term.ReadSecret(f.out.question(ask))
		switch {
		case err != nil:
			if err := f.goOn(err); err != nil {
				return nil, err
			}
		case typed.Len() == len(help) && string(typed.Bytes()) == help:
			typed.Destroy()
			f.help()
		default:
			return typed, nil
		}
	}
}

// typed reads a row, or what is typed instead of one: what must not be seen is read so at every question about it.
func (f *FrontEnd) typed(ask string) (*secret.Bytes, error) {
	if f.prompt.Hidden {
		return f.hidden(ask)
	}
	line, err := f.line(ask)
	return secret.From([]byte(line)), err
}

// enter waits for Enter, and tells whether there was something before it. That is not shown: somebody may type what they just saw.
func (f *FrontEnd) enter(ask string) (more bool, err error) {
	typed, err := f.hidden(ask)
	if err != nil {
		return false, err
	}
	defer typed.Destroy()
	if string(bytes.TrimSpace(typed.Bytes())) == giveUp {
		return false, ceremony.ErrGivenUp
	}
	return typed.Len() > 0, nil
}

// goOn judges what went wrong with the terminal: it is nil if the same can be asked again. Ctrl-C and Ctrl-D are slips, until somebody
// says that they are none, or nobody is there any more.
func (f *FrontEnd) goOn(err error) error {
	switch {
	case errors.Is(err, term.ErrTooLong):
		f.out.paragraph("Not taken: " + err.Error() + ".")
		return nil
	case !errors.Is(err, term.ErrInterrupted) && !errors.Is(err, io.EOF), errors.Is(err, io.EOF) && f.ends:
		return err
	}
	typed, err := f.term.ReadSecret(f.out.question("Is the ceremony to end here? Type yes; only Enter goes on"))
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%w: the input ended", ceremony.ErrGivenUp)
	case errors.Is(err, term.ErrInterrupted):
		return ceremony.ErrGivenUp
	case errors.Is(err, term.ErrTooLong):
		return nil
	case err != nil:
		return err
	}
	defer typed.Destroy()
	if bytes.EqualFold(bytes.TrimSpace(typed.Bytes()), []byte("yes")) {
		return ceremony.ErrGivenUp
	}
	return nil
}

// warn says, before the first secret is shown, that this terminal will not forget it.
func (f *FrontEnd) warn() error {
	if !f.term.Keeps || f.warned {
		return nil
	}
	f.warned = true
	f.out.paragraph("WARNING: This terminal can't take back what it shows: a secret stays above in the window, and in what it records. " +
		"Better give up here, and begin again with TERM set to what the terminal is, such as xterm or linux, or with --tui. " +
		"Or clear the scrollback, or close the window, as soon as you have it on paper.")
	_, err := f.enter("Press Enter to see it on this terminal nevertheless")
	return err
}

// show shows a secret until Enter. It is false where that did not come to its end: a terminal that is too small can be made larger.
func (f *FrontEnd) show(lines, then string) (bool, error) {
	err := f.term.ShowSecret(lines, then)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, io.EOF), errors.Is(err, term.ErrInterrupted):
		return false, f.goOn(err)
	}
	f.out.paragraph("It was not shown: " + err.Error() + ".")
	return false, nil
}

// copyDown shows what is to be written down by hand, as often as it is wanted.
func (f *FrontEnd) copyDown(p ceremony.Prompt) error {
	if err := f.warn(); err != nil {
		return err
	}
	for {
		if _, err := f.enter("Press Enter to see it"); err != nil {
			return err
		}
		shown, err := f.look(p)
		if err != nil {
			return err
		}
		if !shown {
			continue
		}
		if again, err := f.enter("Enter goes on; type again to see it once more"); err != nil || !again {
			return err
		}
	}
}

// look shows the secret of a prompt.
func (f *FrontEnd) look(p ceremony.Prompt) (bool, error) {
	if p.Look == nil {
		return true, nil
	}
	return f.show(p.Look(), "Press Enter when it is on your paper.")
}

// typeBack shows a secret until it is written down, and has it typed. An empty answer shows it once more.
func (f *FrontEnd) typeBack(p ceremony.Prompt) (*secret.Bytes, error) {
	for shown := p.Refused != ""; ; {
		if !shown {
			if err := f.warn(); err != nil {
				return nil, err
			}
			if _, err := f.enter("Press Enter to see it, when nobody else can"); err != nil {
				return nil, err
			}
			var err error
			if shown, err = f.look(p); err != nil {
				return nil, err
			}
			continue
		}
		typed, err := f.hidden(p.Ask + " (or only Enter to see it again)")
		if err != nil || typed.Len() > 0 {
			return typed, err
		}
		typed.Destroy()
		shown = false
	}
}
