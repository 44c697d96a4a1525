package script

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"sigtool/ceremony"
)

// maxAnswers bounds an answers file, in bytes; the text of a sheet may stand in it.
const maxAnswers = 1 << 20

// keyConfirm is the one key of the file that is no step.
const keyConfirm = "confirm"

// file is an answers file.
type file struct {
	confirm int // the line that says yes to all; 0 for none
	steps   map[string]*answers
}

func readFile(data []byte, plan *ceremony.Plan) (*file, error) {
	root, err := ceremony.StrictYAML(data, maxAnswers)
	if err != nil {
		return nil, err
	}
	if root.Kind != yaml.MappingNode {
		return nil, at(root, "answers are steps and what to answer, one a line")
	}
	f := &file{steps: map[string]*answers{}}
	for i := 0; i < len(root.Content); i += 2 {
		if err := f.read(root.Content[i], root.Content[i+1], plan); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func at(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("line %d: %s", n.Line, fmt.Sprintf(format, args...))
}

func (f *file) read(key, value *yaml.Node, plan *ceremony.Plan) (err error) {
	step := key.Value
	switch {
	case key.Kind == yaml.ScalarNode && step == keyConfirm:
		if f.confirm > 0 || value.Value != "yes" {
			return at(key, "confirm stands here once, and says yes")
		}
		f.confirm = key.Line
		return nil
	case key.Kind != yaml.ScalarNode || !slices.Contains(ceremony.Steps(), step):
		return at(key, "there is no step %q", step)
	case f.steps[step] != nil:
		return at(key, "step %s stands here twice", step)
	}
	a := &answers{line: value.Line}
	switch {
	case value.Kind == yaml.SequenceNode && len(value.Content) > 0:
		for _, n := range value.Content {
			one, err := readText(n, step)
			if err != nil {
				return err
			}
			a.list = append(a.list, one)
		}
	case value.Kind == yaml.SequenceNode:
		return at(value, "step %s has no answer", step)
	case value.Kind == yaml.MappingNode && step == ceremony.StepRollCall:
		a.named, err = readNamed(value, plan)
	default:
		one, failed := readText(value, step)
		a.always, err = &one, failed
	}
	f.steps[step] = a
	return err
}

// readText reads one answer. An empty one has to be written as such.
func readText(n *yaml.Node, step string) (answer, error) {
	quoted := n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0
	if n.Kind != yaml.ScalarNode || n.Value == "" && !quoted {
		return answer{}, at(n, "an answer to step %s is text, or a list of texts", step)
	}
	return answer{n.Line, n.Value}, nil
}

// readNamed reads initials by name.
func readNamed(n *yaml.Node, plan *ceremony.Plan) (map[string]answer, error) {
	named := map[string]answer{}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		known := slices.ContainsFunc(plan.People, func(p ceremony.Person) bool { return p.Name == key.Value })
		switch _, twice := named[key.Value]; {
		case key.Kind != yaml.ScalarNode || !known:
			return nil, at(key, "the plan knows nobody of the name %q", key.Value)
		case twice:
			return nil, at(key, "%s stands here twice", key.Value)
		}
		one, err := readText(n.Content[i+1], ceremony.StepRollCall)
		if err != nil {
			return nil, err
		}
		named[key.Value] = one
	}
	if len(named) == 0 {
		return nil, at(n, "step %s has no answer", ceremony.StepRollCall)
	}
	return named, nil
}
