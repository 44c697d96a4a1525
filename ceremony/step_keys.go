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
	for _, k := range r.plan.New() {
		steps = append(steps, work(StepGenerate, fmt.Sprintf("Making and testing the key %s (%s) …", k.Label, k.Algorithm), func() ([]Step, error) {
			if err := r.generate(k); err != nil {
				return nil, fmt.Errorf("key %s: %v", k.Label, err)
			}
			return nil, nil
		}))
	}
	return steps, nil
}

// generate makes a key, looks at its numbers, and has it sign and verify.
func (r *Run) generate(k Key) error {
	signer, seed, err := keygen.Generate(r.pool, k.Algorithm, "key "+k.Label)
	if err != nil {
		return err
	}
	m := &made{plan: k, seed: secret.From(seed), signer: signer, fingerprint: keygen.Fingerprint(signer.Public())}
	r.made = append(r.made, m)
	if err := keygen.Check(signer); err != nil {
		return err
	}
	if err := keygen.SelfTest(signer); err != nil {
		return err
	}
	return r.log.Key(StepGenerate, k.Label, string(k.Algorithm), keygen.Derivation(k.Algorithm), signer.Public())
}

// passphraseStep makes the one passphrase of the ceremony, shows it, and has it typed back before anything is sealed with it.
func (r *Run) passphraseStep() ([]Step, error) {
	style := r.plan.Passphrase.Style
	pass, err := keygen.NewPassphrase(style, r.pool.Reader("passphrase"))
	if err != nil {
		return nil, err
	}
	r.passphrase = pass.Secret
	holder := r.plan.Operator()
	if name := r.plan.Passphrase.Holder; name != "" {
		holder = r.person(name)
	}
	err = r.log.Append(StepPassphrase, "made", map[string]string{
		"style": style.String(), "bits": strconv.FormatFloat(pass.Bits, 'f', 1, 64), "holder": r.plan.Passphrase.Holder,
	})
	text := []string{"This passphrase seals every key of this ceremony. Write it on paper by hand, and keep it apart from the sheet: whoever has both has the keys."}
	if style == keygen.Base58 {
		text = append(text, "The hyphens belong to it. Below each character stands its kind: N a figure, L a small letter, U a capital.")
	}
	return []Step{{ID: StepPassphrase, Prompt: Prompt{
		Kind: TypeBack, Hidden: true, Shown: pass.Secret, Look: pass.Lines, Text: text, Who: holder.String(), Only: holder.Name,
		Ask: "Type the passphrase from your paper",
	}, Take: func(a Answer) ([]Step, error) {
		if err := keygen.Compare(pass, a.Secret.Bytes()); err != nil {
			return nil, refusal{why: err.Error()}
		}
		return nil, r.log.Append(StepPassphrase, "typed back", nil)
	}}}, err
}

// person finds somebody of the plan by name; whoever is not in the plan is a holder elsewhere.
func (r *Run) person(name string) Person {
	for _, p := range r.plan.People {
		if p.Name == name {
			return p
		}
	}
	return Person{Name: name, Role: RoleHolder}
}
