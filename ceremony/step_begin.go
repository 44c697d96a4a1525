package ceremony

import (
	"fmt"
	"slices"
	"strings"

	"sigtool/ceremony/transcript"
	"sigtool/internal/pgpwords"
	"sigtool/internal/secret"
)

// planStep shows what is going to be done, and has the end of the plan's digest typed: whoever compared it with the paper has it at
// hand, and nobody types two words without having looked.
func (r *Run) planStep() ([]Step, error) {
	digest := r.plan.Digest()
	words := pgpwords.Of(digest[:])
	last := strings.Join(words[len(words)-2:], " ")
	table := [][2]string{{"title", r.plan.Title}}
	if r.plan.Purpose != "" {
		table = append(table, [2]string{"purpose", r.plan.Purpose})
	}
	for _, p := range r.plan.People {
		table = append(table, [2]string{p.Role, p.Name})
		if err := r.log.Append(StepPlan, "person", map[string]string{"name": p.Name, "role": p.Role}); err != nil {
			return nil, err
		}
	}
	for _, k := range r.plan.Keys {
		table = append(table, [2]string{"key", strings.TrimSuffix(fmt.Sprintf("%s, %s, %s", k.Label, k.Algorithm, k.Purpose), ", ")})
	}
	table = append(table, [2]string{"SHA-256", groups(hexGroups(digest[:]), 8)}, [2]string{"in words", groups(words, 4)})
	return []Step{{ID: StepPlan, Prompt: Prompt{
		Kind:  TypeBack,
		Text:  []string{"Compare the digest of the plan, in figures or in words, with the one on your paper. Read it aloud."},
		Table: table,
		Ask:   "Type the last two words",
		Shown: r.keep(secret.From([]byte(last))),
	}, Take: func(a Answer) ([]Step, error) {
		if !strings.EqualFold(strings.Join(strings.Fields(a.Text), " "), last) {
			return nil, refusal{"these are not the last two words of the digest"}
		}
		return nil, r.log.Append(StepPlan, "compared", map[string]string{"words": last})
	}}}, nil
}

// machineStep measures the machine and shows what was found. A finding that blocks ends the ceremony, or needs a reason where the plan
// says so; in a rehearsal it is shown and logged, and the rehearsal goes on.
func (r *Run) machineStep() ([]Step, error) {
	findings := r.world.Machine()
	for _, check := range Checks() {
		if !slices.ContainsFunc(findings, func(f Finding) bool { return f.Check == check }) {
			findings = append(findings, Finding{check, Block, "was not measured"})
		}
	}
	var table [][2]string
	var blocked, excused []string
	for _, f := range findings {
		verdict := string(f.Severity)
		switch {
		case f.Severity == OK, f.Severity == Warn:
		case r.plan.Machine[f.Check] == Warn:
			verdict = "exception"
			if !slices.Contains(excused, f.Check) {
				excused = append(excused, f.Check)
			}
		default:
			blocked = append(blocked, f.Check+": "+f.Detail)
		}
		table = append(table, [2]string{f.Check, verdict + ": " + f.Detail})
		data := map[string]string{"check": f.Check, "severity": string(f.Severity), "verdict": verdict, "detail": f.Detail}
		if err := r.log.Append(StepMachine, "finding", data); err != nil {
			return nil, err
		}
	}
	return r.judgeMachine(table, blocked, excused), nil
}

func (r *Run) judgeMachine(table [][2]string, blocked, excused []string) []Step {
	p := Prompt{Text: []string{"This was measured on the machine:"}, Table: table}
	if len(blocked) > 0 {
		p.Warning = "The plan does not allow a ceremony on this machine."
		if r.mode == Rehearsal {
			p.Warning = "A ceremony in earnest would end here: the plan does not allow it on this machine."
		}
	}
	return []Step{notice(StepMachine, p, func() ([]Step, error) {
		if len(blocked) > 0 && r.mode != Rehearsal {
			return nil, fmt.Errorf("%w: %s", ErrRefused, strings.Join(blocked, "; "))
		}
		var reasons []Step
		for _, check := range excused {
			reasons = append(reasons, r.askReason(check))
		}
		return reasons, nil
	})}
}

// askReason asks why the ceremony goes on in spite of a finding.
func (r *Run) askReason(check string) Step {
	return Step{ID: StepMachine, Prompt: Prompt{
		Kind: Line,
		Text: []string{"The plan lets the ceremony go on in spite of what was found about " + check + ", if there is a reason. It goes into the transcript."},
		Ask:  "Reason for " + check,
	}, Take: func(a Answer) ([]Step, error) {
		reason := strings.TrimSpace(a.Text)
		if len(reason) < 3 || len(reason) > 400 {
			return nil, refusal{"a reason has 3 to 400 letters"}
		}
		return nil, r.log.Append(StepMachine, transcript.EventException, map[string]string{"check": check, "reason": reason})
	}}
}
