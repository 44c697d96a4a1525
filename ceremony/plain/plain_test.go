package plain_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sigtool/ceremony"
	"sigtool/ceremony/plain"
	"sigtool/internal/secret"
	"sigtool/internal/term"
)

// step is a prompt of step 2 of 3.
func step(kind ceremony.AnswerKind) ceremony.Prompt {
	return ceremony.Prompt{
		Step: "entropy", Number: 2, Of: 3, Title: "Randomness", Stages: []string{"Roll call", "Randomness", "The transcript"},
		Kind: kind, Text: []string{"What to do."}, Ask: "The answer",
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	initials := step(ceremony.Initials)
	initials.Who = "Ben Example, witness"
	back := step(ceremony.TypeBack)
	back.Shown = secret.From([]byte("aardvark adroitness"))
	defer back.Shown.Destroy()
	hidden := step(ceremony.TypeBack)
	hidden.Hidden, hidden.Look = true, func() string { return "7Yb2-kLm9" }
	copied := step(ceremony.Copy)
	copied.Look = func() string { return "01 abandon" }
	for name, c := range map[string]struct {
		p            ceremony.Prompt
		typed        []string
		answer, last string
	}{
		"work":          {step(ceremony.Work), nil, "", "What to do.\n"},
		"notice":        {step(ceremony.Notice), []string{""}, "", "What to do.\nPress Enter to go on: \n"},
		"confirm":       {step(ceremony.Confirm), []string{" Yes "}, "yes", "The answer:  Yes \n"},
		"no":            {step(ceremony.Confirm), []string{"no"}, "no", "The answer: no\n"},
		"line":          {step(ceremony.Line), []string{" the lamp needs it "}, "the lamp needs it", "The answer:  the lamp needs it \n"},
		"initials":      {initials, []string{"BE"}, "BE", "Ben Example, witness: it is your turn.\nWhat to do.\nThe answer: BE\n"},
		"secret":        {step(ceremony.Secret), []string{"31264"}, "31264", "The answer: \n"},
		"type back":     {back, []string{"Aardvark adroitness"}, "Aardvark adroitness", "What to do.\nThe answer: Aardvark adroitness\n"},
		"passphrase":    {hidden, []string{"", "", "", "7Yb2-kLm9"}, "7Yb2-kLm9", "Press Enter to see it, when nobody else can: \nThe answer (or only Enter to see it again): \n"},
		"copy":          {copied, []string{"", "again", "", ""}, "", "Press Enter to see it: \nEnter goes on; type again to see it once more: \n"},
		"too long":      {step(ceremony.Secret), []string{long, "1"}, "1", "Not taken: the line is longer than 4096 bytes.\nThe answer: \n"},
		"help":          {step(ceremony.Secret), []string{"?", "1"}, "1", "Nothing is shown while you type. Backspace takes back one character, Ctrl-U the\nline.\nCtrl-C asks whether the ceremony is to end. Where what you type is shown, give\nup ends it.\nThe answer: \n"},
		"help, seen":    {step(ceremony.Line), []string{"?", "x"}, "x", "This is step 2 of 3, Randomness.\nNext comes: The transcript.\nWhat to do.\nType a line and Enter. It stands in the transcript for everybody to read.\nCtrl-C asks whether the ceremony is to end. Where what you type is shown, give\nup ends it.\nThe answer: x\n"},
		"Ctrl-C, no":    {step(ceremony.Line), []string{ctrlC, "", "x"}, "x", "Is the ceremony to end here? Type yes; only Enter goes on: \nThe answer: x\n"},
		"Ctrl-D, no":    {step(ceremony.Line), []string{ctrlD, "", "x"}, "x", "Is the ceremony to end here? Type yes; only Enter goes on: \nThe answer: x\n"},
		"Ctrl-C hidden": {step(ceremony.Secret), []string{ctrlC, "no", "x"}, "x", "Is the ceremony to end here? Type yes; only Enter goes on: \nThe answer: \n"},
	} {
		d := newDesk(t, c.typed...)
		d.wants(c.p, c.answer)
		if !strings.HasSuffix(d.screen.String(), c.last) {
			t.Errorf("%s: the screen ends otherwise than with %q:\n%s", name, c.last, d.screen.String())
		}
		want := map[string]int{"passphrase": 2, "copy": 2}[name]
		if len(d.shown) != want || strings.Contains(d.screen.String(), "7Yb2") || strings.Contains(d.screen.String(), "abandon") || strings.Contains(d.screen.String(), "aardvark") {
			t.Errorf("%s: shown %q, and\n%s", name, d.shown, d.screen.String())
		}
	}
}

func TestFirstScreen(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "BE")
	p := step(ceremony.Initials)
	p.Rehearsal, p.Who, p.Number, p.Title, p.Warning = true, "Ben Example, witness", 1, "Roll call", "the clock is slow"
	p.Table = [][2]string{{"title", "Test key"}, {"key", "modules\nbaker"}}
	d.wants(p, "BE")
	want := `At every question: ? explains it, give up ends the ceremony, Ctrl-C asks
whether to end it.

The steps of this ceremony:
   1  Roll call
   2  Randomness
   3  The transcript

REHEARSAL: nothing that is made here is for use.
Step 1 of 3: Roll call

Ben Example, witness: it is your turn.
WARNING: the clock is slow
What to do.
  title  Test key
  key    modules
         baker
The answer: BE
`
	if d.screen.String() != want {
		t.Errorf("the screen is\n%s\nnot\n%s", d.screen.String(), want)
	}
}

