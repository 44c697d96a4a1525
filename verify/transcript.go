package verify

import (
	"crypto"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"sigtool/ceremony/transcript"
	"sigtool/formats"
	"sigtool/internal/sigalg"
	"sigtool/keygen"
)

// Open opens a file that a transcript names, beside it. A file that is not there is an error that wraps fs.ErrNotExist.
type Open func(name string) (formats.Source, func() error, error)

// ReadTranscript reads a transcript as transcript.Check does, and tells one that was never sealed apart: the journal of a ceremony that
// stopped, or a transcript whose end was cut off, which is the same. Errors: transcript.ErrNotTranscript, transcript.ErrChanged,
// ErrNotOver.
func ReadTranscript(data []byte) (*transcript.Transcript, error) {
	t, err := transcript.Check(data)
	if err == nil {
		return t, nil
	}
	journal, journalErr := transcript.ReadJournal(data)
	if journalErr != nil || journal.Outcome != "" {
		return nil, err
	}
	last, where := journal.Lines[len(journal.Lines)-1], "in"
	if last.Event == transcript.EventDone {
		where = "after"
	}
	return nil, fmt.Errorf("%w: it stopped %s step %s", ErrNotOver, where, last.Step)
}

// Signers lists who sealed a transcript, as signatures that match.
func Signers(t *transcript.Transcript) []formats.Signature {
	var signatures []formats.Signature
	for _, by := range t.SealedBy() {
		signatures = append(signatures, formats.Signature{Scheme: "ceremony", Alg: sigalg.Name(by.Public, crypto.SHA256), Key: by.Public, Signer: by.By})
	}
	return signatures
}

// Transcript judges a transcript that ReadTranscript has read: every file it names, the plan among them, must be what was recorded, one of
// those who sealed it must be accepted, and of a ceremony that was done everything must be there. A secret file may have been taken
// away; the notes say so. The warnings are for everybody to see. Errors: ErrRehearsal, ErrChanged, fs.ErrNotExist, ErrNobodyNamed,
// ErrNotAccepted, ErrNotDone, transcript.ErrIncomplete.
func Transcript(t *transcript.Transcript, p Policy, open Open) (warnings, notes []string, err error) {
	if t.Rehearsal {
		if !p.Rehearsal {
			return nil, nil, fmt.Errorf("%w: the transcript says so", ErrRehearsal)
		}
		warnings = append(warnings, "REHEARSAL: its keys are throw-away keys")
	}
	for _, label := range t.NotFromPaper() {
		warnings = append(warnings, "the restore drill did not read the paper of key "+label+", but its file")
	}
	if stops := t.OnJournal(); stops != "" {
		warnings = append(warnings, stops)
	}
	for _, l := range t.Lines {
		if l.Event == transcript.EventMissing {
			warnings = append(warnings, l.Data["what"]+" was missing when it was to be destroyed")
		}
	}
	for _, output := range t.Outputs {
		err := compare(output, open)
		switch {
		case errors.Is(err, fs.ErrNotExist) && output.Secret:
			notes = append(notes, output.Name+" is not here and was not checked")
		case err != nil:
			return warnings, notes, err
		}
	}
	if err := planned(t); err != nil {
		return warnings, notes, err
	}
	err = Judge(Signers(t), p)
	switch {
	case err != nil:
	case t.Outcome != transcript.Done:
		err = fmt.Errorf("%w: %s", ErrNotDone, t.Outcome)
	default:
		err = t.Complete()
	}
	return warnings, notes, err
}

// planned tells whether the plan beside a transcript is the one that its first line names. A ceremony that ended early may have none.
func planned(t *transcript.Transcript) error {
	for _, output := range t.Outputs {
		switch {
		case output.Name != transcript.PlanName:
		case output.SHA256 != t.Plan:
			return fmt.Errorf("%s: %w: it is not the plan that line 1 names", output.Name, ErrChanged)
		case output.Secret:
			return fmt.Errorf("%w: the plan is among the secret files, where nobody asks for it", transcript.ErrIncomplete)
		default:
			return nil
		}
	}
	if t.Outcome == transcript.Done {
		return fmt.Errorf("%w: the plan, %s, is not among the files that it names", transcript.ErrIncomplete, transcript.PlanName)
	}
	return nil
}

// compare holds one file against its size and SHA-256 in the transcript.
func compare(output transcript.Output, open Open) error {
	src, done, err := open(output.Name)
	if err != nil {
		return err
	}
	defer done()
	if src.Size() != output.Size {
		return fmt.Errorf("%s: %w: it has %d bytes, not %d", output.Name, ErrChanged, src.Size(), output.Size)
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(src, 0, src.Size())); err != nil {
		return fmt.Errorf("%s: %w", output.Name, err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != output.SHA256 {
		return fmt.Errorf("%s: %w: its SHA-256 is another one", output.Name, ErrChanged)
	}
	return nil
}

// SignerNames are the fingerprints of those who sealed a transcript, for people.
func SignerNames(t *transcript.Transcript) []string {
	var names []string
	for _, signature := range Signers(t) {
		names = append(names, signature.Signer+" "+keygen.Fingerprint(signature.Key))
	}
	return names
}
