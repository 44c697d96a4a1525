package ceremony

import (
	"fmt"
	"slices"
	"strings"

	"sigtool/ceremony/transcript"
)

// machineStep measures the machine. What blocks ends the ceremony, or needs a reason and the initials of the witness where the plan says
// so; in a rehearsal what ends it is shown and recorded, and the rehearsal goes on.
func (r *Run) machineStep() ([]Step, error) {
	return []Step{work(StepMachine, "The machine is measured …", func() ([]Step, error) {
		findings := r.world.Machine(Checks())
		for _, check := range Checks() {
			if check != CheckClock && !slices.ContainsFunc(findings, func(f Finding) bool { return f.Check == check }) {
				findings = append(findings, Finding{check, Block, "was not measured"})
			}
		}
		r.seen = slices.Clone(findings)
		return r.judge(findings, "This was measured on the machine:")
	})}, nil
}

// judge records findings and returns what follows from them: a table to look at, and a question for each exception.
func (r *Run) judge(findings []Finding, text string) ([]Step, error) {
	p := Prompt{Kind: Notice, Text: []string{text}}
	var blocked, excused []string
	for _, f := range findings {
		verdict := r.verdict(f)
		switch {
		case verdict == transcript.VerdictBlocked:
			blocked = append(blocked, f.Check+": "+f.Detail)
		case verdict == transcript.VerdictException && !slices.Contains(excused, f.Check):
			excused = append(excused, f.Check)
		}
		p.Table = append(p.Table, [2]string{f.Check, verdict + ": " + f.Detail})
		data := map[string]string{"check": f.Check, "severity": string(f.Severity), "verdict": verdict, "detail": f.Detail}
		if err := r.log.Append(r.stages[r.at].id, transcript.EventFinding, data); err != nil {
			return nil, err
		}
	}
	if len(blocked) > 0 {
		p.Warning = "The plan does not allow a ceremony on this machine: it ends here."
		if r.mode == Rehearsal {
			p.Warning = "A ceremony in earnest would end here: the plan does not allow it on this machine."
		}
	}
	return []Step{{ID: r.stages[r.at].id, Prompt: p, Take: func(Answer) ([]Step, error) {
		if len(blocked) > 0 && r.mode != Rehearsal {
			return nil, fmt.Errorf("%w: %s", ErrRefused, strings.Join(blocked, "; "))
		}
		var reasons []Step
		for _, check := range excused {
			reasons = append(reasons, r.askReason(check, of(findings, check)))
		}
		return reasons, nil
	}}}, nil
}

// verdict says what the plan makes of a finding.
func (r *Run) verdict(f Finding) string {
	policy := r.plan.Machine[f.Check]
	switch {
	case f.Severity == OK:
		return "ok"
	case f.Severity == Warn && policy != Strict:
		return "warning"
	case policy == Warn:
		return transcript.VerdictException
	}
	return transcript.VerdictBlocked
}

// askReason asks why the ceremony goes on in spite of a finding, and has the witness put initials to it.
func (r *Run) askReason(check string, findings []Finding) Step {
	id, witness := r.stages[r.at].id, r.plan.Witness()
	var table [][2]string
	for _, f := range findings {
		table = append(table, [2]string{check, f.Detail})
	}
	return Step{ID: id, Prompt: Prompt{
		Kind: Line, Who: r.plan.Driver().String(),
		Text: []string{"The plan lets the ceremony go on in spite of what was found about " + check + ", if there is a reason and the initials of " + witness.Name + " stand for it. Both go into the transcript."},
		Ask:  "Reason for " + check, Table: table,
	}, Take: func(a Answer) ([]Step, error) {
		reason := strings.TrimSpace(a.Text)
		if len(reason) < 3 || len(reason) > 400 {
			return nil, refusal{why: "a reason has 3 to 400 letters"}
		}
		return []Step{{ID: id, Prompt: Prompt{
			Kind: Initials, Who: witness.String(), Ask: "Initials of " + witness.Name,
			Table: append(slices.Clip(table), [2]string{"reason", reason}),
			Text:  []string{"Only if you agree that the ceremony goes on for this reason: your initials."},
		}, Take: func(a Answer) ([]Step, error) {
			initials, err := r.initialsOf(witness, a)
			if err != nil {
				return nil, err
			}
			return nil, r.log.Append(id, transcript.EventException, map[string]string{"check": check, "reason": reason, "by": witness.Name, "initials": initials})
		}}}, nil
	}}
}

// watch measures again what may change in mid-ceremony, and stops before the next question if something did.
func (r *Run) watch() {
	if r.seen == nil || r.sealed || r.done {
		return
	}
	now := r.world.Machine(Watched())
	var changed []Finding
	for _, check := range Watched() {
		before, after := of(r.seen, check), of(now, check)
		for _, f := range after {
			switch {
			case slices.Contains(before, f):
			case check == CheckUSB && f.Severity == OK:
				changed = append(changed, Finding{check, Block, "what is plugged in has changed: " + f.Detail})
			case f.Severity != OK:
				changed = append(changed, f)
			}
		}
	}
	r.seen = slices.Clone(now)
	if len(changed) == 0 {
		return
	}
	steps, err := r.judge(changed, "Something changed on the machine since it was measured:")
	if err != nil {
		r.fail(err)
		return
	}
	r.queue = append(steps, r.queue...)
}

// of are the findings of one check.
func of(findings []Finding, check string) (some []Finding) {
	for _, f := range findings {
		if f.Check == check {
			some = append(some, f)
		}
	}
	return some
}
