package ceremonytest

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"

	"sigtool/ceremony"
	"sigtool/internal/secret"
)

// Operator is a front end that answers everything rightly, except where it is told otherwise.
type Operator struct {
	World   *World
	Seen    []ceremony.Prompt // every prompt, in order
	Instead func(p ceremony.Prompt) (ceremony.Answer, error, bool)
	rng     *rand.Rand
	bags    int
	refused int

	passphrase string
	copied     map[string]string // sheets, by name
}

// Ask answers a prompt.
func (o *Operator) Ask(p ceremony.Prompt) (ceremony.Answer, error) {
	o.Seen = append(o.Seen, p)
	if p.Refused != "" {
		o.refused++
	}
	if o.refused > 50 {
		return ceremony.Answer{}, fmt.Errorf("no answer to %q is taken: %s", p.Ask, p.Refused)
	}
	if o.copied == nil {
		o.copied = map[string]string{}
	}
	if o.Instead != nil {
		if a, err, ok := o.Instead(p); ok {
			return a, err
		}
	}
	switch {
	case p.Kind == ceremony.Confirm:
		return ceremony.Answer{Text: "yes"}, nil
	case p.Kind == ceremony.Initials:
		return ceremony.Answer{Text: initials(p.Who)}, nil
	case p.Kind == ceremony.Line:
		return ceremony.Answer{Text: o.line(p)}, nil
	case p.Kind == ceremony.TypeBack && !p.Hidden:
		return ceremony.Answer{Text: string(p.Shown.Bytes())}, nil
	case p.Kind == ceremony.TypeBack:
		o.passphrase = string(p.Shown.Bytes())
		return Hidden(o.passphrase), nil
	case p.Kind == ceremony.Copy:
		o.copied[p.Sheet] += p.Look()
	case p.Kind == ceremony.Paper:
		typed := bytes.Replace(o.paper(p.Sheet), []byte("SIGTOOL"), []byte("sigtool"), 1) // not the file itself, which is refused
		return ceremony.Answer{Secret: secret.From(typed), From: ceremony.FromTyping}, nil
	case p.Step == ceremony.StepEntropy && strings.HasPrefix(p.Ask, "Tosses"):
		return Hidden(o.Toss(128)), nil
	case p.Step == ceremony.StepEntropy && p.Kind == ceremony.Secret:
		return Hidden(o.Throw(50)), nil
	case p.Kind == ceremony.Secret:
		return Hidden(o.passphrase), nil
	}
	return ceremony.Answer{}, nil
}

// initials are the first letters of the name before the role: "Ada Example, witness" signs AE.
func initials(who string) string {
	name, _, _ := strings.Cut(who, ",")
	text := ""
	for _, word := range strings.Fields(name) {
		text += word[:1]
	}
	return text
}

// line answers what is asked in the clear: the time by a watch that is right, the number of the next bag, typed twice, or a reason.
func (o *Operator) line(p ceremony.Prompt) string {
	switch p.Step {
	case ceremony.StepClock:
		return o.World.Clock.Format("2006-01-02 15:04")
	case ceremony.StepBags:
		o.bags++
		return fmt.Sprintf("BAG-%d", (o.bags+1)/2)
	case ceremony.StepDestroy:
		return "QPZR-Y9X8"
	case ceremony.StepTranscript:
		return "none"
	}
	return "a good reason"
}

// paper is a sheet as it was printed, by the ceremony or from its file, or copied from the screen.
func (o *Operator) paper(name string) []byte {
	if text := o.copied[name]; text != "" {
		return []byte(text)
	}
	if text, ok := o.World.Sheets[name]; ok {
		return append([]byte{}, text...)
	}
	return append([]byte{}, o.World.Files[name]...)
}

// In is the same operator, with the same papers in hand, in another world.
func (o *Operator) In(world *World) *Operator {
	return &Operator{World: world, passphrase: o.passphrase, copied: maps.Clone(o.copied), bags: o.bags + o.bags%2}
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

// Toss tosses a coin so many times.
func (o *Operator) Toss(times int) string {
	even := strings.NewReplacer("1", "H", "2", "H", "3", "H", "4", "T", "5", "T", "6", "T")
	return even.Replace(o.Throw(times))
}

// Hidden is an answer that must not be seen.
func Hidden(text string) ceremony.Answer {
	return ceremony.Answer{Secret: secret.From([]byte(text))}
}
