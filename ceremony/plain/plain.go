// Package plain leads a ceremony line by line: no cursor is moved and no colour carries a meaning, so that it is the same over a serial
// line, in a screen reader and on a good terminal. Who has to act comes first, what to do now comes before each wait, and no secret stays
// on the screen.
package plain

import (
	"io"
	"time"

	"sigtool/backup"
	"sigtool/ceremony"
	"sigtool/internal/secret"
)

// Terminal is what lines can't do: to read without showing, and to show without leaving it there. Reads fail with term.ErrInterrupted at
// Ctrl-C and with io.EOF at the end of input.
type Terminal struct {
	ReadLine   func(prompt string) (string, error)        // a line that may be seen
	ReadSecret func(prompt string) (*secret.Bytes, error) // a line that may not
	ShowSecret func(lines, then string) error             // shows lines until Enter, then takes them away
	ReadFile   func(path string) ([]byte, error)          // the text of a photo, PDF or text file made from the paper; it is wiped
	Entry      func(code string) (backup.Entry, bool)     // begins a sheet that is typed, in the codec of that name
	// Keeps says that ShowSecret can't take away what it showed: it stays in the scrollback. People are told before the first secret.
	Keeps bool
	// Quiet keeps off the screen what is typed while nothing is asked, for it may be a secret, and Drop forgets it, for it answers a
	// question that nobody had read. Without them it is neither.
	Quiet func() (restore func(), err error)
	Drop  func() error
	// After calls do on a goroutine of its own when d is over, unless it is stopped before, as time.AfterFunc does. Without it nothing is
	// said while the ceremony works.
	After func(d time.Duration, do func()) (stop func() bool)
}

// FrontEnd is a ceremony.FrontEnd.
type FrontEnd struct {
	out    *page
	term   Terminal
	work   working
	prompt ceremony.Prompt // the one at hand
	begun  bool            // there was one
	loud   func()          // ends the quiet; nil before it began
	only   string          // who alone may look since the prompt before
	sheet  *sheet          // being typed; nil for none
	ends   bool            // Ctrl-D ends the sheet
	taught bool            // how a sheet is typed was said
	warned bool            // that the terminal keeps what it shows was said
}

// New returns a front end that writes to out and reads through the terminal.
func New(out io.Writer, terminal Terminal) *FrontEnd {
	p := &page{w: out}
	return &FrontEnd{out: p, term: terminal, work: working{out: p, after: terminal.After}}
}

// Close forgets what was typed, and says no more. It is to be called when the ceremony is over.
func (f *FrontEnd) Close() {
	f.work.end()
	f.sheet.destroy()
	f.sheet, f.prompt = nil, ceremony.Prompt{}
	if f.loud != nil {
		f.loud()
		f.loud = nil
	}
}

// quiet sees to what is typed too early. A question that goes on with the one before is typed on.
func (f *FrontEnd) quiet(p ceremony.Prompt) (err error) {
	if f.loud == nil && f.term.Quiet != nil {
		if f.loud, err = f.term.Quiet(); err != nil {
			return err
		}
	}
	if p.Again || f.term.Drop == nil {
		return nil
	}
	return f.term.Drop()
}

// Ask shows a prompt and reads its answer. Until it is called again it says from time to time that the work goes on.
func (f *FrontEnd) Ask(p ceremony.Prompt) (ceremony.Answer, error) {
	f.work.end()
	a, err := f.ask(p)
	if err == nil {
		f.work.begin()
	}
	return a, err
}

// Show writes a prompt as far as it is to be read, and asks nothing: for those who watch while the answers come from elsewhere.
func (f *FrontEnd) Show(p ceremony.Prompt) {
	f.work.end()
	f.head(p)
	f.body(p)
	f.work.begin()
}

func (f *FrontEnd) ask(p ceremony.Prompt) (a ceremony.Answer, err error) {
	if f.sheet != nil && (p.Kind != ceremony.Paper || p.Sheet != f.sheet.name || p.Refused == "") {
		f.sheet.destroy()
		f.sheet = nil
	}
	if err := f.quiet(p); err != nil {
		return a, err
	}
	if !f.begun {
		f.out.paragraph("At every question: ? explains it, " + giveUp + " ends the ceremony, Ctrl-C asks whether to end it.")
	}
	if f.head(p) {
		if _, err := f.enter("Press Enter when nobody but " + p.Only + " sees the screen"); err != nil {
			return a, err
		}
	}
	f.body(p)
	if f.out.err != nil {
		return a, f.out.err
	}
	switch {
	case p.Kind == ceremony.Work:
	case p.Kind == ceremony.Notice:
		_, err = f.line("Press Enter to go on")
	case p.Kind == ceremony.Copy:
		err = f.copyDown(p)
	case p.Kind == ceremony.Paper:
		return f.readPaper(p)
	case p.Kind == ceremony.TypeBack && p.Hidden:
		a.Secret, err = f.typeBack(p)
	case p.Kind == ceremony.Secret, p.Hidden:
		a.Secret, err = f.hidden(p.Ask)
	default:
		a.Text, err = f.line(p.Ask)
	}
	return a, err
}

// head announces a step when it comes, who has to act, and who may look. It tells whether one person alone may look who could not be
// sure of that before.
func (f *FrontEnd) head(p ceremony.Prompt) (alone bool) {
	before := f.prompt
	if !f.begun {
		f.out.stages(p)
	}
	step := !f.begun || p.Step != before.Step || p.Number != before.Number
	switch f.prompt, f.begun = p, true; {
	case step:
		f.out.head(p)
	case !p.Again:
		f.out.line("")
	}
	if p.Who != "" && (step || !p.Again || p.Who != before.Who) {
		f.out.paragraph(p.Who + ": it is your turn.")
	}
	if p.Only == f.only {
		return false
	}
	if f.only = p.Only; p.Only == "" {
		f.out.paragraph("Everybody may look again.")
		return false
	}
	f.out.paragraph("Only " + p.Only + " may look at the screen and the paper now. All others turn away.")
	return true
}

// body writes what is to be read.
func (f *FrontEnd) body(p ceremony.Prompt) {
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
