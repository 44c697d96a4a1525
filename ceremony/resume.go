package ceremony

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sigtool/backup"
	"sigtool/ceremony/transcript"
	"sigtool/internal/pgpwords"
	"sigtool/internal/secret"
)

// Resume goes on with a ceremony whose program ended before its time, by the journal that it left. Machine, program and plan are looked
// at once more. What was not proven yet is made anew, from the dice on; if a key or a sheet had been made, it is void: the transcript is
// sealed as failed, and the error, which wraps ErrVoid, says what to destroy. After the restore drill the keys come back from their
// paper, and the ceremony goes on with the step after the last that has its initials.
//
// Nobody has signed a journal. The words that the witness wrote down after the drill hold it to what was recorded then; the transcript
// says whether they were compared.
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
	left := r.takeUp(so)
	mayNot := r.mayGoOn(so)
	if mayNot == nil && slices.Contains(left, StepExports) {
		if err := r.prepareExports(); err != nil { // which can be put right: nothing is added to the journal
			r.forget()
			return nil, err
		}
	}
	if err := r.resume(journal); err != nil {
		r.forget()
		return nil, err
	}
	if r.drilled() { // if nothing was recorded after the last proof, the words are those of the last line
		last := sha256.Sum256(journal[bytes.LastIndexByte(journal[:so.Size-1], '\n')+1 : so.Size])
		r.noted = append(r.noted, hex.EncodeToString(last[:]))
	}
	if mayNot != nil {
		r.fail(mayNot)
		return nil, r.err
	}
	if err := r.addPeople(so); err != nil {
		r.fail(err)
		return nil, r.err
	}
	if err := r.putPlan(); err != nil {
		r.fail(err)
		return nil, r.err
	}
	r.setStages(left)
	r.enter()
	return r, r.err
}

// addPeople records those whom a run was stopped before it could name.
func (r *Run) addPeople(so *transcript.Transcript) error {
	named := 0
	for _, l := range so.Lines {
		if l.Event == transcript.EventPerson {
			named++
		}
	}
	for _, p := range r.plan.People[min(named, len(r.plan.People)):] {
		if err := r.log.Person(p.Name, p.Role, p.Key); err != nil {
			return err
		}
	}
	return nil
}

// putPlan puts the plan where a run was stopped before it could.
func (r *Run) putPlan() error {
	if slices.ContainsFunc(r.outputs, func(o output) bool { return o.name == PlanName }) {
		return nil
	}
	return r.putFile(StepIdentity, file{name: PlanName, data: r.plan.text})
}

// resume goes on with the journal's chain, under a new key of the ceremony's own.
func (r *Run) resume(journal []byte) error {
	key, err := ceremonyKey(r.world.Rand)
	if err != nil {
		return err
	}
	if r.log, _, err = transcript.Resume(journal, key, r.world.Now, r.journal); err != nil {
		return err
	}
	return r.log.Append(StepIdentity, transcript.EventResumedBy, map[string]string{
		"program": r.world.Program, "binary": hex.EncodeToString(r.world.Binary[:]), "front": r.world.Front})
}

// takeUp fills the state from what was recorded, and returns the steps that are left.
func (r *Run) takeUp(so *transcript.Transcript) (left []string) {
	left = r.plan.Steps
	for _, l := range so.Lines {
		if l.Step == StepDrill && r.drilled() { // the words are those of the line before, when the initials were asked for
			r.noted = append(r.noted, l.Prev)
		}
		switch l.Event {
		case transcript.EventPresent:
			r.initials[l.Data["name"]] = l.Data["initials"]
		case transcript.EventDone:
			left = closed(left, l.Step)
		case transcript.EventSheet:
			r.takeUpSheet(l.Data)
		case transcript.EventBag:
			r.bags = append(r.bags, l.Data["bag"])
			r.bagged = append(r.bagged, l.Data["document"])
		case transcript.EventProven:
			r.proven++
			r.noted = nil
		case transcript.EventDestroyed:
			r.destroyed = append(r.destroyed, l.Data["what"])
		case transcript.EventMissing:
			r.missing = append(r.missing, l.Data["what"]+", of "+l.Data["holder"])
		case transcript.EventSigned:
			r.signed = append(r.signed, ToSign{Key: l.Data["key"], File: l.Data["file"], Format: l.Data["format"]})
		}
	}
	for _, o := range so.Outputs {
		sum, _ := hex.DecodeString(o.SHA256)
		r.outputs = append(r.outputs, output{name: o.Name, sum: [32]byte(sum), secret: o.Secret})
	}
	r.wanted = r.plan.Old()
	for _, k := range so.Keys {
		if planned, ok := r.plan.Labelled(k.Label); ok && planned.Fingerprint == "" {
			planned.Fingerprint, planned.Paper = k.Fingerprint, r.plan.Backups[0].Code
			r.wanted = append(r.wanted, planned)
		}
	}
	return left
}

// closed takes the step that was closed off those that are left, if it is the next; a run that goes on repeats some that were closed before.
// The roll call has no initials of its own.
func closed(left []string, step string) []string {
	for i, name := range left {
		if name == step {
			return left[i+1:]
		}
		if stages[name].closing != nil {
			break
		}
	}
	return left
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
	if index, err := strconv.Atoi(data["index"]); err == nil {
		p.sheet.Share = &backup.Share{Index: index}
	}
	r.papers = append(r.papers, p)
}

