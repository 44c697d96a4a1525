// Package ceremony leads people through the making of keys by a plan that they wrote down before, and keeps a log that proves what
// was done: nothing goes on before it was checked, no secret enters the log, and whatever ends the ceremony early is logged as well.
//
// Run is a pure machine: it asks, a front end answers, and every effect goes through World, so that a ceremony with fixed randomness
// and a fixed clock is the same to the byte each time. Only files that are sealed by the passphrase, or public, are put outside it,
// with one exception that a plan must ask for: sheets of code words. The sheet is put when it is to be printed, the transcript last,
// everything else in the step outputs; a process killed before that leaves at most the sheet.
package ceremony

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"sigtool/ceremony/transcript"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// How a ceremony ends early.
var (
	// ErrGivenUp: the people stopped it.
	ErrGivenUp = errors.New("the ceremony was given up")
	// ErrRefused: the machine is not one that the plan allows.
	ErrRefused = errors.New("the ceremony was refused")
)

// Mode says whether it is in earnest.
type Mode string

// The modes. A rehearsal asks everything that a production does, on any machine; what it makes says REHEARSAL and is thrown away.
const (
	Production Mode = "production"
	Rehearsal  Mode = "rehearsal"
)

// TranscriptName is the name under which the transcript is put.
const TranscriptName = "transcript.jsonl"

// World is every effect that a ceremony has, and what it can't know by itself. All fields are needed, but those that say otherwise.
type World struct {
	Rand    io.Reader         // the kernel's generator
	Now     func() time.Time  // the clock of the transcript and of the date on the sheets; certificates take theirs from the plan
	Built   time.Time         // when the program was built, before which no clock can be right; zero if that is not known
	Binary  [sha256.Size]byte // SHA-256 of the program's file
	Machine func() []Finding  // measures the machine, at least one finding for each of Checks but the clock
	// PutFile makes a new file of that plain name where the ceremony keeps its results, and fails if there is one. Secret: for the
	// owner's eyes only. What it made is on the medium when it returns.
	PutFile func(name string, data []byte, secret bool) error
	// ReadBack reads a file that PutFile made, from where it was put. Its error wraps fs.ErrNotExist where there is none.
	ReadBack func(name string) ([]byte, error)
	// Journal adds a line to the journal, and returns when it is on the medium; JournalDone removes the journal when the transcript stands
	// in its place.
	Journal     func(line []byte) error
	JournalDone func() error
	// Print puts a sheet on paper and says how, "printed on /dev/usb/lp0". Nil: sheets are copied by hand from the screen, but those that
	// are sealed, which are files. The sheet stays the ceremony's.
	Print func(name string, sheet *backup.Sheet, copies int) (how string, err error)
	// ReadKey reads the key file that a person brought to sign the transcript with.
	ReadKey func(path string) ([]byte, error)
	// SignFile signs a file of the folder of inputs and puts what comes of it beside the other results. Needed by plans that sign.
	SignFile func(what ToSign, key crypto.Signer) ([]Put, error)
	Program  string // name and version, for the transcript
	Front    string // "plain", "tui", "answers", for the transcript
}

// Put is a file that was put by somebody else than the ceremony.
type Put struct {
	Name   string
	SHA256 [sha256.Size]byte
	Size   int64
}

// Run is one ceremony under way.
type Run struct {
	plan   *Plan
	world  World
	mode   Mode
	log    *transcript.Writer
	stages []stage
	at     int    // the stage that is under way
	queue  []Step // its questions that are still to be asked
	tries  int    // answers refused to the first of them
	state
	done bool
	err  error
}

// NewRun begins a ceremony: its first prompt is ready afterwards.
func NewRun(plan *Plan, world World, mode Mode) (*Run, error) {
	if world.Rand == nil || world.Now == nil || world.Machine == nil || world.PutFile == nil || world.ReadBack == nil {
		return nil, errors.New("a ceremony needs randomness, a clock, a machine to measure and a place for its files")
	}
	if mode != Production && mode != Rehearsal {
		return nil, fmt.Errorf("mode %q is not known", string(mode))
	}
	r := &Run{plan: plan, world: world, mode: mode}
	for _, name := range plan.Steps {
		r.stages = append(r.stages, stages[name])
	}
	// The ceremony's own key has to be there before the first question, so no dice go into it; the keys to be made have theirs.
	pool := keygen.NewPool(world.Rand)
	defer pool.Destroy()
	seed, err := pool.Seed("sigtool ceremony transcript")
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(seed)
	digest := plan.Digest()
	r.log, err = transcript.NewWriter(transcript.Header{
		Program: world.Program, Plan: hex.EncodeToString(digest[:]), Title: plan.Title, Kind: plan.Kind, Front: world.Front,
		Rehearsal: mode == Rehearsal,
	}, ed25519.NewKeyFromSeed(seed), world.Now)
	if err != nil {
		return nil, err
	}
	r.enter()
	return r, r.err
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
		if len(r.queue) == 0 {
			r.at++
			r.enter()
		}
	}
}

// take looks at the answer's kind before its step does.
func (r *Run) take(a Answer) ([]Step, error) {
	step := r.queue[0]
	switch {
	case step.Prompt.Kind == Confirm && a.Text != "yes":
		return nil, refusal{"type yes, or give the ceremony up"}
	case step.Prompt.private() && a.Secret == nil:
		return nil, refusal{"an answer is needed"}
	}
	return step.Take(a)
}

// refuse logs that an answer was not taken, and why if the answer was a public one, and asks again.
func (r *Run) refuse(no refusal) {
	p := &r.queue[0].Prompt
	r.tries++
	data := map[string]string{"try": strconv.Itoa(r.tries)}
	if !p.private() {
		data["why"] = no.why
	}
	p.Refused, p.Again = no.why, true
	if err := r.log.Append(r.queue[0].ID, "refused", data); err != nil {
		r.fail(err)
	}
}

// enter goes to the next stage that has something to ask.
func (r *Run) enter() {
	for ; r.at < len(r.stages); r.at++ {
		steps, err := r.stages[r.at].enter(r)
		if err != nil {
			r.fail(err)
			return
		}
		if len(steps) > 0 {
			r.queue = steps
			return
		}
	}
	r.end(nil)
}
