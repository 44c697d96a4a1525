// Package script answers the questions of a ceremony from a file, for rehearsals and for ceremonies whose plan allows it: it answers
// what was foreseen and nothing else, and an answer that nobody asked for ends the ceremony as much as a missing one does.
//
// The file is strict YAML: the name of a step, and its answer, or a list of answers where the step asks more than once.
//
//	plan: shown
//	entropy: ["5213 6451 2344", "1166 2535"]
//	passphrase: shown
//	sheet: yes
//	read-back: sheet
//
// Two words stand for what a file can't know: shown types back what was shown, sheet reads the sheet's own file back. Where an answer is
// refused, the next of the list is tried, so that slips can be rehearsed as well. Steps that ask nothing have no answer. Reasons for
// exceptions (step machine) may be left over, for not every machine needs one.
package script

import (
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"sigtool/ceremony"
	"sigtool/internal/secret"
)

// The words that stand for something else.
const (
	wordShown = "shown"
	wordSheet = "sheet"
)

// maxAnswers bounds an answers file, in bytes; the text of a sheet may stand in it.
const maxAnswers = 1 << 20

// Hands is what the answers need of the world.
type Hands struct {
	Show      func(ceremony.Prompt)                // shows each prompt, for whoever watches; may be nil
	Keep      func(passphrase *secret.Bytes) error // keeps the passphrase that is shown once; needed in earnest
	ReadSheet func(name string) ([]byte, error)    // reads a sheet back from where the ceremony put it
}

// FrontEnd is a ceremony.FrontEnd.
type FrontEnd struct {
	answers map[string][]answer
	hands   Hands
	mode    ceremony.Mode
	step    string // of the prompt before
	last    answer // the one given last
}

type answer struct {
	line int
	text string
}

// New reads an answers file. It refuses one that the plan does not allow.
func New(data []byte, plan *ceremony.Plan, mode ceremony.Mode, hands Hands) (*FrontEnd, error) {
	if err := plan.MayAnswer(mode); err != nil {
		return nil, err
	}
	root, err := ceremony.StrictYAML(data, maxAnswers)
	if err != nil {
		return nil, err
	}
	f := &FrontEnd{answers: map[string][]answer{}, hands: hands, mode: mode}
	if root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("line %d: answers are steps and what to answer, one a line", root.Line)
	}
	for i := 0; i < len(root.Content); i += 2 {
		if err := f.read(root.Content[i], root.Content[i+1]); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *FrontEnd) read(key, value *yaml.Node) error {
	step := key.Value
	switch {
	case key.Kind != yaml.ScalarNode || !slices.Contains(ceremony.Steps(), step):
		return fmt.Errorf("line %d: there is no step %q", key.Line, step)
	case f.answers[step] != nil:
		return fmt.Errorf("line %d: step %s stands here twice", key.Line, step)
	}
	entries := []*yaml.Node{value}
	if value.Kind == yaml.SequenceNode {
		entries = value.Content
	}
	for _, n := range entries {
		if n.Kind != yaml.ScalarNode || n.Value == "" {
			return fmt.Errorf("line %d: an answer to step %s is text, or a list of texts", n.Line, step)
		}
		f.answers[step] = append(f.answers[step], answer{n.Line, n.Value})
	}
	if len(entries) == 0 {
		return fmt.Errorf("line %d: step %s has no answer", value.Line, step)
	}
	return nil
}

// Ask takes the next answer of the prompt's step.
func (f *FrontEnd) Ask(p ceremony.Prompt) (ceremony.Answer, error) {
	if f.hands.Show != nil {
		f.hands.Show(p)
	}
	if err := f.leftOver(p); err != nil {
		return ceremony.Answer{}, err
	}
	f.step = p.Step
	if p.Kind == ceremony.Notice {
		return ceremony.Answer{}, nil
	}
	waiting := f.answers[p.Step]
	switch {
	case len(waiting) > 0:
	case p.Refused != "":
		return ceremony.Answer{}, fmt.Errorf("answers, line %d: the answer to step %s was not taken, and there is no other", f.last.line, p.Step)
	default:
		return ceremony.Answer{}, fmt.Errorf("answers: there is none for step %s", p.Step)
	}
	f.last, f.answers[p.Step] = waiting[0], waiting[1:]
	return f.give(p, f.last)
}

// leftOver finds answers that nobody asked for: of a step that is over, and before the seal, which is the last moment, of any.
func (f *FrontEnd) leftOver(p ceremony.Prompt) error {
	for _, step := range ceremony.Steps() {
		over := step == f.step && step != p.Step
		if left := f.answers[step]; len(left) > 0 && step != ceremony.StepMachine && (over || p.Step == ceremony.StepTranscript) {
			return fmt.Errorf("answers, line %d: nobody asked for this answer to step %s", left[0].line, step)
		}
	}
	return nil
}

func (f *FrontEnd) give(p ceremony.Prompt, a answer) (ceremony.Answer, error) {
	switch {
	case p.Kind == ceremony.TypeBack && p.Hidden:
		return f.passphrase(p, a)
	case p.Kind == ceremony.TypeBack && a.text == wordShown:
		return ceremony.Answer{Text: string(p.Shown.Bytes())}, nil
	case p.Kind == ceremony.Paper && a.text == wordSheet:
		return f.sheet(p)
	case p.Kind == ceremony.Paper:
		return ceremony.Answer{Secret: secret.From([]byte(a.text)), From: ceremony.FromFile}, nil
	case p.Hidden:
		return ceremony.Answer{Secret: secret.From([]byte(a.text))}, nil
	}
	return ceremony.Answer{Text: a.text}, nil
}

// passphrase types a passphrase back after it was kept, for a key whose passphrase nobody has is lost.
func (f *FrontEnd) passphrase(p ceremony.Prompt, a answer) (ceremony.Answer, error) {
	if f.hands.Keep == nil && f.mode != ceremony.Rehearsal {
		return ceremony.Answer{}, errors.New("answers: there is no place where the passphrase would be kept")
	}
	if f.hands.Keep != nil && p.Refused == "" {
		if err := f.hands.Keep(p.Shown); err != nil {
			return ceremony.Answer{}, err
		}
	}
	if a.text != wordShown {
		return ceremony.Answer{Secret: secret.From([]byte(a.text))}, nil
	}
	typed := secret.New(p.Shown.Len())
	copy(typed.Bytes(), p.Shown.Bytes())
	return ceremony.Answer{Secret: typed}, nil
}

func (f *FrontEnd) sheet(p ceremony.Prompt) (ceremony.Answer, error) {
	text, err := f.hands.ReadSheet(p.Sheet)
	if err != nil {
		return ceremony.Answer{}, err
	}
	return ceremony.Answer{Secret: secret.From(text), From: ceremony.FromSheet}, nil
}
