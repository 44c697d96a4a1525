package ceremony

import (
	"crypto"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"sigtool/ceremony/transcript"
	"sigtool/internal/sigalg"
)

// signStep shows the digests of the files that are to be signed, has the witness compare them, and signs.
func (r *Run) signStep() ([]Step, error) {
	var steps []Step
	for _, m := range r.made { // so that whoever checks the signatures has them at hand
		steps = append(steps, r.putting(StepSign, func() ([]file, error) {
			f, err := r.publicFile(m)
			return []file{f}, err
		}, nil))
	}
	return append(steps, work(StepSign, "The files to be signed are read …", r.showFiles)), nil
}

// checkInputs looks at the files to be signed before anybody opens a bag for them.
func (r *Run) checkInputs() error {
	for _, what := range r.plan.Sign {
		sum, err := r.world.HashFile(what.File)
		if err != nil {
			return err
		}
		if err := what.is(sum); err != nil {
			return err
		}
	}
	return nil
}

// is tells whether a file is the one that the plan names.
func (what ToSign) is(sum [sha256.Size]byte) error {
	if what.SHA256 != "" && what.SHA256 != hex.EncodeToString(sum[:]) {
		return fmt.Errorf("%w: %s is not the file that the plan names: its SHA-256 is %x", ErrRefused, what.File, sum)
	}
	return nil
}

func (r *Run) showFiles() ([]Step, error) {
	var table [][2]string
	var approved [][sha256.Size]byte // by what the witness sees, and nothing else is signed
	files := r.toSign()
	for _, what := range files {
		sum, err := r.world.HashFile(what.File)
		if err != nil {
			return []Step{tryAgain(StepSign, notRead, fmt.Errorf("a file to be signed can't be read: %w", err), r.showFiles)}, nil
		}
		if err := what.is(sum); err != nil {
			return nil, err
		}
		approved = append(approved, sum)
		table = append(table, [2]string{what.File, fmt.Sprintf("as %s, by %s", what.Format, what.Key)})
		table = append(table, digestRows("SHA-256", sum)...)
	}
	return []Step{{ID: StepSign, Prompt: Prompt{
		Kind: Confirm, Who: r.plan.Witness().String(), Table: table, Ask: "Type yes if these are the files to sign",
		Text: []string{"These files will be signed. Compare the digests with those that were written down where the files come from."},
	}, Take: func(Answer) ([]Step, error) {
		var steps []Step
		for i, what := range files {
			steps = append(steps, work(StepSign, "Signing "+what.File+" …", func() ([]Step, error) { return r.sign(what, approved[i]) }))
		}
		return steps, nil
	}}}, nil
}

// sign signs the file that was approved. One that changed since then ends the ceremony: trying again would sign what nobody looked at.
func (r *Run) sign(what ToSign, approved [sha256.Size]byte) ([]Step, error) {
	puts, err := r.world.SignFile(what, approved, r.key(what.Key).signer)
	switch {
	case err == nil:
		return nil, r.logSigned(what, approved, puts)
	case errors.Is(err, ErrRefused):
		return nil, err
	}
	return []Step{tryAgain(StepSign, notRead, fmt.Errorf("%s could not be signed: %w", what.File, err), func() ([]Step, error) { return r.sign(what, approved) })}, nil
}

func (r *Run) logSigned(what ToSign, sum [sha256.Size]byte, puts []Put) error {
	for _, p := range puts {
		if !slices.Contains(names(r.outputs), p.Name) {
			if err := r.log.Put(StepSign, p.Name, p.SHA256, p.Size, false); err != nil {
				return err
			}
			r.outputs = append(r.outputs, output{p.Name, p.SHA256, false})
		}
		err := r.log.Append(StepSign, transcript.EventSigned, map[string]string{
			"file": what.File, "sha256": hex.EncodeToString(sum[:]), "format": what.Format, "key": what.Key, "output": p.Name})
		if err != nil {
			return err
		}
	}
	return nil
}

// toSign are the files that no run before this one has signed.
func (r *Run) toSign() (left []ToSign) {
	for _, what := range r.plan.Sign {
		if !slices.ContainsFunc(r.signed, func(s ToSign) bool { return s.File == what.File && s.Format == what.Format && s.Key == what.Key }) {
			left = append(left, what)
		}
	}
	return left
}

// rotateStep has each old key sign the statement that a new one takes its place. The signature stands beside the statement as
// `sigtool sign raw` puts it, so that anybody who trusts the old key can check: sigtool verify raw -k OLD.pub LABEL.replaces-OLD.txt
func (r *Run) rotateStep() ([]Step, error) {
	var steps []Step
	for _, k := range r.plan.New() {
		m, old := r.key(k.Label), r.key(k.Replaces)
		steps = append(steps, r.putting(StepRotate, func() ([]file, error) {
			name := k.Label + ".replaces-" + old.plan.Label + ".txt"
			text := r.statement(old, m)
			if slices.Contains(names(r.outputs), name) { // put by a run before this one, perhaps on another day
				var err error
				if text, err = r.world.ReadBack(name); err != nil {
					return nil, err
				}
			}
			sig, err := sigalg.SignMessage(old.signer, crypto.SHA256, text)
			if err == nil {
				err = sigalg.VerifyMessage(old.signer.Public(), crypto.SHA256, text, sig)
			}
			return []file{{name: name, data: text}, {name: name + ".sig", data: sig}}, err
		}, nil))
	}
	return steps, nil
}

// statement is what an old key signs of a new one.
func (r *Run) statement(old, m *made) []byte {
	mark := ""
	if r.mode == Rehearsal {
		mark = "REHEARSAL: this statement was made in a rehearsal and means nothing.\n"
	}
	plan := r.plan.Digest()
	return fmt.Appendf(nil, "sigtool key rotation, format 1\n%sold %s %s %s\nnew %s %s %s\ndate %s\nceremony %s\nplan sha256 %x\n"+
		"From this date on the new key takes the place of the old one.\n", mark, old.plan.Label, old.plan.Algorithm, old.fingerprint,
		m.plan.Label, m.plan.Algorithm, m.fingerprint, r.today(), r.plan.Title, plan)
}
