package tui

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"sigtool/backup"
	"sigtool/backup/lines"
	"sigtool/backup/shares"
	"sigtool/backup/words"
	"sigtool/ceremony"
)

// desk is a model with hands: keys are pressed, time passes, and the screen is read.
type desk struct {
	t     *testing.T
	m     *model
	reply chan result
	now   time.Time
	files map[string]string
}

func newDesk(t *testing.T, width, height int) *desk {
	d := &desk{t: t, now: time.Unix(1e9, 0), files: map[string]string{}}
	d.m = newModel(Terminal{
		ReadFile: func(path string) ([]byte, error) {
			if text, ok := d.files[path]; ok {
				return []byte(text), nil
			}
			return nil, fmt.Errorf("%s: %w", path, fs.ErrNotExist)
		},
		Entry: func(code string) (backup.Entry, bool) {
			switch code {
			case "words":
				return words.Codec{}.Entry(), true
			case "shares":
				return shares.Codec{}.Entry(), true
			}
			return lines.Codec{}.Entry(), code == "lines"
		},
	}, true)
	t.Cleanup(d.m.destroy)
	d.send(tea.WindowSizeMsg{Width: width, Height: height})
	d.send(tick(d.now))
	return d
}

// send has the model take a message, and what comes of it but the clock.
func (d *desk) send(msg tea.Msg) {
	_, cmd := d.m.Update(msg)
	if _, clock := msg.(tick); cmd != nil && !clock {
		d.send(cmd())
	}
}

// ask opens a prompt.
func (d *desk) ask(p ceremony.Prompt) {
	d.t.Helper()
	d.reply = make(chan result, 1)
	d.send(asked{p, d.reply})
}

// press presses keys, with a look at each page that comes.
func (d *desk) press(keys string) {
	for _, key := range []byte(keys) {
		if !d.m.settled() {
			d.pass(1)
		}
		d.rush(string([]byte{key}))
	}
}

// rush presses keys as fast as a hand that does not look, or a terminal that kept them.
func (d *desk) rush(keys string) { d.send(typed{bytes: []byte(keys)}) }

func (d *desk) pass(seconds int) {
	for range 4 * seconds {
		d.now = d.now.Add(tickEvery)
		d.send(tick(d.now))
	}
}

// screen is what is shown, without its dress and the spaces at the ends of lines.
func (d *desk) screen() string {
	text := d.m.View().Content
	for _, is := range []dress{bold, inverse, alarm, mock} {
		text = strings.ReplaceAll(text, "\x1b["+string(is)+"m", "")
	}
	lines := strings.Split(strings.ReplaceAll(text, "\x1b[m", ""), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

func (d *desk) shows(texts ...string) {
	d.t.Helper()
	screen := d.screen()
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			d.t.Errorf("the screen does not show %q:\n%s", text, screen)
		}
	}
}

func (d *desk) hides(texts ...string) {
	d.t.Helper()
	screen := d.screen()
	for _, text := range texts {
		if strings.Contains(screen, text) {
			d.t.Errorf("the screen shows %q:\n%s", text, screen)
		}
	}
}

// open checks that no answer was given yet.
func (d *desk) open() {
	d.t.Helper()
	select {
	case r := <-d.reply:
		d.t.Fatalf("answered by %+v", r)
	default:
	}
}

// answered is the answer; a secret one is printed in brackets.
func (d *desk) answered() (string, error) {
	d.t.Helper()
	select {
	case r := <-d.reply:
		if r.answer.Secret != nil {
			defer r.answer.Secret.Destroy()
			return "[" + string(r.answer.Secret.Bytes()) + "]" + r.answer.From, r.err
		}
		return r.answer.Text, r.err
	default:
		d.t.Fatalf("not answered; the screen is\n%s", d.screen())
		return "", nil
	}
}

func (d *desk) gives(want string) {
	d.t.Helper()
	if got, err := d.answered(); err != nil || got != want {
		d.t.Errorf("answered by %q, %v; want %q", got, err, want)
	}
}

// check looks at what holds for every screen.
func (d *desk) check() {
	d.t.Helper()
	content := d.m.View().Content
	if !d.m.dressed && strings.Contains(content, "\x1b") {
		d.t.Errorf("a screen without dress has escapes: %q", content)
	}
	lines := strings.Split(d.screen(), "\n")
	if len(lines) != d.m.height {
		d.t.Errorf("%d lines, not %d:\n%s", len(lines), d.m.height, d.screen())
	}
	for _, line := range lines {
		if n := utf8.RuneCountInString(line); n > d.m.width {
			d.t.Errorf("%d columns: %q", n, line)
		}
		for _, c := range []byte(line) {
			if c < ' ' || c > '~' {
				d.t.Fatalf("not ASCII: %q", line)
			}
		}
	}
	for _, help := range d.m.lay().help {
		if len(help)+1 > d.m.width {
			d.t.Errorf("help is cut off: %q", help)
		}
	}
	if l := d.m.lay(); l.cursor && !strings.HasPrefix(l.bottom[l.y].text, ">") {
		d.t.Errorf("the cursor is at %q", l.bottom[l.y].text)
	}
	if c := d.m.View().Cursor; c != nil && !strings.Contains(lines[c.Y], ">") {
		d.t.Errorf("the cursor is on line %d, %q", c.Y, lines[c.Y])
	}
}

