// Package ceremony leads people through the life of keys by a plan that they wrote down before, and keeps a record that proves what was
// done: nothing goes on before it was checked, no secret enters the record or a file in the clear, and whatever ends the ceremony early
// is recorded as well.
//
// Run is a pure machine: it asks, a front end answers, and every effect goes through World, so that a ceremony with fixed randomness
// and a fixed clock is the same to the byte each time. Secrets leave it on paper (World.Print, or the screen), or in files sealed by
// the passphrase or to recipients that the plan names. A process that is killed leaves those, what is public, and the journal, which is
// the transcript as it grew. Keys that the restore drill had not proven by then are void; others come back from their paper (Resume).
package ceremony

import (
	"cmp"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"sigtool/backup"
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
	// ErrVoid: it stopped before its papers were proven, so its keys must not be used.
	ErrVoid = errors.New("the keys of this ceremony are void")
)

// Mode says whether it is in earnest.
type Mode string

// The modes. A rehearsal asks everything that a production does, on any machine; what it makes says REHEARSAL and is thrown away.
const (
	Production Mode = "production"
	Rehearsal  Mode = "rehearsal"
)

// The names under which the record is put: the journal while the ceremony goes on, the transcript at its end. The plan stands beside them.
const (
	TranscriptName = "transcript.jsonl"
	JournalName    = "journal.jsonl"
	PlanName       = "plan.yaml"
)

// World is every effect that a ceremony has, and what it can't know by itself. All fields are needed, but those that say otherwise.
type World struct {
	Rand   io.Reader         // the kernel's generator
	Now    func() time.Time  // the clock of the transcript and of the date on the sheets; certificates take theirs from the plan
	Built  time.Time         // when the program was built, before which no clock can be right; zero if that is not known
	Binary [sha256.Size]byte // SHA-256 of the program's file
	// Machine measures the machine: at least one finding for each of the checks, but for the clock.
	Machine func(checks []string) []Finding
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
	// HashFile is the SHA-256 of a file of the folder of inputs. SignFile reads that file once, signs what it read if that has the digest
	// that people approved (its error wraps ErrRefused if it has not), puts what comes of it beside the other results, and takes what is
	// there from before if it is good. Needed by plans that sign.
	HashFile func(name string) ([sha256.Size]byte, error)
	SignFile func(what ToSign, approved [sha256.Size]byte, key crypto.Signer) ([]Put, error)
	// Layout makes a file to be printed of a sheet, and says how its name ends: ".pdf". Nil: there is the text alone.
	Layout  func(sheet *backup.Sheet) (data []byte, suffix string, err error)
	Program string // name and version, for the transcript
	Front   string // "plain", "tui", "answers", for the transcript
}

// Put is a file that was put by somebody else than the ceremony.
type Put struct {
	Name   string
	SHA256 [sha256.Size]byte
	Size   int64
}

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
	if err := r.log.Append(r.queue[0].ID, "refused", data); err != nil {
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
