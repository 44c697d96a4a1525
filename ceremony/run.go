// Package ceremony leads people through the life of keys by a plan that they wrote down before, and keeps a record that proves what was
// done: nothing goes on before it was checked, no secret enters the record or a file in the clear, and whatever ends the ceremony early
// is recorded as well.
//
// Run is a pure machine: it asks, a front end answers, and every effect goes through World, so that a ceremony with fixed randomness
// and a fixed clock is the same to the byte each time. Secrets leave it on paper (World.Print, or the screen), or in files sealed by
// the passphrase, or to recipients or wrapped to keys that the plan names. A process that is killed leaves those, what is public, and the journal, which is
// the transcript as it grew. Keys that the restore drill had not proven by then are void; others come back from their paper (Resume).
package ceremony

import (
	"cmp"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"

	"sigtool/ceremony/transcript"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// Run is one ceremony under way.
type Run struct {
	plan    *Plan
	world   World
	mode    Mode
	log     *transcript.Writer
	stages  []stage
	at      int    // the stage that is under way
	closing bool   // its initials are asked for
	queue   []Step // its questions that are still to be asked
	tries   int    // answers refused to the first of them
	state
	done bool
	err  error
}

// NewRun begins a ceremony: its first prompt is ready afterwards.
func NewRun(plan *Plan, world World, mode Mode) (*Run, error) {
	if mode != Production && mode != Rehearsal {
		return nil, fmt.Errorf("mode %q is not known", string(mode))
	}
	r, err := newRun(plan, world, mode)
	if err != nil {
		return nil, err
	}
	err = r.checkInputs()
	if err == nil {
		err = r.prepareExports()
	}
	if err != nil {
		r.forget()
		return nil, err
	}
	r.wanted = plan.Old()
	for _, name := range plan.Steps {
		r.stages = append(r.stages, stages[name])
	}
	if err := r.open(); err != nil {
		r.forget()
		return nil, err
	}
	if err := r.begin(); err != nil {
		r.fail(err)
		return nil, err
	}
	r.enter()
	return r, r.err
}

// open begins the transcript.
func (r *Run) open() error {
	key, err := ceremonyKey(r.world.Rand)
	if err != nil {
		return err
	}
	digest := r.plan.Digest()
	r.log, err = transcript.NewWriter(transcript.Header{
		Program: r.world.Program, Binary: hex.EncodeToString(r.world.Binary[:]), Plan: hex.EncodeToString(digest[:]), Title: r.plan.Title, Kind: r.plan.Kind,
		Front: r.world.Front, Rehearsal: r.mode == Rehearsal, Steps: r.plan.Steps, DualControl: !r.plan.Waived,
	}, key, r.world.Now, r.journal)
	return err
}

// newRun has what a ceremony needs from the first question on.
func newRun(plan *Plan, world World, mode Mode) (*Run, error) {
	if world.Rand == nil || world.Now == nil || world.Machine == nil || world.PutFile == nil || world.ReadBack == nil || world.Journal == nil ||
		world.JournalDone == nil || world.ReadKey == nil {
		return nil, errors.New("a ceremony needs randomness, a clock, a machine to measure and a place for its files")
	}
	if len(plan.Sign) > 0 && (world.HashFile == nil || world.SignFile == nil) {
		return nil, errors.New("the plan signs files, and there is no folder that they are in")
	}
	r := &Run{plan: plan, world: world, mode: mode}
	r.initials = map[string]string{}
	kernel, err := keygen.Commit(world.Rand)
	if err != nil {
		return nil, err
	}
	r.kernel, r.pool = kernel, keygen.NewPool(kernel)
	return r, nil
}

// ceremonyKey makes the ceremony's own key. It has to be there before the first question, so no dice go into it; the keys to be made have theirs.
func ceremonyKey(rand io.Reader) (ed25519.PrivateKey, error) {
	pool := keygen.NewPool(rand)
	defer pool.Destroy()
	seed, err := pool.Seed("sigtool ceremony transcript")
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(seed)
	return ed25519.NewKeyFromSeed(seed), nil
}

// journal hands a line on, and remembers its digest, which stands for all lines so far.
func (r *Run) journal(line []byte) error {
	r.head = sha256.Sum256(line)
	return r.world.Journal(line)
}

// begin records who is expected, and puts the plan where everybody finds it who reads the transcript.
func (r *Run) begin() error {
	for _, p := range r.plan.People {
		if err := r.log.Person(p.Name, p.Role, p.Key); err != nil {
			return err
		}
	}
	return r.put(StepIdentity, PlanName, r.plan.text, false)
}

// Done tells whether there is nothing more to ask; Err then says how it ended.
func (r *Run) Done() bool { return r.done }

// Err is nil when the ceremony was done as planned; ErrGivenUp, ErrRefused or what failed otherwise.
func (r *Run) Err() error { return r.err }

// Prompt is the question at hand.
func (r *Run) Prompt() Prompt {
	if r.done {
		return Prompt{}
	}
	p := r.queue[0].Prompt
	p.Step, p.Title, p.Number, p.Of = r.stages[r.at].id, r.stages[r.at].title, r.at+1, len(r.stages)
	for _, s := range r.stages {
		p.Stages = append(p.Stages, s.title)
	}
	p.Rehearsal = r.mode == Rehearsal
	return p
}

// Answer answers the question at hand.
func (r *Run) Answer(a Answer) {
	defer a.Secret.Destroy()
	if r.done {
		return
	}
	more, err := r.take(a)
	var no refusal
	switch {
	case errors.As(err, &no):
		r.refuse(no)
	case err != nil:
		r.fail(err)
	default:
		r.queue, r.tries = append(more, r.queue[1:]...), 0
		r.watch()
		r.advance()
	}
	r.mindJournal()
}

// take looks at the answer's kind before its step does.
func (r *Run) take(a Answer) ([]Step, error) {
	step := r.queue[0]
	switch {
	case step.Prompt.Kind == Confirm && a.Text != "yes":
		return nil, refusal{why: "type yes, or give the ceremony up"}
	case step.Prompt.private() && a.Secret == nil:
		return nil, refusal{why: "an answer is needed"}
	}
	return step.Take(a)
}

// refuse records that an answer was not taken, and why if the answer was a public one, and asks again.
func (r *Run) refuse(no refusal) {
	p := &r.queue[0].Prompt
	r.tries++
	data := map[string]string{"try": strconv.Itoa(r.tries)}
	if !p.private() {
		data["why"] = cmp.Or(no.logged, no.why)
	}
	p.Refused, p.Again = no.why, true
	if err := r.log.Append(r.queue[0].ID, transcript.EventRefused, data); err != nil {
		r.fail(err)
		return
	}
	r.watch()
}

// enter goes into the stage at hand.
func (r *Run) enter() {
	if r.at == len(r.stages) {
		r.end(nil)
		return
	}
	steps, err := r.stages[r.at].enter(r)
	if err != nil {
		r.fail(err)
		return
	}
	r.queue = steps
	r.advance()
}

// advance goes on to the initials of a stage that has nothing more to ask, and then to the next stage.
func (r *Run) advance() {
	for !r.done && len(r.queue) == 0 {
		if closing := r.stages[r.at].closing; closing != nil && !r.closing {
			r.closing = true
			r.queue = []Step{r.askDone(closing(r))}
			return
		}
		r.closing = false
		r.at++
		r.enter()
	}
}

// mindJournal sees that the journal keeps up: a stick that was pulled out, or is full, has to be put right before anything else is asked.
func (r *Run) mindJournal() {
	if r.done || r.sealed {
		return
	}
	why := r.log.Behind()
	if why == nil || r.queue[0].Prompt.Warning == journalBehind {
		return
	}
	r.queue = append([]Step{{ID: r.stages[r.at].id, Prompt: Prompt{
		Kind: Confirm, Warning: journalBehind,
		Text: []string{why.Error() + ".", "Free some room on the medium, or plug it in again where it was. Nothing is lost while this program runs."},
		Ask:  "Type yes to try again",
	}, Take: func(Answer) ([]Step, error) {
		if err := r.log.Behind(); err != nil {
			return nil, refusal{why: err.Error()}
		}
		return nil, nil
	}}}, r.queue...)
}

const journalBehind = "The journal of the ceremony can't be written."
