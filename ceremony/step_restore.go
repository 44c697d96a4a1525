package ceremony

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sigtool/backup"
	"sigtool/ceremony/transcript"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// restoreStep brings keys back from their paper: those that the plan says there are, or, in a run that goes on where another one
// stopped, those that it had made.
func (r *Run) restoreStep() ([]Step, error) {
	var steps []Step
	for _, k := range r.wanted {
		back := &comingBack{plan: k}
		steps = append(steps, r.askSheet(back, ""))
	}
	return steps, nil
}

// comingBack is a key of which some paper was read.
type comingBack struct {
	plan   Key
	texts  [][]byte
	shares int    // in the texts
	sealed []byte // PEM, when the paper is whole and the passphrase wanted
}

// askSheet asks for one more sheet.
func (r *Run) askSheet(back *comingBack, more string) Step {
	text := fmt.Sprintf("The key %s comes back from its paper. Take a sheet, out of its bag if it is in one (look first whether the bag is whole), and type it, or name a scan.", back.plan.Label)
	if more != "" {
		text = "The sheet is sound. Wanted: " + more + "."
	}
	clear := back.plan.Paper != CodeLines
	prompt := Prompt{Kind: Paper, Hidden: clear, Code: back.plan.Paper, Sheet: r.nameOf(back),
		Text: []string{text}, Ask: "The rows of a sheet of key " + back.plan.Label}
	if clear {
		prompt.Only = fmt.Sprintf("whoever holds sheet %d", len(back.texts)+1)
	}
	return Step{ID: r.stages[r.at].id, Prompt: prompt, Take: func(a Answer) ([]Step, error) {
		texts := append(slices.Clone(back.texts), a.Secret.Bytes())
		restored, err := codecOf(back.plan.Paper).Decode(texts...)
		var few *backup.Incomplete
		switch {
		case r.mode == Production && (errors.As(err, &few) && few.Meta.Rehearsal || err == nil && restored.Meta.Rehearsal):
			restored.Destroy()
			return nil, errRehearsed
		case r.mode == Rehearsal && (errors.As(err, &few) && inEarnest(few.Payload, few.Meta) || err == nil && inEarnest(restored.Payload, restored.Meta)):
			restored.Destroy()
			return nil, errInEarnest
		case errors.As(err, &few) && len(few.Shares) == back.shares:
			return nil, refusal{why: "this share was given already; another one is wanted"}
		case errors.As(err, &few):
			back.shares = len(few.Shares)
			back.texts = append(back.texts, r.keep(copyOf(a.Secret)).Bytes())
			return []Step{r.askSheet(back, few.Want)}, nil
		case err != nil:
			return nil, refusal{why: err.Error()}
		}
		defer restored.Destroy()
		steps, err := r.restored(back, restored)
		if err != nil {
			back.texts, back.shares = nil, 0 // sound sheets of another key: none of them helps
			return nil, err
		}
		return append(r.tellRepairs(restored), steps...), nil
	}}
}

// errInEarnest refuses the paper of a real key in a rehearsal.
var errInEarnest = refusal{why: "this is the paper of a real key. A rehearsal takes the paper of a key that was made in a rehearsal"}

// inEarnest tells whether a sheet has a head, and no mark of a rehearsal in it.
func inEarnest(p backup.Payload, m backup.Meta) bool { return p.Fingerprint != "" && !m.Rehearsal }

// tellRepairs says what on the paper had to be put right.
func (r *Run) tellRepairs(restored *backup.Restored) []Step {
	if restored.Sound() {
		return nil
	}
	p := Prompt{Kind: Notice, Warning: "The paper was read, but not all of it was right. It may not come back another time: new paper is wanted."}
	for _, c := range restored.Corrections {
		p.Table = append(p.Table, [2]string{"put right", c.Place()})
	}
	for _, s := range slices.Concat(restored.HeaderDiffers, restored.LeftOut) {
		p.Table = append(p.Table, [2]string{"differs", s})
	}
	return []Step{{ID: r.stages[r.at].id, Prompt: p, Take: func(Answer) ([]Step, error) {
		return nil, r.log.Append(r.stages[r.at].id, "repaired", map[string]string{"places": strconv.Itoa(len(p.Table))})
	}}}
}

// nameOf is what the next sheet of a key would be called: as it was in this ceremony, or as the plain case is in another.
func (r *Run) nameOf(back *comingBack) string {
	for _, b := range r.plan.Backups {
		if b.Code == back.plan.Paper && r.isNew(back.plan) {
			return r.plan.SheetName(back.plan.Label, b, len(back.texts))
		}
	}
	if back.plan.Paper == CodeShares || len(back.texts) > 0 {
		return r.plan.FileName(back.plan.Label, fmt.Sprintf("old-share-%d.txt", len(back.texts)+1))
	}
	return r.plan.FileName(back.plan.Label, "old-sheet.txt")
}

func copyOf(s *secret.Bytes) *secret.Bytes {
	c := secret.New(s.Len())
	copy(c.Bytes(), s.Bytes())
	return c
}

