package ceremony

import (
	"bytes"
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

// drillStep has every key made again from its paper, of shares from a quorum drawn at random, before anything else is done with it.
func (r *Run) drillStep() ([]Step, error) {
	if r.drilled {
		return nil, nil
	}
	var steps []Step
	for _, k := range r.plan.BackedUp() {
		for _, b := range r.plan.Backups {
			quorum, err := r.quorum(k.Label, b)
			if err != nil {
				return nil, err
			}
			d := &drill{made: r.key(k.Label), backup: b}
			for i, p := range quorum {
				steps = append(steps, r.askPaper(d, p, i == len(quorum)-1))
			}
		}
	}
	last := steps[len(steps)-1].Take
	steps[len(steps)-1].Take = func(a Answer) ([]Step, error) {
		more, err := last(a)
		r.drilled = err == nil
		return more, err
	}
	return steps, nil
}

// quorum draws as many sheets as bring the key back.
func (r *Run) quorum(label string, b Backup) ([]*paper, error) {
	var all, drawn []*paper
	for _, p := range r.papers {
		if p.label == label && p.backup.Code == b.Code && p.backup.Of == b.Of && p.backup.Need == b.Need {
			all = append(all, p)
		}
	}
	at, err := r.draw(max(1, b.Need), len(all))
	for _, i := range at {
		drawn = append(drawn, all[i])
	}
	return drawn, err
}

// drill is the proof of one key in one code.
type drill struct {
	made   *made
	backup Backup
	texts  [][]byte
	from   []string // who read and how
	fixed  int      // corrections
}

func (r *Run) askPaper(d *drill, p *paper, last bool) Step {
	who := r.hands(p)
	prompt := Prompt{
		Kind: Paper, Hidden: !p.sealed(), Who: who.String(), Sheet: p.name, Code: p.backup.Code,
		Text: []string{fmt.Sprintf("Read back %s, from the paper and not from a file or from memory: type it, or photograph it. So it is proven, before anything depends on it, that the paper brings the key back.", p.which())},
		Ask:  "The rows of " + p.which(),
	}
	if !p.sealed() {
		prompt.Only = who.Name
	}
	return Step{ID: StepDrill, Prompt: prompt, Take: func(a Answer) ([]Step, error) {
		if err := d.read(p, a, last); err != nil {
			return nil, err
		}
		d.texts = append(d.texts, r.keep(secret.From(bytes.Clone(a.Secret.Bytes()))).Bytes())
		from := a.From
		if bytes.Equal(a.Secret.Bytes(), p.sheet.Text) { // nobody types like a printer
			from = FromSheet
		}
		d.from = append(d.from, p.holder.Name+": "+from)
		if !last {
			return nil, nil
		}
		return r.prove(d)
	}}
}

// read tells whether a text is this very sheet, as far as one sheet can tell.
func (d *drill) read(p *paper, a Answer, last bool) error {
	restored, err := codecOf(d.backup.Code).Decode(a.Secret.Bytes())
	defer restored.Destroy()
	var few *backup.Incomplete
	switch {
	case errors.As(err, &few):
		if share := p.sheet.Share; share == nil || len(few.Shares) != 1 || few.Shares[0].Set != share.Set {
			return refusal{"this is a share of something else"}
		} else if few.Shares[0].Index != share.Index {
			return refusal{fmt.Sprintf("this is share %d, and share %d is asked for", few.Shares[0].Index, share.Index)}
		}
		d.fixed += len(few.Corrections)
		return nil
	case err != nil:
		return refusal{err.Error()}
	case len(restored.Shares) > 1:
		return refusal{"these are several shares, and only " + p.which() + " is asked for"}
	case restored.Fingerprint != "" && restored.Fingerprint != d.made.fingerprint:
		return refusal{"this is the sheet of another key"}
	}
	d.fixed += len(restored.Corrections)
	return nil
}

// prove makes the key from all sheets of a quorum.
func (r *Run) prove(d *drill) ([]Step, error) {
	restored, err := codecOf(d.backup.Code).Decode(d.texts...)
	if err == nil {
		defer restored.Destroy()
		err = r.proves(d.made, restored)
	}
	if err != nil { // each sheet was sound, so the last one alone is not to blame
		return nil, fmt.Errorf("the restore drill failed, the paper does not bring the key %s back: %v", d.made.plan.Label, err)
	}
	return nil, r.log.Append(StepDrill, transcript.EventProven, map[string]string{
		"label": d.made.plan.Label, "code": d.backup.Code, "quorum": strings.Join(quorumNames(d.from), ", "), "from": strings.Join(d.from, "; "),
		"corrections": strconv.Itoa(d.fixed),
	})
}

func quorumNames(from []string) (names []string) {
	for _, f := range from {
		name, _, _ := strings.Cut(f, ": ")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// proves makes the key from what paper gave and compares fingerprints.
func (r *Run) proves(m *made, restored *backup.Restored) error {
	switch restored.Kind {
	case backup.KindSealedKey:
		return r.opened(m, keygen.EncodeSealed(restored.Secret.Bytes()))
	case backup.KindSeed:
		signer, err := keygen.FromSeed(m.plan.Algorithm, restored.Secret.Bytes())
		if err != nil {
			return err
		}
		if keygen.Fingerprint(signer.Public()) != m.fingerprint {
			return errors.New("it is another key")
		}
		return nil
	}
	return fmt.Errorf("it holds a secret of another kind, %s", restored.Kind)
}
