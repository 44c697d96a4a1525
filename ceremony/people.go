package ceremony

import (
	"slices"
	"strings"
	"unicode"

	"sigtool/ceremony/transcript"
)

// rollCallStep asks everybody in the plan, once however many roles they have, for their initials.
func (r *Run) rollCallStep() ([]Step, error) {
	var steps []Step
	var asked []string
	for _, p := range r.plan.People {
		if slices.Contains(asked, p.Name) {
			continue
		}
		asked = append(asked, p.Name)
		steps = append(steps, Step{ID: StepRollCall, Prompt: Prompt{
			Kind: Initials, Who: p.String(), Again: len(steps) > 0,
			Text: []string{"Everybody in the plan has to be here. Your initials, one to four letters that nobody else here has, will stand for you in the transcript."},
			Ask:  "Initials of " + p.Name,
		}, Take: func(a Answer) ([]Step, error) {
			initials, err := r.initialsOf(p, a)
			if err != nil {
				return nil, err
			}
			return nil, r.log.Append(StepRollCall, transcript.EventPresent, map[string]string{"name": p.Name, "initials": initials})
		}})
	}
	return steps, nil
}

// askDone asks the witness whether the stage was done; what is shown with it comes from the stage.
func (r *Run) askDone(p Prompt) Step {
	who := r.plan.Witness()
	p.Kind, p.Who, p.Ask = Initials, who.String(), "Initials of "+who.Name
	closing := "If this step was done as the plan says, your initials close it."
	if r.initials[who.Name] == "" {
		closing += " They are one to four letters, and the same from now on."
	}
	p.Text = append([]string{closing}, p.Text...)
	return Step{ID: r.stages[r.at].id, Prompt: p, Take: func(a Answer) ([]Step, error) {
		initials, err := r.initialsOf(who, a)
		if err != nil {
			return nil, err
		}
		return nil, r.log.Append(r.stages[r.at].id, transcript.EventDone, map[string]string{"by": who.Name, "initials": initials})
	}}
}

// alone tells whether the witness is the one at the keyboard.
func (r *Run) alone() bool { return r.plan.Witness().Name == r.plan.Driver().Name }

// initialsOf takes the initials of a person, who keeps to those given first.
func (r *Run) initialsOf(p Person, a Answer) (string, error) {
	text := strings.ToUpper(strings.TrimSpace(a.Text))
	count := 0
	for _, c := range text {
		if !unicode.IsLetter(c) {
			return "", refusal{why: "initials are letters alone"}
		}
		count++
	}
	if count < 1 || count > 4 {
		return "", refusal{why: "initials have one to four letters"}
	}
	if own, ok := r.initials[p.Name]; ok && !strings.EqualFold(own, text) {
		return "", refusal{why: "these are not the initials that " + p.Name + " gave before"}
	}
	for name, initials := range r.initials {
		if name != p.Name && strings.EqualFold(initials, text) {
			return "", refusal{why: "these are the initials of " + name + "; take others, such as with a middle letter"}
		}
	}
	r.initials[p.Name] = text
	return text, nil
}