// mayGoOn refuses what must not go on: a machine that the plan forbids, and things of which nothing is proven.
func (r *Run) mayGoOn(so *transcript.Transcript) error {
	for _, l := range so.Lines {
		if l.Event == transcript.EventFinding && l.Data["verdict"] == transcript.VerdictBlocked && r.mode == Production {
			return fmt.Errorf("%w: %s: %s", ErrRefused, l.Data["check"], l.Data["detail"])
		}
	}
	if r.plan.PutsOnPaper() && !r.drilled() && (madeKeys(so) || len(r.papers) > 0 || slices.Contains(names(r.outputs), r.sheetFile())) {
		return fmt.Errorf("%w: %s", ErrVoid, r.void(so))
	}
	return nil
}

// madeKeys tells whether the ceremony made a key; one that came back from older paper is not its own.
func madeKeys(so *transcript.Transcript) bool {
	return slices.ContainsFunc(so.Lines, func(l transcript.Line) bool { return l.Event == transcript.EventKey })
}

func names(outputs []output) (list []string) {
	for _, o := range outputs {
		list = append(list, o.name)
	}
	return list
}

// sheetFile is a name that a sealed sheet is put under.
func (r *Run) sheetFile() string {
	for _, key := range r.plan.BackedUp() {
		for _, b := range r.plan.Backups {
			if b.Code == CodeLines {
				return r.plan.SheetName(key.Label, b, 0)
			}
		}
	}
	return ""
}

// setStages is what is still to be done: program, plan and machine once more, then what is left, in the order of the plan. Before the
// drill was passed, nothing of what comes from the dice on counts as done. Keys come back from their paper before they are needed again.
func (r *Run) setStages(left []string) {
	draws := func(s string) bool {
		return s == StepGenerate || s == StepPassphrase || s == StepBackups || s == StepDrill && !r.drilled()
	}
	if at := slices.Index(r.plan.Steps, StepEntropy); at >= 0 && slices.ContainsFunc(left, draws) && len(r.plan.Steps)-at > len(left) {
		left = r.plan.Steps[at:]
	}
	first := []string{StepIdentity, StepRollCall, StepMachine}
	for len(left) > 0 && slices.Contains(first, left[0]) {
		left = left[1:]
	}
	if len(left) == 0 {
		left = []string{StepTranscript}
	}
	if len(r.wanted) > 0 && r.plan.Has(StepRestore) != slices.Contains(left, StepRestore) || len(r.wanted) > len(r.plan.Old()) {
		at := slices.Index(left, StepClock) + 1
		left = slices.Insert(slices.DeleteFunc(slices.Clone(left), func(s string) bool { return s == StepRestore }), at, StepRestore)
	}
	for _, name := range append(first, left...) {
		r.stages = append(r.stages, stages[name])
	}
}

// askRecord has the words typed that were written down after the drill, if it was passed.
func (r *Run) askRecord() []Step {
	if !r.resumed {
		return nil
	}
	if len(r.noted) == 0 {
		return []Step{work(StepIdentity, "The journal is taken as it is: nothing of it was written down yet.", func() ([]Step, error) {
			return nil, r.log.Append(StepIdentity, transcript.EventNotCompared, map[string]string{"reason": "no words were noted before the drill"})
		})}
	}
	var words []string
	for _, digest := range r.noted {
		sum, _ := hex.DecodeString(digest)
		words = append(words, strings.Join(pgpwords.Of(sum)[:recordWords], " "))
	}
	return []Step{{ID: StepIdentity, Prompt: Prompt{
		Kind: TypeBack, Who: r.plan.Witness().String(), Ask: "The eight words, or none", Shown: r.keep(secret.From([]byte(words[0]))),
		Text: []string{"The program was stopped after the restore drill. Type the eight words of the record that were written down when the drill was closed, from the paper; or none, if nobody wrote them down: the transcript will say so."},
	}, Take: func(a Answer) ([]Step, error) {
		typed := wordsOf(a.Text)
		switch {
		case strings.EqualFold(typed, "none"):
			return nil, r.log.Append(StepIdentity, transcript.EventNotCompared, map[string]string{"reason": "the words were not at hand"})
		case !slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, typed) }):
			return nil, refusal{why: "these are not the words of this journal. If the paper says so, somebody changed it: give the ceremony up"}
		}
		return nil, r.log.Append(StepIdentity, transcript.EventCompared, map[string]string{"words": strings.ToLower(typed)})
	}}}
}

// void says what became of a ceremony that stopped too early, and what there is to destroy.
func (r *Run) void(so *transcript.Transcript) string {
	var sheets, files []string
	for _, l := range so.Lines {
		switch l.Event {
		case eventLaidOut:
			sheets = append(sheets, l.Data["document"]+" ("+l.Data["holder"]+")")
			continue
		case transcript.EventSheet:
		default:
			continue
		}
		if file, ok := strings.CutPrefix(l.Data["how"], printedFrom); ok {
			files = append(files, file)
		}
	}
	text := "the program ended before the restore drill had proven the paper. Start again in a new folder"
	if len(sheets) > 0 {
		text += ", and destroy the sheets " + strings.Join(sheets, ", ")
	}
	if len(files) > 0 {
		text += "; remove what was laid out for the printer, if it is still there: " + strings.Join(files, ", ")
	}
	return text
}

// printedFrom is how World.Print says that people print a sheet themselves, from the file that follows.
const printedFrom = "printed from "
