package tui

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"

	"sigtool/backup"
	"sigtool/ceremony"
	"sigtool/internal/secret"
)

// Terminal is what a ceremony is shown on, and what lies behind it.
type Terminal struct {
	Input   io.Reader // keys as they are pressed
	Output  io.Writer // a file that is a terminal knows its size
	Environ []string  // the environment of the process: TERM, NO_COLOR
	// Raw has the terminal hand over each key at once, unseen, and make a signal of none, until restore. Line ends that are written go
	// on to begin a new line. It may be nil where Input is no terminal.
	Raw func() (restore func(), err error)
	// ReadFile reads what was made from the paper elsewhere, a text, a PDF or a photograph, and returns the sheet's text.
	ReadFile func(path string) ([]byte, error)
	// Entry is for typing a sheet of that code; false where there is no such code.
	Entry func(code string) (backup.Entry, bool)
}

// FrontEnd is a ceremony.FrontEnd. One goroutine asks; Close may be called from any.
type FrontEnd struct {
	terminal Terminal
	mu       sync.Mutex
	closed   bool
	program  *tea.Program  // nil before the first question
	ended    chan struct{} // closed when the screen is gone and the terminal as it was
	failed   error         // why it ended by itself
}

// New returns a front end. The terminal stays as it is until the first question; from then on it needs Close.
func New(terminal Terminal) *FrontEnd {
	return &FrontEnd{terminal: terminal, ended: make(chan struct{})}
}

// asked is a question on its way to the screen, result its answer on the way back.
type asked struct {
	prompt ceremony.Prompt
	reply  chan<- result
}

type result struct {
	answer ceremony.Answer
	err    error
}

// typed is what came from the keyboard. The bytes are wiped when they were taken.
type typed struct {
	bytes []byte
	taken chan<- struct{}
}

type (
	hungUp  struct{} // no more keys will come
	closing struct{} // Close was called
)

// Ask shows a prompt and brings its answer; of Work it shows what is going on until the next one.
func (f *FrontEnd) Ask(p ceremony.Prompt) (ceremony.Answer, error) {
	program, err := f.start()
	if err != nil {
		return ceremony.Answer{}, err
	}
	reply := make(chan result, 1)
	program.Send(asked{p, reply})
	select {
	case r := <-reply:
		return r.answer, r.err
	case <-f.ended:
		return ceremony.Answer{}, f.over()
	}
}

// over is the answer to every question after the end.
func (f *FrontEnd) over() error {
	if f.failed != nil {
		return fmt.Errorf("the screen: %w", f.failed)
	}
	return fmt.Errorf("%w: the screen was closed", ceremony.ErrGivenUp)
}

// Close takes everything off the screen and puts the terminal back. A question that is open is given up. It may be called again.
func (f *FrontEnd) Close() {
	f.mu.Lock()
	f.closed = true
	program := f.program
	f.mu.Unlock()
	if program != nil {
		program.Send(closing{})
		<-f.ended
	}
}

// start paints the first screen, once.
func (f *FrontEnd) start() (*tea.Program, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.closed:
		return nil, fmt.Errorf("%w: the screen was closed", ceremony.ErrGivenUp)
	case f.program != nil:
		return f.program, nil
	case f.getenv("TEA_TRACE") != "": // bubbletea writes every screen to the file that it names
		return nil, errors.New("the environment has TEA_TRACE, which would write every screen to a file")
	}
	restore := func() {}
	if f.terminal.Raw != nil {
		var err error
		if restore, err = f.terminal.Raw(); err != nil {
			return nil, err
		}
	}
	m := newModel(f.terminal, f.getenv("NO_COLOR") == "")
	// The library asks the terminal nothing, and runs no other program to find out about it, if it knows no more than this.
	environ := []string{"TERM=" + f.getenv("TERM"), "SSH_TTY=none"}
	f.program = tea.NewProgram(m, tea.WithInput(nil), tea.WithOutput(f.terminal.Output), tea.WithEnvironment(environ),
		tea.WithWindowSize(leastWidth, leastHeight), tea.WithoutSignalHandler(), tea.WithFPS(30))
	go f.run(m, restore)
	go f.read()
	return f.program, nil
}

// run paints until the end, whatever it is.
func (f *FrontEnd) run(m *model, restore func()) {
	defer close(f.ended)
	defer restore()
	_, f.failed = f.program.Run()
	m.destroy()
	if !hasAltScreen(f.getenv("TERM")) {
		_, _ = io.WriteString(f.terminal.Output, "\x1b[m\x1b[H\x1b[J\x1b[3J")
	}
}

// hasAltScreen goes by the families that are known to lack one, as package term does.
func hasAltScreen(kind string) bool {
	return !slices.ContainsFunc([]string{"linux", "vt", "ansi", "cons", "sun", "wyse"}, func(family string) bool {
		return strings.HasPrefix(kind, family)
	})
}

// read hands on what is typed until the end.
func (f *FrontEnd) read() {
	buffer := secret.New(256)
	defer buffer.Destroy()
	taken := make(chan struct{})
	for {
		n, err := f.terminal.Input.Read(buffer.Bytes())
		if n > 0 {
			f.program.Send(typed{buffer.Bytes()[:n], taken})
			select {
			case <-taken:
			case <-f.ended:
				return
			}
		}
		if err != nil {
			f.program.Send(hungUp{})
			return
		}
	}
}

func (f *FrontEnd) getenv(name string) string {
	for _, entry := range f.terminal.Environ {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}
