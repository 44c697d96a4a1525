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
	stepIdentity   = "identity"
	stepMachine    = "machine"
	stepClock      = "clock"
	stepRestore    = "restore"
	stepBags       = "bags"
	roleWitness    = "witness"
	kindGenerate   = "generate"
	kindRotate     = "rotate"
)

// Complete tells whether a transcript whose outcome is Done has all that a ceremony needs: everybody there, with initials of their own;
// each step closed by the initials of somebody who was there, in the plan's order, and what has to be looked at again after a stop;
// nothing found that the plan forbids in earnest; a reason and initials for each exception, behind it; every key made from randomness of the
// run that made it, and proven from its paper; every sheet in its bag; every wrapping key approved before it was used. Where a witness is named, initials
// are a witness's. Of any other outcome it asks nothing. Errors: ErrIncomplete, with what is missing.
func (t *Transcript) Complete() error {
	if t.Outcome != Done {
		return nil
	}
	signs := t.initials()
	unanswered, _ := t.exceptions(signs)
	missing := slices.Concat(t.missingPeople(), t.missingSteps(signs), t.forbidden(), unanswered, t.missingRandomness(), t.missingProofs(), t.missingBags(), t.missingApprovals())
	if len(missing) == 0 {
		return nil
	}
	if more := len(missing) - maxMissing; more > 0 {
		missing = append(missing[:maxMissing], fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("%w: %s", ErrIncomplete, strings.Join(missing, "; "))
}

// Complete tells, before the seal, whether the lines so far would be a complete transcript of a ceremony that was done, as Transcript.Complete
// will of the sealed one.
func (w *Writer) Complete() error {
	t := w.t
	t.Outcome = Done
	return t.Complete()
}

func (t *Transcript) missingPeople() (missing []string) {
	if len(t.People) == 0 {
		return []string{"nobody is named"}
	}
	for i, p := range t.People {
		if p.Initials == "" {
			missing = append(missing, fmt.Sprintf("%q was not at the roll call", p.Name))
			continue
		}
		same := slices.IndexFunc(t.People[:i], func(o Person) bool { return strings.EqualFold(o.Initials, p.Initials) })
		if same >= 0 {
			missing = append(missing, fmt.Sprintf("%q and %q have the same initials", t.People[same].Name, p.Name))
		}
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
		return counts && strings.EqualFold(initials, l.Data["initials"])
	}
}

// forbidden lists what was found that ends a ceremony in earnest, wherever it stands: a stop does not undo it.
func (t *Transcript) forbidden() (missing []string) {
	for _, l := range t.Lines {
		if l.Event == EventFinding && l.Data["verdict"] == VerdictBlocked && !t.Rehearsal {
			missing = append(missing, fmt.Sprintf("the plan lets nothing go on after what was found about %s", one(l.Data["check"])))
		}
	}
	return missing
}

// exceptions looks, behind the findings of each check that was passed over, for the reason. Findings that a stop left without an answer are
// superseded, for the machine is measured anew: their lines are listed instead.
func (t *Transcript) exceptions(signs func(Line) bool) (missing []string, superseded map[int]bool) {
	var checks []string
	open, superseded := map[string][]int{}, map[int]bool{}
	for _, l := range t.Lines {
		check := l.Data["check"]
		switch {
		case l.Event == EventResume:
			for _, lines := range open {
				for _, n := range lines {
					superseded[n] = true
				}
			}
			clear(open)
		case l.Event == EventFinding && l.Data["verdict"] == VerdictException:
			checks, open[check] = append(checks, check), append(open[check], l.Seq)
		case l.Event == EventException && l.Data["reason"] != "" && signs(l):
			delete(open, check)
		}
	}
	for _, check := range checks {
		if len(open[check]) > 0 {
			missing = append(missing, fmt.Sprintf("the exception for %s has no reason with the right initials", one(check)))
			delete(open, check)
		}
	}
	return missing, superseded
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

// missingApprovals holds each export to a wrapping key to the approval of that very key, before it.
func (t *Transcript) missingApprovals() (missing []string) {
	approved := map[[3]string]bool{}
	for _, l := range t.Lines {
		to := [3]string{l.Data["label"], l.Data["target"], l.Data["wrapping"]}
		switch {
		case l.Event == EventWrapping:
			approved[[3]string{to[0], to[1], l.Data["fingerprint"]}] = true
		case l.Event == EventExported && to[2] != "" && !approved[to]:
			missing = append(missing, fmt.Sprintf("key %s left for %s wrapped to a key that nobody approved", one(to[0]), one(to[1])))
		}
	}
	return missing
}
