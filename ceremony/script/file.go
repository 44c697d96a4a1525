package script

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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

// answers are those of one step.
type answers struct {
	line   int
	always *answer           // one for every question
	list   []answer          // or one after another, those still to be given
	named  map[string]answer // or by name
	last   *answer           // the one given last
}

type answer struct {
	line int
	text string
}

// notTaken says that it was refused and that there is no other; why, where that gives nothing of a secret away.
func (a answer) notTaken(p ceremony.Prompt) error {
	why := ": " + cmp.Or(p.Refused, p.Warning)
	if p.Hidden || p.Kind == ceremony.Secret || p.Kind == ceremony.Paper {
		why = ""
	}
	return fmt.Errorf("answers, line %d: the answer to step %s was not taken, and there is no other%s", a.line, p.Step, why)
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

// next takes the next answer of the prompt's step.
func (f *file) next(p ceremony.Prompt) (answer, error) {
	a := f.steps[p.Step]
	switch {
	case a == nil:
		return answer{}, fmt.Errorf("answers: there is none for step %s, which asks: %s", p.Step, question(p))
	case a.always != nil && (a.last == nil || p.Refused == "" && p.Warning == ""):
		a.last = a.always
	case len(a.list) > 0:
		a.last, a.list = &a.list[0], a.list[1:]
	case a.always != nil, p.Refused != "" && a.last != nil:
		return answer{}, a.last.notTaken(p)
	default:
		return answer{}, fmt.Errorf("answers, line %d: there are too few for step %s, which asks: %s", a.line, p.Step, question(p))
	}
	return *a.last, nil
}

// question is what a prompt asks, and what is wrong if something is.
func question(p ceremony.Prompt) string {
	if p.Warning == "" {
		return p.Ask
	}
	return strings.Join(append([]string{p.Warning}, append(p.Text, p.Ask)...), " ")
}

// nextOf takes the next answer of the roll call, for that person.
func (f *file) nextOf(p ceremony.Prompt, name string) (answer, error) {
	a := f.steps[p.Step]
	if a == nil || a.named == nil {
		return f.next(p)
	}
	own, ok := a.named[name]
	switch {
	case !ok:
		return own, fmt.Errorf("answers, line %d: there are no initials of %s", a.line, name)
	case p.Refused != "":
		return own, own.notTaken(p)
	}
	a.last = &own
	return own, nil
}

// nameOf is the name of whoever is asked: "Ben Example, witness" without the role.
func nameOf(who string) string {
	if i := strings.LastIndex(who, ", "); i >= 0 {
		return who[:i]
	}
	return who
}

// yes is what confirm: yes says.
func (f *file) yes(p ceremony.Prompt) (ceremony.Answer, error) {
	if p.Refused != "" {
		return ceremony.Answer{}, answer{line: f.confirm}.notTaken(p)
	}
	return ceremony.Answer{Text: "yes"}, nil
}

// left is the line of an answer to a step that was not given, 0 for none; given tells whether another one was.
func (f *file) left(step string) (line int, given bool) {
	a := f.steps[step]
	switch {
	case a == nil:
		return 0, false
	case len(a.list) > 0:
		return a.list[0].line, a.last != nil
	case a.last == nil:
		return a.line, false
	}
	return 0, true
}
