package ceremony

import (
	"fmt"
	"strings"

	"sigtool/ceremony/transcript"
)

// bagsStep has the number of each tamper-evident bag typed by two people, who have to agree.
func (r *Run) bagsStep() ([]Step, error) {
	var steps []Step
	bagged := map[string]int{}
	for _, document := range r.bagged {
		bagged[document]++
	}
	for _, p := range r.papers {
		for copy := range max(1, p.backup.Copies) {
			if bagged[p.document]--; bagged[p.document] >= 0 {
				continue
			}
			what := p.which()
			if p.backup.Copies > 1 {
				what = fmt.Sprintf("copy %d of %d of %s", copy+1, p.backup.Copies, what)
			}
			steps = append(steps, r.askBag(what, p.document, r.hands(p), ""))
		}
	}
	if r.plan.Has(StepPassphrase) && bagged["passphrase"] == 0 {
		steps = append(steps, r.askBag("the paper with the passphrase", "passphrase", r.person(r.plan.Passphrase.Holder), ""))
	}
	return steps, nil
}

func (r *Run) askBag(what, document string, holder Person, warning string) Step {
	if holder.Name == "" {
		holder = r.plan.Operator()
	}
	first := Prompt{Kind: Line, Who: holder.String(), Warning: warning, Ask: "Number of the bag",
		Text: []string{"Put " + what + " into its bag, close it, and type the number that stands on the bag."}}
	return Step{ID: StepBags, Prompt: first, Take: func(a Answer) ([]Step, error) {
		number, err := r.bagNumber(a.Text)
		if err != nil {
			return nil, err
		}
		second := Prompt{Kind: Line, Who: r.plan.Witness().String(), Ask: "Number of the bag, once more",
			Text: []string{"Take the bag in your hand, look whether it is closed and whole, and type its number too."}}
		return []Step{{ID: StepBags, Prompt: second, Take: func(a Answer) ([]Step, error) {
			again, err := r.bagNumber(a.Text)
			switch {
			case err != nil:
				return nil, err
			case again != number:
				return []Step{r.askBag(what, document, holder, "The two numbers are not the same. Once more, both.")}, nil
			}
			r.bags = append(r.bags, number)
			return nil, r.log.Append(StepBags, transcript.EventBag, map[string]string{"document": document, "bag": number, "holder": holder.Name})
		}}}, nil
	}}
}

// bagNumber takes what stands on a bag: letters, figures and hyphens, which no other bag has.
func (r *Run) bagNumber(typed string) (string, error) {
	number := strings.ToUpper(strings.Join(strings.Fields(typed), ""))
	if len(number) < 1 || len(number) > 32 || strings.Trim(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		return "", refusal{why: "a bag has a number of 1 to 32 letters, figures and hyphens"}
	}
	for _, other := range r.bags {
		if other == number {
			return "", refusal{why: "another bag has that number"}
		}
	}
	return number, nil
}
