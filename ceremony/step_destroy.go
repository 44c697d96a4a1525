package ceremony

import (
	"fmt"
	"slices"
	"strings"

	"sigtool/ceremony/transcript"
)

// honest is what destruction can't promise.
var honest = []string{
	"What nobody can promise: that no copy was made before, by a camera, a printer's memory or a person; that a flash medium forgets what was overwritten on it (break it into pieces); that paper is gone before it is ash or crumbs of a cross-cut shredder.",
	"This program wipes the secrets in its own memory when the transcript is sealed, which is next; copies that libraries made are gone when the machine is switched off and its memory has lost power for some minutes.",
}

// destroyStep has everything destroyed by hand that must not stay, item by item. At the end of keys that is their paper, too, and a
// certificate is put beside the transcript.
func (r *Run) destroyStep() ([]Step, error) {
	var steps []Step
	if r.plan.Kind == KindDestroy {
		for _, k := range r.plan.Keys {
			for _, b := range r.plan.Backups {
				for i := range b.Sheets() {
					steps = append(steps, r.askDestroyedSheet(k, b, i)...)
				}
			}
		}
	}
	for _, what := range r.toDestroy() {
		steps = append(steps, r.askDestroyed(what))
	}
	steps = append(steps, Step{ID: StepDestroy, Prompt: Prompt{Kind: Notice, Text: honest}, Take: func(Answer) ([]Step, error) { return nil, nil }})
	if r.plan.Kind == KindDestroy {
		steps = append(steps, r.putting(StepDestroy, func() ([]file, error) {
			return []file{{name: "destruction.txt", data: r.certificateOfDestruction()}}, nil
		}, nil))
	}
	return steps, nil
}

// toDestroy lists what there always is, and what the plan names. A run that goes on leaves out what the one before saw destroyed.
func (r *Run) toDestroy() []string {
	var all, left []string
	if r.plan.Kind != KindDestroy && len(r.papers) > 0 {
		all = append(all, "spoiled and surplus sheets, notes of the dice, and what was copied wrongly")
	}
	for _, what := range append(all, r.plan.Media...) {
		if !slices.Contains(r.destroyed, what) {
			left = append(left, what)
		}
	}
	return left
}

// inFront says in front of whom, where somebody else is there.
func (r *Run) inFront(what string) string {
	if r.alone() {
		return what
	}
	return what + " in front of the witness"
}

func (r *Run) askDestroyed(what string) Step {
	return Step{ID: StepDestroy, Prompt: Prompt{
		Kind: Confirm, Who: r.plan.Operator().String(), Ask: "Type yes when it is destroyed",
		Text: []string{r.inFront("To be destroyed") + ": " + what + ". If there is none, that is good too."},
	}, Take: func(Answer) ([]Step, error) { return nil, r.logDestroyed(what) }}
}

// askDestroyedSheet has the number of a sheet typed from the very sheet before it goes.
func (r *Run) askDestroyedSheet(k Key, b Backup, i int) []Step {
	what := fmt.Sprintf("the %s sheet of key %s", b.Code, k.Label)
	if b.Of > 1 {
		what = fmt.Sprintf("share %d of %d of key %s", i+1, b.Of, k.Label)
	}
	seen := func(s string) bool { return strings.HasPrefix(s, what+",") }
	if slices.ContainsFunc(r.destroyed, seen) || slices.ContainsFunc(r.missing, seen) { // by a run before this one
		return nil
	}
	holder := r.holderOf(b, i)
	return []Step{{ID: StepDestroy, Prompt: Prompt{
		Kind: Line, Who: holder.String(), Ask: "Document number of the sheet, or missing",
		Text: []string{fmt.Sprintf("Open the bag of %s, all copies: %d. Type the document number that stands on the sheet, two groups of four characters; if there is no sheet, type missing.", what, max(1, b.Copies))},
	}, Take: func(a Answer) ([]Step, error) {
		number := strings.ToUpper(strings.Join(strings.FieldsFunc(a.Text, func(c rune) bool { return c == ' ' || c == '-' }), "-"))
		if number == "MISSING" {
			r.missing = append(r.missing, what+", of "+holder.Name)
			return nil, r.log.Append(StepDestroy, transcript.EventMissing, map[string]string{"what": what, "holder": holder.Name})
		}
		if len(number) != 9 || number[4] != '-' {
			return nil, refusal{why: "a document number is two groups of four characters, as QPZR-Y9X8"}
		}
		return []Step{r.askDestroyed(what + ", document " + number + ", of " + holder.Name)}, nil
	}}}
}

func (r *Run) logDestroyed(what string) error {
	r.destroyed = append(r.destroyed, what)
	return r.log.Append(StepDestroy, transcript.EventDestroyed, map[string]string{"what": what, "by": r.plan.Witness().Name})
}

// certificateOfDestruction is for those who ask later what became of a key.
func (r *Run) certificateOfDestruction() []byte {
	var b strings.Builder
	b.WriteString("Certificate of destruction\n\n")
	if r.mode == Rehearsal {
		b.WriteString("REHEARSAL: nothing was destroyed.\n\n")
	}
	fmt.Fprintf(&b, "Ceremony: %s\nDate:     %s\n\nThe keys that end:\n", r.plan.Title, r.today())
	for _, k := range r.plan.Keys {
		fmt.Fprintf(&b, "  %s, %s, %s\n", k.Label, k.Algorithm, k.Fingerprint)
	}
	fmt.Fprintf(&b, "\n%s:\n", r.inFront("Destroyed"))
	for _, what := range r.destroyed {
		fmt.Fprintf(&b, "  %s\n", what)
	}
	if len(r.missing) > 0 {
		b.WriteString("\nMISSING, and so perhaps not destroyed:\n")
	}
	for _, what := range r.missing {
		fmt.Fprintf(&b, "  %s\n", what)
	}
	fmt.Fprintf(&b, "\nThe witness: %s\n\n%s\n\nThe transcript beside this file holds its SHA-256.\n", r.plan.Witness().Name, honest[0])
	return []byte(b.String())
}
