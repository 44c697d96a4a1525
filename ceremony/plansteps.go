package ceremony

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// readSteps reads an order of steps.
func (p *Plan) readSteps(n *yaml.Node) error {
	p.Steps = nil
	err := readList(n, "steps", 32, func(n *yaml.Node) error {
		return choice(func(s string) { p.Steps = append(p.Steps, s) }, "a step", Steps()...)(n)
	})
	if err != nil {
		return err
	}
	if err := sensible(p.Steps); err != nil {
		return wrong(n, "%v", err)
	}
	return nil
}

// sensible tells whether steps can be taken in this order: all there, each once but for the machine's, the plan first, the transcript
// last, and each after those that it builds on.
func sensible(steps []string) error {
	for _, name := range Steps() {
		count := 0
		for _, s := range steps {
			if s == name {
				count++
			}
		}
		if count == 0 {
			return fmt.Errorf("the step %s is missing", name)
		}
		if count > 1 && name != StepMachine {
			return fmt.Errorf("the step %s can't be taken twice", name)
		}
	}
	if steps[0] != StepPlan || steps[len(steps)-1] != StepTranscript {
		return fmt.Errorf("the step %s is the first and %s the last", StepPlan, StepTranscript)
	}
	for _, order := range [][2]string{
		{StepMachine, StepEntropy}, {StepEntropy, StepGenerate}, {StepEntropy, StepPassphrase}, {StepGenerate, StepSelfTest},
		{StepSelfTest, StepSheet}, {StepPassphrase, StepSheet}, {StepSheet, StepReadBack}, {StepReadBack, StepOutputs},
	} {
		if slices.Index(steps, order[0]) > slices.Index(steps, order[1]) {
			return fmt.Errorf("the step %s comes before %s", order[0], order[1])
		}
	}
	return nil
}
