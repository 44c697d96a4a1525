package ceremony

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// use says what a plan has to do with a step.
type use int

const (
	useless  use = iota // there is nothing to do in it
	optional            // it may be left out
	needed
)

// uses tells for each step what this plan has to do with it.
func (p *Plan) uses() map[string]use {
	must := func(yes bool) use {
		if yes {
			return needed
		}
		return useless
	}
	uses := map[string]use{
		StepIdentity: needed, StepRollCall: needed, StepMachine: needed, StepClock: needed,
		StepRestore:    must(len(p.Old()) > 0 && p.Old()[0].Paper != ""),
		StepEntropy:    must(p.Makes()),
		StepGenerate:   must(len(p.New()) > 0),
		StepPassphrase: must(p.NeedsPassphrase()),
		StepBackups:    must(p.PutsOnPaper()),
		StepDrill:      must(p.PutsOnPaper()),
		StepRotate:     must(p.Kind == KindRotate),
		StepExports:    must(p.PutsFiles()),
		StepSign:       must(len(p.Sign) > 0),
		StepDestroy:    optional,
		StepTranscript: needed,
	}
	if p.PutsOnPaper() {
		uses[StepBags] = optional
	}
	if p.Kind == KindDestroy {
		uses[StepDestroy] = needed
	}
	return uses
}

// stepRules chooses the usual steps where the plan names none, and checks those that it names.
func (p *Plan) stepRules(root *yaml.Node) error {
	uses := p.uses()
	if len(p.Steps) == 0 {
		for _, step := range Steps() {
			if uses[step] != useless {
				p.Steps = append(p.Steps, step)
			}
		}
		return nil
	}
	n := place(root, "steps")
	for i, step := range p.Steps {
		switch {
		case uses[step] == useless:
			return wrong(place(n, i), "there is nothing to do in the step %s: leave it out", step)
		case step != StepMachine && slices.Contains(p.Steps[:i], step):
			return wrong(place(n, i), "the step %s can't be taken twice", step)
		}
	}
	for _, step := range Steps() {
		if uses[step] == needed && !p.Has(step) {
			return wrong(n, "the step %s is missing; this plan can't do without it", step)
		}
	}
	if err := sensible(p.Steps); err != nil {
		return wrong(n, "%v", err)
	}
	return nil
}

// before lists steps that can't be taken before others are done.
var before = [][2]string{
	{StepMachine, StepClock},
	{StepClock, StepRestore}, {StepClock, StepEntropy}, {StepClock, StepDestroy}, // no secret before the machine was looked at
	{StepRestore, StepRotate}, {StepRestore, StepBackups}, {StepRestore, StepExports}, {StepRestore, StepSign}, {StepRestore, StepDestroy},
	{StepEntropy, StepGenerate}, {StepEntropy, StepPassphrase}, {StepEntropy, StepBackups},
	{StepGenerate, StepBackups}, {StepPassphrase, StepBackups}, {StepPassphrase, StepExports},
	{StepBackups, StepDrill}, {StepDrill, StepBags}, // a bag is closed once
	{StepDrill, StepRotate}, {StepDrill, StepExports}, {StepDrill, StepSign}, // nothing leaves before it is sure that the paper restores
	{StepBags, StepDestroy}, {StepRotate, StepDestroy}, {StepExports, StepDestroy}, {StepSign, StepDestroy},
}

// sensible tells whether steps can be taken in this order; the step machine counts where it stands first.
func sensible(steps []string) error {
	last := len(steps) - 1
	switch {
	case last < 2 || steps[0] != StepIdentity || steps[1] != StepRollCall:
		return fmt.Errorf("the step %s is the first and %s the second", StepIdentity, StepRollCall)
	case steps[last] != StepTranscript:
		return fmt.Errorf("the step %s is the last", StepTranscript)
	}
	for _, order := range before {
		first, second := slices.Index(steps, order[0]), slices.Index(steps, order[1])
		if first >= 0 && second >= 0 && first > second {
			return fmt.Errorf("the step %s comes before %s", order[0], order[1])
		}
	}
	return nil
}
