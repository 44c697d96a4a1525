package ceremony

import (
	"crypto"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sigtool/ceremony/transcript"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// FrontEnd asks people, or a file.
type FrontEnd interface {
	// Ask shows the prompt and brings the answer. An error ends the ceremony as given up; its text goes into the transcript.
	Ask(Prompt) (Answer, error)
}

// Drive leads a run to its end.
func Drive(run *Run, front FrontEnd) error {
	for !run.Done() {
		answer, err := front.Ask(run.Prompt())
		if err != nil {
			run.GiveUp(err)
			break
		}
		run.Answer(answer)
	}
	return run.Err()
}

// GiveUp ends the ceremony before its end: why goes into the transcript, which is sealed and put all the same. The keys are gone.
func (r *Run) GiveUp(why error) {
	if r.done {
		return
	}
	if errors.Is(why, ErrGivenUp) {
		r.fail(why)
		return
	}
	r.fail(fmt.Errorf("%w: %w", ErrGivenUp, why))
}

// fail ends the ceremony by an error.
func (r *Run) fail(err error) {
	outcome := transcript.Failed
	switch {
	case errors.Is(err, ErrGivenUp):
		outcome = transcript.GivenUp
	case errors.Is(err, ErrRefused):
		outcome = transcript.Refused
	}
	if r.sealed { // the transcript is complete, and says that all was done
		r.end(err)
		return
	}
	raw, sealErr := r.log.Seal(outcome, err.Error(), nil, nil)
	if sealErr == nil {
		sealErr = r.world.PutFile(TranscriptName, raw, false)
	}
	if sealErr == nil {
		sealErr = r.world.JournalDone()
	}
	if sealErr != nil {
		err = fmt.Errorf("%w; and its transcript could not be written: %v", err, sealErr)
	}
	r.end(err)
}

// end forgets every secret.
func (r *Run) end(err error) {
	r.done, r.err, r.queue = true, err, nil
	r.forget()
}

// transcriptStep has people sign who brought a key of their own, and seals the transcript.
func (r *Run) transcriptStep() ([]Step, error) {
	people := map[string]crypto.Signer{}
	var steps []Step
	var asked []string
	for _, p := range r.plan.People {
		if p.Key != "" && !slices.Contains(asked, p.Name) {
			asked = append(asked, p.Name)
			steps = append(steps, r.askOwnKey(p, people))
		}
	}
	return append(steps, work(StepTranscript, "The transcript is sealed: signed by the key of this ceremony, by each key that took part, and by the keys that people brought …",
		func() ([]Step, error) { return r.sealTranscript(people) })), nil
}

// askOwnKey asks for a person's own key.
func (r *Run) askOwnKey(p Person, people map[string]crypto.Signer) Step {
	return Step{ID: StepTranscript, Prompt: Prompt{
		Kind: Line, Who: p.String(), Ask: "File of your key, or none",
		Text: []string{"The plan names a key of your own, " + p.Key + ". If you brought it, the transcript is signed by it too."},
	}, Take: func(a Answer) ([]Step, error) {
		if name := strings.TrimSpace(a.Text); name != "none" && name != "" {
			data, err := r.world.ReadKey(name)
			if err != nil { // what was typed may be a passphrase, in the wrong place
				return nil, refusal{why: err.Error(), logged: "the file can't be read"}
			}
			return r.loadOwnKey(p, people, r.keep(secret.From(data)), nil)
		}
		return nil, r.log.Append(StepTranscript, "not signed", map[string]string{"name": p.Name})
	}}
}

var errSealed = errors.New("it is sealed")

// loadOwnKey loads a person's key, and asks for its passphrase where it has one.
func (r *Run) loadOwnKey(p Person, people map[string]crypto.Signer, data, pass *secret.Bytes) ([]Step, error) {
	key, err := keygen.Load(data.Bytes(), func() (*secret.Bytes, error) {
		if pass == nil {
			return nil, errSealed
		}
		return pass, nil
	})
	switch {
	case errors.Is(err, errSealed):
		return []Step{{ID: StepTranscript, Prompt: Prompt{
			Kind: Secret, Hidden: true, Who: p.String(), Only: p.Name, Ask: "Passphrase of your key",
		}, Take: func(a Answer) ([]Step, error) { return r.loadOwnKey(p, people, data, r.keep(copyOf(a.Secret))) }}}, nil
	case err != nil:
		return nil, refusal{why: err.Error()}
	}
	defer key.Destroy()
	if got := keygen.Fingerprint(key.Signer.Public()); got != p.Key {
		return nil, refusal{why: "this is another key, " + got + "; type none if yours is not here"}
	}
	people[p.Name] = key.Signer
	return nil, nil
}

// sealTranscript seals the transcript, checks it as anybody will later, and puts it.
func (r *Run) sealTranscript(people map[string]crypto.Signer) ([]Step, error) {
	signers := map[string]crypto.Signer{}
	for _, m := range r.made {
		signers[m.plan.Label] = m.signer
	}
	if err := r.log.Complete(); err != nil {
		return nil, err
	}
	raw, err := r.log.Seal(transcript.Done, "", signers, people)
	if err != nil {
		return nil, err
	}
	if _, err := transcript.Check(raw); err != nil {
		return nil, fmt.Errorf("the transcript does not verify: %v", err)
	}
	r.sealed = true
	return r.putTranscript(raw)
}

func (r *Run) putTranscript(raw []byte) ([]Step, error) {
	_, err := r.world.ReadBack(TranscriptName)
	if err != nil {
		err = r.world.PutFile(TranscriptName, raw, false)
	}
	if err == nil {
		err = r.sameAsPut(TranscriptName, raw)
	}
	if err == nil {
		err = r.world.JournalDone()
	}
	if err != nil {
		return []Step{tryAgain(StepTranscript, notWritten, err, func() ([]Step, error) { return r.putTranscript(raw) })}, nil
	}
	r.forget()
	return []Step{{ID: StepTranscript, Prompt: Prompt{
		Kind: Notice,
		Text: []string{"The ceremony is done, and the secrets in memory are wiped. Switch the machine off; what it ran from can be destroyed then.",
			"The digest of its transcript, to be read aloud and written into the minutes:"},
		Table: digestRows("SHA-256", sha256.Sum256(raw)),
	}, Take: func(Answer) ([]Step, error) { return nil, nil }}}, nil
}
