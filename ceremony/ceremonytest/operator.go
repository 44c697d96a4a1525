package ceremonytest

import (
	"math/rand/v2"

	"sigtool/ceremony"
	"sigtool/internal/secret"
)

// Operator is a front end that answers everything rightly, except where it is told otherwise.
type Operator struct {
	World   *World
	Seen    []ceremony.Prompt // every prompt, in order
	Instead func(p ceremony.Prompt) (ceremony.Answer, error, bool)
	rng     *rand.Rand
}

// Ask answers a prompt.
func (o *Operator) Ask(p ceremony.Prompt) (ceremony.Answer, error) {
	o.Seen = append(o.Seen, p)
	if o.Instead != nil {
		if a, err, ok := o.Instead(p); ok {
			return a, err
		}
	}
	switch {
	case p.Kind == ceremony.Confirm:
		return ceremony.Answer{Text: "yes"}, nil
	case p.Kind == ceremony.Line:
		return ceremony.Answer{Text: "a good reason"}, nil
	case p.Kind == ceremony.TypeBack && !p.Hidden:
		return ceremony.Answer{Text: string(p.Shown.Bytes())}, nil
	case p.Kind == ceremony.TypeBack:
		return Hidden(string(p.Shown.Bytes())), nil
	case p.Kind == ceremony.Paper:
		data, err := o.World.ReadBack(p.Sheet)
		return ceremony.Answer{Secret: secret.From(data), From: ceremony.FromTyping}, err
	case p.Step == ceremony.StepEntropy && p.Kind == ceremony.Secret:
		return Hidden(o.Throw(50)), nil
	}
	return ceremony.Answer{}, nil
}

// Throw throws a die so many times.
func (o *Operator) Throw(times int) string {
	if o.rng == nil {
		o.rng = rand.New(rand.NewPCG(1, 2))
	}
	out := make([]byte, times)
	for i := range out {
		out[i] = byte('1' + o.rng.IntN(6))
	}
	return string(out)
}

// Hidden is an answer that must not be seen.
func Hidden(text string) ceremony.Answer {
	return ceremony.Answer{Secret: secret.From([]byte(text))}
}
