package script

import (
	"cmp"
	"fmt"
	"strings"

	"sigtool/ceremony"
)

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
