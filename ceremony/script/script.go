// Package script answers the questions of a ceremony from a file, for rehearsals and for ceremonies whose plan allows it: it answers
// what was foreseen and nothing else, and an answer that nobody asked for ends the ceremony as much as a missing one does.
//
// The file is strict YAML: the name of a step, and its answers.
//
//	confirm: yes
//	identity: shown
//	roll-call: {Ada Example: AE, Ben Example: BE}
//	clock: now
//	entropy: ["5213 6451 2344", "1166 2535"]
//	passphrase: shown
//	drill: sheet
//	bags: [A-1001, A-1001, A-1002, A-1002]
//
// A text answers every question of its step; if it is refused, the ceremony ends. A list answers one question after another, and where
// an answer is refused the next one is tried, so that slips can be rehearsed as well. A text is not given once more to a question that
// comes with a warning either: whatever went wrong would go wrong again.
//
// The roll call's answers stand for each person's initials wherever they are asked for. By name, as above, is best; a list is of those who
// are asked for the first time, in that order, and the witness is first.
//
// What is only to be read, to be copied by hand or to be worked on needs no answer, and with confirm: yes neither does what is to be
// confirmed, unless it comes with a warning.
//
// Some words stand for what a file can't know: shown types back what was shown, or stands on people's papers; sheet reads the sheet's own
// file back, @ and a name another file that was made from the paper; now is the machine's time, as a watch that agrees with it.
//
// Answers left over end the ceremony, but for those of steps that ask as often as the machine makes them: machine, clock, exports and sign;
// and, in a ceremony that goes on where another stopped, of steps that were done there.
package script

import (
	"fmt"
	"slices"
	"time"

	"sigtool/ceremony"
	"sigtool/internal/secret"
)

// Hands is what the answers need of the world.
type Hands struct {
	Show      func(ceremony.Prompt)                // shows each prompt, for whoever watches; may be nil
	Keep      func(passphrase *secret.Bytes) error // keeps the passphrase that is shown once; needed in earnest
	ReadSheet func(name string) ([]byte, error)    // reads a sheet back from where the ceremony put it
	ReadFile  func(path string) ([]byte, error)    // reads the text of a file that was made from the paper
	Now       func() time.Time                     // the machine's clock
}

// FrontEnd is a ceremony.FrontEnd.
type FrontEnd struct {
	file  *file
	hands Hands
	mode  ceremony.Mode
	whole int               // how many steps the plan has
	step  string            // of the prompt before
	given map[string]string // initials by name, as they were given last
}

// New reads an answers file. It refuses one that the plan does not allow.
func New(data []byte, plan *ceremony.Plan, mode ceremony.Mode, hands Hands) (*FrontEnd, error) {
	if err := plan.MayAnswer(mode); err != nil {
		return nil, err
	}
	file, err := readFile(data, plan)
	if err != nil {
		return nil, err
	}
	return &FrontEnd{file: file, hands: hands, mode: mode, whole: len(plan.Steps), given: map[string]string{}}, nil
}

// Ask answers a prompt.
func (f *FrontEnd) Ask(p ceremony.Prompt) (ceremony.Answer, error) {
	if f.hands.Show != nil {
		f.hands.Show(p)
	}
	if err := f.leftOver(p); err != nil {
		return ceremony.Answer{}, err
	}
	f.step = p.Step
	switch p.Kind {
	case ceremony.Work, ceremony.Notice, ceremony.Copy:
		return ceremony.Answer{}, nil
	case ceremony.Initials:
		return f.initials(p)
	case ceremony.Confirm:
		if f.file.confirm > 0 && p.Warning == "" {
			return f.file.yes(p)
		}
	}
	a, err := f.file.next(p)
	if err != nil {
		return ceremony.Answer{}, err
	}
	return f.give(p, a)
}

// initials gives the initials that the person gave before, or those of the roll call.
func (f *FrontEnd) initials(p ceremony.Prompt) (ceremony.Answer, error) {
	name := nameOf(p.Who)
	if text, ok := f.given[name]; ok && p.Refused == "" {
		return ceremony.Answer{Text: text}, nil
	}
	p.Step, p.Warning = ceremony.StepRollCall, ""
	a, err := f.file.nextOf(p, name)
	f.given[name] = a.text
	return ceremony.Answer{Text: a.text}, err
}

// free are the steps that ask as often as the machine makes them.
var free = []string{ceremony.StepMachine, ceremony.StepClock, ceremony.StepExports, ceremony.StepSign}

// leftOver finds answers that nobody asked for: of a step that is over, and at the end of any.
func (f *FrontEnd) leftOver(p ceremony.Prompt) error {
	last := p.Step == ceremony.StepTranscript
	for _, step := range ceremony.Steps() {
		over := step != p.Step && (step == f.step || last) || last && p.Kind == ceremony.Work
		line, given := f.file.left(step)
		if over && line > 0 && !slices.Contains(free, step) && (given || p.Of >= f.whole) {
			return fmt.Errorf("answers, line %d: nobody asked for this answer to step %s", line, step)
		}
	}
	return nil
}