// What was said is said once: the head with the step, the text again only where it is new.
func TestAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "x", "y", "z", "a")
	p := step(ceremony.Line)
	p.Who = "Ada Example, operator"
	d.wants(p, "x")
	p.Again, p.Refused = true, "it is too short"
	d.wants(p, "y")
	p.Refused, p.Who = "", "Ben Example, witness"
	d.wants(p, "z")
	p.Again, p.Number, p.Title = false, 3, "Randomness once more"
	d.wants(p, "a")
	_, after, _ := strings.Cut(d.screen.String(), "The answer: x\n")
	want := `Not taken: it is too short.
The answer: y
Ben Example, witness: it is your turn.
The answer: z

Step 3 of 3: Randomness once more

Ben Example, witness: it is your turn.
What to do.
The answer: a
`
	if after != want {
		t.Errorf("then came\n%s\nnot\n%s", after, want)
	}
}

// Who alone may look is told, and waited for, before anything else is shown.
func TestOnly(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "", "", "", "x", "")
	p := step(ceremony.Copy)
	p.Only, p.Look = "Ben Example", func() string { return "01 abandon" }
	d.wants(p, "")
	p.Kind = ceremony.Line
	d.wants(p, "x")
	p.Kind, p.Only = ceremony.Notice, ""
	d.wants(p, "")
	_, after, _ := strings.Cut(d.screen.String(), "Step 2 of 3: Randomness\n\n")
	want := `Only Ben Example may look at the screen and the paper now. All others turn
away.
Press Enter when nobody but Ben Example sees the screen: 
What to do.
Press Enter to see it: 
Enter goes on; type again to see it once more: 

What to do.
The answer: x

Everybody may look again.
What to do.
Press Enter to go on: 
`
	if after != want {
		t.Errorf("it was\n%s\nnot\n%s", after, want)
	}
}

func TestTheEnd(t *testing.T) {
	t.Parallel()
	hidden := step(ceremony.TypeBack)
	hidden.Hidden, hidden.Look = true, func() string { return "7Yb2-kLm9" }
	only := step(ceremony.Line)
	only.Only = "Ben Example"
	for name, c := range map[string]struct {
		p     ceremony.Prompt
		typed []string
	}{
		"give up":                        {step(ceremony.Line), []string{" give up"}},
		"give up at a notice":            {step(ceremony.Notice), []string{"give up"}},
		"before one alone may look":      {only, []string{"give up"}},
		"before it is shown":             {hidden, []string{"give up"}},
		"Ctrl-C and yes":                 {step(ceremony.Line), []string{ctrlC, "yes"}},
		"Ctrl-C twice":                   {step(ceremony.Secret), []string{ctrlC, ctrlC}},
		"Ctrl-C and the end of input":    {step(ceremony.Secret), []string{ctrlC, ctrlD}},
		"the end of input":               {step(ceremony.Line), []string{ctrlD, ctrlD}},
		"the end of input, while hidden": {hidden, []string{"", ctrlD, ctrlD}},
	} {
		d := newDesk(t, c.typed...)
		if _, _, err := d.ask(c.p); !errors.Is(err, ceremony.ErrGivenUp) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A secret that could not be shown, or was taken away early, is shown again.
func TestNotShown(t *testing.T) {
	t.Parallel()
	for _, unfit := range []error{errors.New("the terminal is too small: this needs 6 lines and it has 5"), term.ErrInterrupted} {
		for _, kind := range []ceremony.AnswerKind{ceremony.Copy, ceremony.TypeBack} {
			d := newDesk(t, "", "", "")
			if unfit == term.ErrInterrupted {
				d.typed = append(d.typed, "")
			}
			p := step(kind)
			p.Hidden, p.Look = kind == ceremony.TypeBack, func() string { return "secret" }
			if kind == ceremony.TypeBack {
				d.typed[len(d.typed)-1] = "secret"
			}
			d.unfit = unfit
			if _, _, err := d.ask(p); err != nil || len(d.shown) != 1 {
				t.Errorf("%s after %v: %v, shown %q", kind, unfit, err, d.shown)
			}
		}
	}
}

func TestHostileNames(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "x")
	p := step(ceremony.Line)
	p.Table = [][2]string{{"usb", "stick \x1b[2J\u202egnp.exe\u009b"}}
	p.Ask = "Reason \x1b]0;x\a"
	d.wants(p, "x")
	d.says("  usb  stick ?[2J?gnp.exe?\n", "Reason ?]0;x?: x\n")
}

func TestLongQuestion(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "x")
	p := step(ceremony.Line)
	p.Ask = strings.Repeat("why it goes on all the same ", 6)
	d.wants(p, "x")
	d.says("why it goes on all the same why it goes on all the same why it goes on all the\nsame", "\nall the same: x\n")
}