// Every prompt, in every phase, at every size, with and without dress, stays within the screen and is ASCII.
func TestEveryScreen(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {200, 50}, {132, 43}, {80, 60}, {79, 24}, {80, 23}, {40, 12}, {20, 8}} {
		for _, dressed := range []bool{true, false} {
			for _, p := range script() {
				d := newDesk(t, size[0], size[1])
				d.m.dressed = dressed
				d.ask(p)
				for _, keys := range []string{"", "\r", "x", "\r", "\x03", "g", "\r", "\x1b[6~", "?"} {
					d.press(keys)
					d.check()
				}
				d.pass(121)
				d.check()
			}
		}
	}
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		kind   ceremony.AnswerKind
		hidden bool
		keys   string
		want   string
	}{
		{ceremony.Notice, false, "x\r", ""},
		{ceremony.Confirm, false, "yes\r", "yes"},
		{ceremony.Confirm, false, "\r", ""},
		{ceremony.Line, false, "  the one\x1b[D\x1b[D\x1b[Dlamp \x05?\r", "the lamp one?"},
		{ceremony.Line, false, "wrong\x15right\r", "right"},
		{ceremony.Initials, false, "BE\r", "BE"},
		{ceremony.Secret, true, "1632 54\r", "[1632 54]"},
		{ceremony.Line, true, "a passphrase \r", "[a passphrase ]"},
		{ceremony.TypeBack, false, "berserk Pegasus village\r", "berserk Pegasus village"},
		{ceremony.Work, false, "", ""},
	} {
		d := newDesk(t, 80, 24)
		d.ask(ceremony.Prompt{Kind: c.kind, Hidden: c.hidden, Who: ben, Ask: "Say", Text: []string{"What it is about."}})
		d.shows("What it is about.")
		if c.kind != ceremony.Work {
			d.shows(ben + ":")
			d.open()
		}
		d.press(c.keys)
		d.gives(c.want)
	}
}

func TestSteps(t *testing.T) {
	d := newDesk(t, 80, 24)
	p := script()[4]
	d.ask(p)
	d.shows(" Step 5 of 13: Randomness", "*** REHEARSAL ***", "\n x The clock  ", "\n > Randomness  ", "\n   The keys are made ", " x done   > now  ")
	p.Rehearsal = false
	d.ask(p)
	d.hides("REHEARSAL")
	p.Stages, p.Number, p.Of = nil, 35, 40
	for n := range p.Of {
		p.Stages = append(p.Stages, fmt.Sprintf("Stage %d", n+1))
	}
	d.ask(p) // more steps than lines: those around this one
	d.shows("x Stage 34 ", "> Stage 35 ", "  Stage 36 ")
	d.hides("Stage 1 ")
	d.check()
}

func TestWork(t *testing.T) {
	d := newDesk(t, 80, 24)
	d.ask(ceremony.Prompt{Kind: ceremony.Work, Text: []string{"Key root is made."}})
	d.gives("")
	d.pass(3)
	d.shows("Key root is made.", "] Working: 3 s")
	before := d.screen()
	d.pass(1)
	if d.screen() == before {
		t.Error("nothing moves while the ceremony works")
	}
	d.pass(300)
	d.shows("Working: 304 s")
	d.press("yes\r") // nobody has seen what this would answer
	d.ask(ceremony.Prompt{Kind: ceremony.Confirm, Ask: "Type yes"})
	d.open()
	d.hides("> yes")
}

func TestTooSmall(t *testing.T) {
	d := newDesk(t, 80, 24)
	d.ask(script()[0])
	d.send(tea.WindowSizeMsg{Width: 79, Height: 24})
	d.shows("This terminal has 79 columns and 24 lines; the ceremony needs 80 and 24.")
	d.hides("digest")
	d.press("x\r")
	d.open()
	d.send(tea.WindowSizeMsg{Width: 200, Height: 50})
	d.shows("Type words 3, 17 and 30 of the program's digest:\n", "Compare the digests of the program and of the plan, in figures or in words, with those on your own")
	d.hides("> x")
	d.send(tea.WindowSizeMsg{}) // a serial line
	d.shows("Compare the digests of the program and of the plan,\n")
	d.send(tea.WindowSizeMsg{Width: 10, Height: 3})
	d.press("\x03give up\r")
	if _, err := d.answered(); !errors.Is(err, ceremony.ErrGivenUp) {
		t.Error(err)
	}
}

func TestScroll(t *testing.T) {
	d := newDesk(t, 80, 24)
	p := script()[3]
	d.ask(p)
	d.shows("more lines: PgDn", "links", "Reason for swap:")
	d.hides("hypervisor")
	d.press("\x1b[B\x1b[6~\x1b[6~")
	d.shows("lines above: PgUp", "hypervisor", "Reason for swap:")
	d.press("\x1b[5~\x1b[A\x1b[5~")
	d.shows("links")
	p.Kind = ceremony.Notice // what was not seen yet comes before Enter goes on
	d.ask(p)
	d.press("\r")
	d.open()
	d.shows("video")
	d.press("\r")
	d.gives("")
	d.send(tea.WindowSizeMsg{Width: 200, Height: 50})
	d.ask(p)
	d.shows("links", "video")
	d.hides("PgDn")
}

func TestNoDress(t *testing.T) {
	d := newDesk(t, 80, 24)
	d.ask(script()[3])
	if !strings.Contains(d.m.View().Content, "\x1b[1;37;41mWARNING: ") {
		t.Errorf("%q", d.m.View().Content)
	}
	d.m.dressed = false
	d.shows("WARNING: ")
	d.check()
}