// restored makes the key of what the paper gave.
func (r *Run) restored(back *comingBack, restored *backup.Restored) ([]Step, error) {
	if restored.Algorithm != "" && restored.Algorithm != string(back.plan.Algorithm) {
		return nil, refusal{why: fmt.Sprintf("this is the paper of a key for %s, and the plan's is for %s", restored.Algorithm, back.plan.Algorithm)}
	}
	switch restored.Kind {
	case backup.KindSealedKey:
		back.sealed = keygen.EncodeSealed(restored.Secret.Bytes())
		return []Step{r.askPassphrase(back)}, nil
	case backup.KindSeed:
		signer, err := keygen.FromSeed(back.plan.Algorithm, restored.Secret.Bytes())
		if err != nil {
			return nil, refusal{why: err.Error()}
		}
		return nil, r.isBack(&made{plan: back.plan, seed: copyOf(restored.Secret), signer: signer})
	}
	return nil, refusal{why: fmt.Sprintf("this sheet holds a secret of another kind, %s", restored.Kind)}
}

// askPassphrase opens a sealed key.
func (r *Run) askPassphrase(back *comingBack) Step {
	return Step{ID: r.stages[r.at].id, Prompt: Prompt{
		Kind: Secret, Hidden: true, Who: r.plan.Operator().String(), Ask: "Passphrase",
		Text: []string{"The paper of key " + back.plan.Label + " is read. It is sealed: type the passphrase from its own paper."},
	}, Take: func(a Answer) ([]Step, error) {
		pass := r.keep(copyOf(a.Secret))
		if own, ok := keygen.Canonical(pass.Bytes()); ok {
			pass = r.keep(own)
		}
		key, err := keygen.Load(back.sealed, func() (*secret.Bytes, error) { return pass, nil })
		if err != nil {
			return nil, refusal{why: err.Error()}
		}
		seed, ok, err := keygen.SeedOf(key)
		m := &made{plan: back.plan, signer: key.Signer}
		if alg, _ := keygen.AlgorithmOf(key.Signer.Public()); alg != back.plan.Algorithm {
			return nil, refusal{why: fmt.Sprintf("this is a key for %s, and the plan's is for %s", alg, back.plan.Algorithm)}
		}
		key.Destroy()
		if err != nil {
			return nil, err
		}
		if ok {
			m.seed = secret.From(seed)
		}
		var no refusal
		if err := r.isBack(m); errors.As(err, &no) { // the passphrase is right, and the sheet is not
			back.sealed = nil
			again := r.askSheet(back, "")
			again.Prompt.Warning = capital(no.why) + "."
			return []Step{again}, r.log.Append(again.ID, transcript.EventRefused, map[string]string{"try": "1"})
		} else if err != nil {
			return nil, err
		}
		if r.passphrase == nil && r.isNew(back.plan) { // made in this ceremony, so sealed by its passphrase
			r.passphrase = copyOf(pass)
		}
		return nil, nil
	}}
}

// isBack takes a key that came back, if it is the one that the plan names.
func (r *Run) isBack(m *made) error {
	m.fingerprint = keygen.Fingerprint(m.signer.Public())
	switch {
	case r.mode == Rehearsal && slices.ContainsFunc(r.plan.Keys, func(k Key) bool { return k.Fingerprint == m.fingerprint }):
		m.seed.Destroy()
		return errInEarnest
	case r.mode == Rehearsal && !r.isNew(m.plan): // any throw-away key stands in for the real one
		m.plan.Fingerprint = m.fingerprint
	case m.fingerprint != m.plan.Fingerprint:
		m.seed.Destroy()
		return refusal{why: "this is another key, " + m.fingerprint + ", and not " + m.plan.Fingerprint}
	}
	r.made = append(r.made, m)
	if err := keygen.SelfTest(m.signer); err != nil {
		return fmt.Errorf("key %s: %v", m.plan.Label, err)
	}
	return r.log.Restored(r.stages[r.at].id, m.plan.Label, string(m.plan.Algorithm), m.signer.Public())
}

// isNew tells whether a key was made in this ceremony, by a run before this one.
func (r *Run) isNew(k Key) bool {
	planned, _ := r.plan.Labelled(k.Label)
	return planned.Fingerprint == ""
}

// askOldPassphrase takes the passphrase that the run before had typed back. Its own check finds slips; nothing else is there to hold it against.
func (r *Run) askOldPassphrase() Step {
	return Step{ID: r.stages[r.at].id, Prompt: Prompt{
		Kind: Secret, Hidden: true, Who: r.plan.Operator().String(), Ask: "Passphrase",
		Text: []string{"What is still to be sealed is sealed by the passphrase that was made before: type it from its paper."},
	}, Take: func(a Answer) ([]Step, error) {
		own, ok := keygen.Canonical(a.Secret.Bytes())
		if !ok {
			why := "this is not a passphrase that was made here"
			if err := keygen.CheckGroups(a.Secret.Bytes()); err != nil {
				why = err.Error()
			}
			return nil, refusal{why: strings.TrimSuffix(why, ".")}
		}
		r.passphrase = own
		return nil, nil
	}}
}