// While it works after an answer it says so, at growing intervals, and never into a question.
func TestWorking(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "x")
	d.wants(step(ceremony.Work), "")
	before := d.screen.Len()
	var waits []time.Duration
	for range 8 {
		last := d.clock[len(d.clock)-1]
		waits = append(waits, last.d/time.Second)
		last.ring()
	}
	if got := d.screen.String()[before:]; got != "Still working (1 s) ...\nStill working (3 s) ...\nStill working (7 s) ...\nStill working (15 s) ...\n"+
		"Still working (31 s) ...\nStill working (61 s) ...\nStill working (91 s) ...\nStill working (121 s) ...\n" {
		t.Errorf("it waited %v and said\n%s", waits, got)
	}
	last := d.clock[len(d.clock)-1]
	p := step(ceremony.Line)
	p.Again = true
	d.wants(p, "x")
	last.ring() // too late
	if !last.stopped || !strings.HasSuffix(d.screen.String(), "The answer: x\n") {
		t.Errorf("it goes on:\n%s", d.screen.String())
	}
	d.front.Show(step(ceremony.Work))
	last = d.clock[len(d.clock)-1]
	d.front.Close()
	if last.ring(); !last.stopped || strings.Contains(d.screen.String()[before:], "What to do.\nStill") {
		t.Error("it goes on after its end")
	}
}

// The clock rings whenever it likes, on goroutines of its own: what it says is whole, and between an answer and the next question.
func TestWorkingAtAnyTime(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var rings sync.WaitGroup
	front := plain.New(&d.screen, plain.Terminal{After: func(_ time.Duration, do func()) func() bool {
		var stopped atomic.Bool
		rings.Go(func() {
			if !stopped.Load() {
				do()
			}
		})
		return func() bool { return !stopped.Swap(true) }
	}})
	p := step(ceremony.Work)
	for range 200 {
		if _, err := front.Ask(p); err != nil {
			t.Fatal(err)
		}
	}
	front.Close()
	rings.Wait()
	for line := range strings.Lines(d.screen.String()) {
		if strings.Contains(line, "Still") && !strings.HasPrefix(line, "Still working (") || strings.Contains(line, "What") && line != "What to do.\n" {
			t.Fatalf("torn: %q", line)
		}
	}
}

// The terminal is quiet from the first question to the end, and drops what was typed before each one that is new.
func TestQuiet(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "x", "y", "z")
	said := ""
	front := plain.New(&d.screen, plain.Terminal{
		ReadLine: d.readLine,
		Quiet:    func() (func(), error) { said += "quiet "; return func() { said += "loud " }, nil },
		Drop:     func() error { said += "drop "; return nil },
	})
	for _, again := range []bool{false, true, false} {
		p := step(ceremony.Line)
		p.Again = again
		if _, err := front.Ask(p); err != nil {
			t.Fatal(err)
		}
		said += "asked "
	}
	front.Close()
	front.Close()
	if want := "quiet drop asked asked drop asked loud "; said != want {
		t.Errorf("%q, not %q", said, want)
	}
	front = plain.New(&d.screen, plain.Terminal{Quiet: func() (func(), error) { return nil, errFull }})
	if _, err := front.Ask(step(ceremony.Line)); !errors.Is(err, errFull) {
		t.Error(err)
	}
	front.Close()
	front = plain.New(&d.screen, plain.Terminal{Drop: func() error { return errFull }})
	if _, err := front.Ask(step(ceremony.Line)); !errors.Is(err, errFull) {
		t.Error(err)
	}
}

func TestScreenThatFails(t *testing.T) {
	t.Parallel()
	front := failing()
	defer front.Close()
	if _, err := front.Ask(step(ceremony.Line)); !errors.Is(err, errFull) {
		t.Error(err)
	}
}
