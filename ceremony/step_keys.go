package ceremony

import (
	"fmt"
	"strconv"

	"sigtool/internal/secret"
	"sigtool/keygen"
)

// generateStep makes the keys, one after the other: a large RSA key takes seconds, so each is announced before.
func (r *Run) generateStep() ([]Step, error) {
	var steps []Step
	for _, k := range r.plan.Keys {
		p := Prompt{Text: []string{fmt.Sprintf("Making the key %s (%s) …", k.Label, k.Algorithm)}, Again: len(steps) > 0}
		steps = append(steps, notice(StepGenerate, p, func() ([]Step, error) { return nil, r.generate(k) }))
	}
	last := steps[len(steps)-1].Take
	steps[len(steps)-1].Take = func(a Answer) ([]Step, error) {
		if _, err := last(a); err != nil {
			return nil, err
		}
		var table [][2]string
		for _, m := range r.made {
			table = append(table, [2]string{m.plan.Label, m.fingerprint})
		}
		return []Step{notice(StepGenerate, Prompt{
			Text: []string{"The keys are made. Their fingerprints, to be read aloud and written into the minutes:"}, Table: table,
		}, nil)}, nil
	}
	return steps, nil
}

func (r *Run) generate(k Key) error {
	signer, seed, err := keygen.Generate(r.pool, k.Algorithm, "key "+k.Label)
	if err != nil {
		return err
	}
	m := &made{plan: k, seed: secret.From(seed), signer: signer, fingerprint: keygen.Fingerprint(signer.Public())}
	r.made = append(r.made, m)
	return r.log.Key(StepGenerate, k.Label, string(k.Algorithm), keygen.Derivation(k.Algorithm), signer.Public())
}

// selfTestStep has every key sign and verify, and looks at its numbers.
func (r *Run) selfTestStep() ([]Step, error) {
	return []Step{notice(StepSelfTest, Prompt{
		Text: []string{"Each key signs a random message, and the signature is verified with the public key as it will be written …"},
	}, func() ([]Step, error) {
		for _, m := range r.made {
			if err := keygen.Check(m.signer); err != nil {
				return nil, fmt.Errorf("key %s: %v", m.plan.Label, err)
			}
			if err := keygen.SelfTest(m.signer); err != nil {
				return nil, fmt.Errorf("key %s: %v", m.plan.Label, err)
			}
			if err := r.log.Append(StepSelfTest, "passed", map[string]string{"label": m.plan.Label}); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})}, nil
}

// passphraseStep makes the one passphrase of the ceremony, shows it, and has it typed back before anything is sealed with it.
func (r *Run) passphraseStep() ([]Step, error) {
	pass, err := keygen.NewPassphrase(r.plan.Passphrase, r.pool.Reader("passphrase"))
	if err != nil {
		return nil, err
	}
	r.passphrase = pass
	err = r.log.Append(StepPassphrase, "made", map[string]string{
		"style": r.plan.Passphrase.String(), "bits": strconv.FormatFloat(pass.Bits, 'f', 1, 64),
	})
	text := []string{"This passphrase seals every key of this ceremony. Write it on paper by hand, and keep it apart from the sheet: whoever has both has the keys."}
	if r.plan.Passphrase == keygen.Base58 {
		text = append(text, "Below each character stands its kind: N a figure, L a small letter, U a capital.")
	}
	return []Step{{ID: StepPassphrase, Prompt: Prompt{
		Kind: TypeBack, Hidden: true, Shown: pass.Secret, Look: pass.Lines, Text: text,
		Ask: "Type the passphrase from your paper",
	}, Take: func(a Answer) ([]Step, error) {
		if err := keygen.Compare(pass, a.Secret.Bytes()); err != nil {
			return nil, refusal{err.Error()}
		}
		return nil, r.log.Append(StepPassphrase, "typed back", nil)
	}}}, err
}
