package verify

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"sigtool/ceremony/transcript"
	"sigtool/formats"
	"sigtool/keygen"
)

// Open opens a file that a transcript names, beside it. A file that is not there is an error that wraps fs.ErrNotExist.
type Open func(name string) (formats.Source, func() error, error)

// Signers lists who sealed a transcript, as signatures that match.
func Signers(t *transcript.Transcript) []formats.Signature {
	signatures := []formats.Signature{{Scheme: "ceremony", Alg: "ed25519", Key: t.Key, Signer: "the ceremony's own key"}}
	if t.Outcome != transcript.Done {
		return signatures
	}
	for _, key := range t.Keys {
		signatures = append(signatures, formats.Signature{Scheme: "ceremony", Alg: key.Algorithm, Key: key.Public, Signer: key.Label})
	}
	return signatures
}

// Transcript judges a transcript that transcript.Check has read: every file it names must be what was recorded, and one of those who
// sealed it must be accepted. A secret file may have been taken away; the notes say so. The warnings are for everybody to see. Errors: ErrChanged, fs.ErrNotExist,
// ErrNobodyNamed, ErrNotAccepted, ErrNotDone.
func Transcript(t *transcript.Transcript, p Policy, open Open) (warnings, notes []string, err error) {
	if t.Rehearsal {
		warnings = append(warnings, "REHEARSAL: its keys are throw-away keys")
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
	err = Judge(Signers(t), p)
	if err == nil && t.Outcome != transcript.Done {
		err = fmt.Errorf("%w: %s", ErrNotDone, t.Outcome)
	}
	return warnings, notes, err
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
