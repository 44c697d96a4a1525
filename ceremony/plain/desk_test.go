package plain_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"sigtool/backup"
	backupall "sigtool/backup/all"
	"sigtool/ceremony"
	"sigtool/ceremony/plain"
	"sigtool/internal/secret"
	"sigtool/internal/term"
)

// Keys that a desk knows.
const (
	ctrlC = "^C"
	ctrlD = "^D"
	long  = "^L" // more than a line can hold
)

// desk is a terminal with somebody who types what was laid out for it.
type desk struct {
	t      *testing.T
	screen bytes.Buffer
	typed  []string          // still to be typed
	shown  []string          // what was shown and taken away
	unfit  error             // why nothing can be shown, the next time
	files  map[string]string // what ReadFile finds
	clock  []*alarm          // what After was asked for
	front  *plain.FrontEnd
}

type alarm struct {
	d       time.Duration
	ring    func()
	stopped bool
}

func newDesk(t *testing.T, typed ...string) *desk {
	d := newKeepingDesk(t, false)
	d.typed = typed
	return d
}

// newKeepingDesk has a terminal that can or can't take back what it shows.
func newKeepingDesk(t *testing.T, keeps bool) *desk {
	d := &desk{t: t}
	d.front = plain.New(&d.screen, plain.Terminal{
		Keeps: keeps, ReadLine: d.readLine, ReadSecret: d.readSecret, ShowSecret: d.showSecret, ReadFile: d.readFile, After: d.after, Entry: entryOf,
	})
	t.Cleanup(d.look)
	return d
}

func entryOf(code string) (backup.Entry, bool) {
	codec, ok := backupall.ByName(code)
	if !ok {
		return nil, false
	}
	return codec.Entry(), true
}

func (d *desk) key(prompt string) (string, error) {
	fmt.Fprint(&d.screen, prompt)
	if len(d.typed) == 0 {
		d.t.Fatalf("nothing is left to type at %q, below\n%s", prompt, d.screen.String())
	}
	key := d.typed[0]
	d.typed = d.typed[1:]
	switch key {
	case ctrlC:
		return "", term.ErrInterrupted
	case ctrlD:
		return "", io.EOF
	case long:
		return "", term.ErrTooLong
	}
	return key, nil
}

func (d *desk) readLine(prompt string) (string, error) {
	text, err := d.key(prompt)
	fmt.Fprintln(&d.screen, text)
	return text, err
}

func (d *desk) readSecret(prompt string) (*secret.Bytes, error) {
	text, err := d.key(prompt)
	fmt.Fprintln(&d.screen)
	if err != nil {
		return nil, err
	}
	return secret.From([]byte(text)), nil
}

func (d *desk) showSecret(lines, then string) error {
	if err := d.unfit; err != nil {
		d.unfit = nil
		return err
	}
	d.shown = append(d.shown, lines+"|"+then)
	return nil
}

func (d *desk) readFile(path string) ([]byte, error) {
	if text, ok := d.files[path]; ok {
		return []byte(text), nil
	}
	return nil, errors.New(path + ": not there")
}

func (d *desk) after(wait time.Duration, do func()) (stop func() bool) {
	a := &alarm{d: wait, ring: do}
	d.clock = append(d.clock, a)
	return func() bool { a.stopped = true; return true }
}

// ask asks, and gives back what the answer holds, secret or not.
func (d *desk) ask(p ceremony.Prompt) (text, from string, err error) {
	a, err := d.front.Ask(p)
	if a.Secret != nil {
		defer a.Secret.Destroy()
		return string(a.Secret.Bytes()), a.From, err
	}
	return a.Text, a.From, err
}

// wants asks and wants that answer.
func (d *desk) wants(p ceremony.Prompt, want string) {
	d.t.Helper()
	if got, _, err := d.ask(p); err != nil || got != want {
		d.t.Errorf("%s: answered %q, %v, not %q", p.Kind, got, err, want)
	}
}

// says wants that to stand on the screen, in this order.
func (d *desk) says(all ...string) {
	d.t.Helper()
	rest := d.screen.String()
	for _, want := range all {
		_, after, ok := strings.Cut(rest, want)
		if !ok {
			d.t.Errorf("%q does not stand in\n%s", want, rest)
			return
		}
		rest = after
	}
}

// look checks what was on the screen: nothing wider than it, nothing that moves a cursor; and that all was typed.
func (d *desk) look() {
	for line := range strings.Lines(d.screen.String()) {
		line = strings.TrimSuffix(line, "\n")
		if utf8.RuneCountInString(line) > 80 {
			d.t.Errorf("wider than 80 columns: %q", line)
		}
		if strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) {
			d.t.Errorf("not plain text: %q", line)
		}
	}
	if len(d.typed) > 0 {
		d.t.Errorf("nobody asked for %q:\n%s", d.typed, d.screen.String())
	}
	d.front.Close()
}

var errFull = errors.New("no room")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// failing is a front end whose screen takes nothing.
func failing() *plain.FrontEnd { return plain.New(full{}, plain.Terminal{}) }
