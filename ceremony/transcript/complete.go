package transcript

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ErrIncomplete: it is what was sealed, and says that the ceremony was done, but not all that a done one has to say.
var ErrIncomplete = errors.New("the transcript is whole, but something is missing in it")

// maxMissing is how many things an error names.
const maxMissing = 6

// The names of the steps, the role and the kinds that mean something here. The first two close by themselves.
const (
	stepRollCall   = "roll-call"
	stepTranscript = "transcript"
	stepBags       = "bags"
	roleWitness    = "witness"
	kindGenerate   = "generate"
	kindRotate     = "rotate"
)

// Complete tells whether a transcript whose outcome is Done has all that a ceremony needs: everybody there, with initials of their own;
// each step closed by the initials of somebody who was there, in the plan's order; a reason and initials for each exception, behind it;
// every key made proven from its paper; every sheet in its bag. Where a witness is named, initials are a witness's. Of any other
// outcome it asks nothing. Errors: ErrIncomplete, with what is missing.
func (t *Transcript) Complete() error {
	if t.Outcome != Done {
		return nil
	}
	signs := t.initials()
	missing := slices.Concat(t.missingPeople(), t.missingSteps(signs), t.missingExceptions(signs), t.missingProofs(), t.missingBags())
	if len(missing) == 0 {
		return nil
	}
	if more := len(missing) - maxMissing; more > 0 {
		missing = append(missing[:maxMissing], fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("%w: %s", ErrIncomplete, strings.Join(missing, "; "))
}

func (t *Transcript) missingPeople() (missing []string) {
	if len(t.People) == 0 {
		return []string{"nobody is named"}
	}
	have := map[string]string{}
	for _, p := range t.People {
		initials := strings.ToLower(p.Initials)
		switch other, taken := have[initials]; {
		case initials == "":
			missing = append(missing, fmt.Sprintf("%q was not at the roll call", p.Name))
		case taken:
			missing = append(missing, fmt.Sprintf("%q and %q have the same initials", other, p.Name))
		}
		have[initials] = p.Name
	}
	return missing
}

// initials returns what tells whether a line has the initials of somebody who was there and whose initials count.
func (t *Transcript) initials() func(Line) bool {
	witnessed := slices.ContainsFunc(t.People, func(p Person) bool { return p.has(roleWitness) })
	of := map[string]string{}
	for _, p := range t.People {
		if p.Initials != "" && (!witnessed || p.has(roleWitness)) {
			of[p.Name] = p.Initials
		}
	}
	return func(l Line) bool {
		initials, counts := of[l.Data["by"]]
		return counts && initials == l.Data["initials"]
	}
}

// missingSteps looks for the closing lines of the plan's steps, in order. There may be others between them: a ceremony that was resumed
// goes through some steps again, and through one that the plan does not have.
func (t *Transcript) missingSteps(signs func(Line) bool) (missing []string) {
	at := 0
	for _, step := range t.Steps {
		if step == stepRollCall || step == stepTranscript {
			continue
		}
		i := slices.IndexFunc(t.Lines[at:], func(l Line) bool {
			return l.Event == EventDone && l.Step == step && signs(l)
		})
		if i < 0 {
			missing = append(missing, fmt.Sprintf("step %s was not closed by the right initials, or not in its turn", step))
			continue
		}
		at += i + 1
	}
	if len(t.Steps) == 0 {
		missing = append(missing, "no step is named")
	}
	return missing
}

// missingExceptions looks, behind the last finding of each check that was passed over, for the reason.
func (t *Transcript) missingExceptions(signs func(Line) bool) (missing []string) {
	open := map[string]bool{}
	var checks []string
	for _, l := range t.Lines {
		check := l.Data["check"]
		switch {
		case l.Event == EventFinding && l.Data["verdict"] == VerdictBlocked && !t.Rehearsal:
			missing = append(missing, fmt.Sprintf("the plan lets nothing go on after what was found about %s", check))
		case l.Event == EventFinding && l.Data["verdict"] == VerdictException:
			if _, known := open[check]; !known {
				checks = append(checks, check)
			}
			open[check] = true
		case l.Event == EventException && l.Data["reason"] != "" && signs(l):
			if open[check] {
				open[check] = false
			}
		}
	}
	for _, check := range checks {
		if open[check] {
			missing = append(missing, fmt.Sprintf("the exception for %s has no reason with the right initials", check))
		}
	}
	return missing
}

func (t *Transcript) missingProofs() (missing []string) {
	if t.Kind != kindGenerate && t.Kind != kindRotate {
		return nil
	}
	proven := map[string]bool{}
	for _, l := range t.Lines {
		if l.Event == EventProven {
			proven[l.Data["label"]] = true
		}
	}
	for _, k := range t.Keys {
		if !k.Restored && !proven[k.Label] {
			missing = append(missing, fmt.Sprintf("key %s was not brought back from its paper", k.Label))
		}
	}
	return missing
}

// NotFromPaper lists the keys whose drill read a file that was never paper.
func (t *Transcript) NotFromPaper() (labels []string) {
	for _, l := range t.Lines {
		if l.Event == EventProven && strings.Contains(l.Data["from"], NotPaper) && !slices.Contains(labels, l.Data["label"]) && len(labels) < maxNamed {
			labels = append(labels, l.Data["label"])
		}
	}
	return labels
}

// missingBags looks for a bag for each copy of each sheet. Whose hands put it there is not asked: a holder may be elsewhere.
func (t *Transcript) missingBags() (missing []string) {
	if !slices.Contains(t.Steps, stepBags) {
		return nil
	}
	bags := map[string]int{}
	for _, l := range t.Lines {
		if l.Event == EventBag && l.Data["bag"] != "" {
			bags[l.Data["document"]]++
		}
	}
	seen := map[[3]string]bool{}
	for _, l := range t.Lines {
		document := l.Data["document"]
		sheet := [3]string{document, l.Data["holder"], l.Data["share"]}
		if l.Event != EventSheet || seen[sheet] {
			continue
		}
		seen[sheet] = true
		copies, err := strconv.Atoi(l.Data["copies"])
		if err != nil || copies < 1 {
			copies = 1
		}
		if bags[document] < copies {
			missing = append(missing, fmt.Sprintf("sheet %s of %q has no bag", document, l.Data["holder"]))
			continue
		}
		bags[document] -= copies
	}
	return missing
}
