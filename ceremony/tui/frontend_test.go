package tui

import (
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"sigtool/ceremony"
)

// tape keeps what was printed.
type tape struct {
	mu   sync.Mutex
	more *sync.Cond
	text string
}

func newTape() *tape {
	t := &tape{}
	t.more = sync.NewCond(&t.mu)
	return t
}

func (t *tape) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text += string(p)
	t.more.Broadcast()
	return len(p), nil
}

// until waits until a text was printed.
func (t *tape) until(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for !strings.Contains(t.text, text) {
		t.more.Wait()
	}
}

var confirm = ceremony.Prompt{Kind: ceremony.Confirm, Ask: "Type yes"}

func TestFrontEnd(t *testing.T) {
	keys, hands := io.Pipe()
	screen, raw := newTape(), 0
	f := New(Terminal{Input: keys, Output: screen, Environ: []string{"TERM=xterm", "TMUX=x"}, Raw: func() (func(), error) {
		raw++
		return func() { raw-- }, nil
	}})
	defer f.Close()
	if _, err := f.Ask(ceremony.Prompt{Kind: ceremony.Work, Text: []string{"It begins."}}); err != nil || raw != 1 {
		t.Fatal(err, raw)
	}
	type answer struct {
		ceremony.Answer
		error
	}
	ask := func(p ceremony.Prompt) chan answer {
		done := make(chan answer)
		go func() {
			a, err := f.Ask(p)
			done <- answer{a, err}
		}()
		screen.until(p.Ask)
		return done
	}
	done := ask(confirm)
	_, _ = io.WriteString(hands, "yes\r")
	if a := <-done; a.error != nil || a.Text != "yes" {
		t.Errorf("%+v", a)
	}
	done = ask(ceremony.Prompt{Kind: ceremony.Secret, Hidden: true, Ask: "SECOND"})
	_, _ = io.WriteString(hands, "hunter2\r")
	a := <-done
	if a.error != nil || string(a.Secret.Bytes()) != "hunter2" {
		t.Errorf("%+v", a)
	}
	a.Secret.Destroy()
	done = ask(ceremony.Prompt{Kind: ceremony.Confirm, Ask: "THIRD"})
	hands.Close()
	if a := <-done; !errors.Is(a.error, ceremony.ErrGivenUp) || !strings.Contains(a.Error(), "the terminal hung up") {
		t.Error(a.error)
	}
	f.Close()
	f.Close()
	if _, err := f.Ask(confirm); !errors.Is(err, ceremony.ErrGivenUp) || raw != 0 {
		t.Error(err, raw)
	}
	for _, never := range []string{"hunter", "\x1b[?2026", "\x1b[>"} { // what is hidden; questions to the terminal about itself
		if strings.Contains(screen.text, never) {
			t.Errorf("%q was printed", never)
		}
	}
}

func TestFrontEndThatNeverBegins(t *testing.T) {
	f := New(Terminal{})
	f.Close()
	if _, err := f.Ask(confirm); !errors.Is(err, ceremony.ErrGivenUp) {
		t.Error(err)
	}
	f = New(Terminal{Environ: []string{"TEA_TRACE=trace.txt"}})
	if _, err := f.Ask(confirm); err == nil || !strings.Contains(err.Error(), "TEA_TRACE") {
		t.Error(err)
	}
	f.Close()
	no := errors.New("no terminal")
	f = New(Terminal{Raw: func() (func(), error) { return nil, no }})
	if _, err := f.Ask(confirm); !errors.Is(err, no) {
		t.Error(err)
	}
	f.Close()
}
