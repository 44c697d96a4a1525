package ceremony

import (
	"crypto"
	"errors"
	"fmt"

	"sigtool/ceremony/transcript"
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
	if r.sealed { // the transcript stands, and says that all was done
		r.end(err)
		return
	}
	raw, sealErr := r.log.Seal(outcome, err.Error(), nil)
	if sealErr == nil {
		sealErr = r.world.PutFile(TranscriptName, raw, false)
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

// transcriptStep seals the transcript by every key that was made, puts it, and checks it as anybody will later.
func (r *Run) transcriptStep() ([]Step, error) {
	do := func() ([]Step, error) {
		signers := map[string]crypto.Signer{}
		for _, m := range r.made {
			signers[m.plan.Label] = m.signer
		}
		raw, err := r.log.Seal(transcript.Done, "", signers)
		if err != nil {
			return nil, err
		}
		if _, err := transcript.Check(raw); err != nil {
			return nil, fmt.Errorf("the transcript does not verify: %v", err)
		}
		r.sealed = true
		if err := r.world.PutFile(TranscriptName, raw, false); err != nil {
			return nil, err
		}
		if err := r.sameAsPut(TranscriptName, raw); err != nil {
			return nil, err
		}
		return []Step{notice(StepTranscript, Prompt{
			Text:  []string{"The ceremony is done. The digest of its transcript, for the minutes:"},
			Table: digestRows(raw),
		}, nil)}, nil
	}
	return []Step{notice(StepTranscript, Prompt{
		Text: []string{"The transcript is sealed: signed by the key of this ceremony and by each key that it made."},
	}, do)}, nil
}
