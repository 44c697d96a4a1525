package ceremony

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sigtool/backup"
	"sigtool/ceremony/transcript"
)

// Resume goes on with a ceremony whose program ended before its time, by the journal that it left. Keys that it made come back from their
// paper first. If the restore drill had not proven that paper, they are void: the transcript is sealed as failed, and the error, which
// wraps ErrVoid, says what to destroy. Machine, program and plan are looked at once more.
func Resume(plan *Plan, world World, journal []byte) (*Run, error) {
	so, err := transcript.ReadJournal(journal)
	if err != nil {
		return nil, err
	}
	digest := plan.Digest()
	switch {
	case so.Outcome != "":
		return nil, errors.New("the ceremony is over: its journal is sealed")
	case so.Plan != hex.EncodeToString(digest[:]):
		return nil, errors.New("the journal is that of another plan")
	}
	mode := Production
	if so.Rehearsal {
		mode = Rehearsal
	}
	r, err := newRun(plan, world, mode)
	if err != nil {
		return nil, err
	}
	r.resumed = true
	key, err := ceremonyKey(world.Rand)
	if err != nil {
		return nil, err
	}
	if r.log, so, err = transcript.Resume(journal, key, world.Now, world.Journal); err != nil {
		return nil, err
	}
	r.takeUp(so)
	if makes(plan) && !r.drilled() && len(so.Keys) > 0 {
		err := fmt.Errorf("%w: %s", ErrVoid, r.void(so))
		r.fail(err)
		return nil, r.err
	}
	r.enter()
	return r, r.err
}

// makes tells whether a plan's keys live on paper that the ceremony itself writes.
func makes(p *Plan) bool { return len(p.New()) > 0 }

// takeUp fills the state from what was recorded.
func (r *Run) takeUp(so *transcript.Transcript) {
	var done []string
	for _, l := range so.Lines {
		switch l.Event {
		case transcript.EventPresent:
			r.initials[l.Data["name"]] = l.Data["initials"]
		case transcript.EventDone:
			done = append(done, l.Step)
		case transcript.EventSheet:
			r.takeUpSheet(l.Data)
		case transcript.EventBag:
			r.bags = append(r.bags, l.Data["bag"])
		case transcript.EventProven:
			r.proven++
		case transcript.EventDestroyed:
			r.destroyed = append(r.destroyed, l.Data["what"])
		}
	}
	for _, o := range so.Outputs {
		sum, _ := hex.DecodeString(o.SHA256)
		r.outputs = append(r.outputs, output{name: o.Name, sum: [32]byte(sum), secret: o.Secret})
	}
	r.wanted = r.plan.Old()
	for _, k := range so.Keys {
		for _, planned := range r.plan.New() {
			if planned.Label == k.Label {
				planned.Fingerprint, planned.Paper = k.Fingerprint, r.plan.Backups[0].Code
				r.wanted = append(r.wanted, planned)
			}
		}
	}
	r.setStages(done)
}

// takeUpSheet makes of what was recorded of a sheet what the steps after the drill need.
func (r *Run) takeUpSheet(data map[string]string) {
	p := &paper{label: data["label"], name: data["name"], document: data["document"], holder: r.person(data["holder"])}
	for _, b := range r.plan.Backups {
		if b.Code == data["code"] {
			p.backup = b
		}
	}
	p.sheet = &backup.Sheet{Code: data["code"], DocumentID: data["document"]}
	var share backup.Share
	if n, _ := fmt.Sscanf(data["share"], "%d of %d, any %d", &share.Index, &share.Of, &share.Need); n == 3 {
		p.sheet.Share = &share
	}
	r.papers = append(r.papers, p)
}

// setStages is what is still to be done: program, plan and machine once more, then the keys from their paper, then what comes after the
// last step that has its initials. A drill that was passed is not held again, for its initials alone may be wanting.
func (r *Run) setStages(done []string) {
	names := []string{StepIdentity, StepRollCall, StepMachine}
	rest := r.plan.Steps
	for i, name := range r.plan.Steps {
		if slices.Contains(done, name) {
			rest = r.plan.Steps[i+1:]
		}
	}
	if len(r.wanted) > 0 && r.plan.Kind != KindDestroy {
		names = append(names, StepRestore)
	}
	for _, name := range rest {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		r.stages = append(r.stages, stages[name])
	}
}

// void says what became of a ceremony that stopped too early, and what there is to destroy.
func (r *Run) void(so *transcript.Transcript) string {
	var sheets []string
	for _, p := range r.papers {
		sheets = append(sheets, p.document+" ("+p.holder.Name+")")
	}
	text := "the program ended before the restore drill had proven the paper. Start again in a new folder"
	if len(sheets) > 0 {
		text += ", and destroy the sheets " + strings.Join(sheets, ", ")
	}
	return text
}
