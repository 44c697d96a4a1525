package ceremony

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sigtool/backup"
	"sigtool/ceremony/transcript"
	"sigtool/keygen"
)

// drillStep has every key made again from its paper, of shares from a quorum drawn at random, before anything else is done with it.
func (r *Run) drillStep() ([]Step, error) {
	if r.drilled() {
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
	return steps, nil
}

// drilled tells whether every paper brought its key back.
func (r *Run) drilled() bool {
	return r.proven > 0 && r.proven == len(r.plan.BackedUp())*len(r.plan.Backups)
}

// quorum draws the sheets that are read back: as many as bring the key back, or, of sheets that were copied by hand, all of them, since
// each may have a slip of its own.
func (r *Run) quorum(label string, b Backup) ([]*paper, error) {
	var all, drawn []*paper
	for _, p := range r.papers {
		if p.label == label && p.backup.Code == b.Code { // a plan has a code once
			all = append(all, p)
		}
	}
	count := max(1, b.Need)
	switch {
	case len(all) < count:
		return nil, fmt.Errorf("key %s: there are no sheets in %s", label, b.Code)
	case all[0].byHand:
		count = len(all)
	}
	at, err := r.draw(count, len(all))
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
}

// showAfter is how often a sheet that was copied by hand may be refused before it is shown once more.
const showAfter = 3

func (r *Run) askPaper(d *drill, p *paper, last bool) Step {
	who := r.hands(p)
	prompt := Prompt{
		Kind: Paper, Hidden: !p.sealed(), Who: who.String(), Sheet: p.name, Code: p.backup.Code,
		Text: []string{fmt.Sprintf("Read back %s, from the paper and not from a file or from memory: type it, or name a scan of the paper. So it is proven, before anything depends on it, that the paper brings the key back.", p.which())},
		Ask:  "The rows of " + p.which(),
	}
	if !p.sealed() {
		prompt.Only = who.Name
	}
	if p.byHand {
		prompt.Text = append(prompt.Text, fmt.Sprintf("If something is missing on the paper, hand in what there is: after %d tries the sheet is shown once more.", showAfter))
	}
	return Step{ID: StepDrill, Prompt: prompt, Take: func(a Answer) ([]Step, error) {
		from := a.From
		if bytes.Equal(bytes.TrimSpace(a.Secret.Bytes()), bytes.TrimSpace(p.sheet.Text)) { // nobody types like a printer
			from = FromSheet
		}
		err := d.read(p, a, r.mode)
		if err == nil && from == FromSheet && r.mode == Production && !r.plan.Answers {
			err = refusal{why: "this is the sheet's own file, which proves nothing about the paper"}
		}
		if err != nil && p.byHand && r.tries+1 >= showAfter {
			again := r.screens(StepDrill, p)
			again[0].Prompt.Warning = fmt.Sprintf("%d tries did not check. Compare your paper with the screen, letter by letter, and correct the paper.", showAfter)
			return append(again, r.askPaper(d, p, last)), r.log.Append(StepDrill, "shown again", map[string]string{"document": p.document})
		}
		if err != nil {
			return nil, err
		}
		d.texts = append(d.texts, r.keep(copyOf(a.Secret)).Bytes())
		d.from = append(d.from, p.holder.Name+": "+from)
		if !last {
			return nil, nil
		}
		return r.prove(d)
	}}
}

// errRehearsed refuses the paper of a rehearsal in earnest. Rows that were typed without the head of the sheet have no mark.
var errRehearsed = refusal{why: "this is a sheet of a REHEARSAL"}

// read tells whether a text is this very sheet, as far as one sheet can tell.
func (d *drill) read(p *paper, a Answer, mode Mode) error {
	restored, err := codecOf(d.backup.Code).Decode(a.Secret.Bytes())
	defer restored.Destroy()
	var few *backup.Incomplete
	switch {
	case errors.As(err, &few) && few.Meta.Rehearsal && mode == Production, err == nil && restored.Meta.Rehearsal && mode == Production:
		return errRehearsed
	case errors.As(err, &few):
		if share := p.sheet.Share; share == nil || len(few.Shares) != 1 || few.Shares[0].Set != share.Set {
			return refusal{why: "this is a share of something else"}
		} else if few.Shares[0].Index != share.Index {
			return refusal{why: fmt.Sprintf("this is share %d, and share %d is asked for", few.Shares[0].Index, share.Index)}
		}
		return unsound(few.Corrections, few.HeaderDiffers)
	case err != nil:
		return refusal{why: err.Error()}
	case len(restored.Shares) > 1:
		return refusal{why: "these are several shares, and only " + p.which() + " is asked for"}
	case restored.Fingerprint != "" && restored.Fingerprint != d.made.fingerprint:
		return refusal{why: "this is the sheet of another key"}
	}
	return unsound(restored.Corrections, restored.HeaderDiffers)
}

// unsound refuses, in the drill, a sheet that had to be put right: the slip is on the paper, or in what was typed. It names the places.
func unsound(corrections []backup.Correction, differs []string) error {
	var places []string
	for _, c := range corrections {
		places = append(places, c.Place())
	}
	places = append(places, differs...)
	if len(places) == 0 {
		return nil
	}
	return refusal{why: "this had to be put right: " + strings.Join(places, "; ") + ". Look at the paper: correct it there if it is wrong, and read it back once more"}
}

// prove makes the key from as many sheets as restore it, until each sheet had its part in it.
func (r *Run) prove(d *drill) ([]Step, error) {
	need := max(1, d.backup.Need)
	for from := 0; from < len(d.texts); from += need {
		at := min(from, len(d.texts)-need)
		restored, err := codecOf(d.backup.Code).Decode(d.texts[at : at+need]...)
		if err == nil {
			err = r.proves(d.made, restored)
			restored.Destroy()
		}
		if err != nil { // each sheet was sound, so the last one alone is not to blame
			return nil, fmt.Errorf("the restore drill failed, the paper does not bring the key %s back: %v", d.made.plan.Label, err)
		}
	}
	r.proven++
	return nil, r.log.Append(StepDrill, transcript.EventProven, map[string]string{
		"label": d.made.plan.Label, "code": d.backup.Code, "quorum": strings.Join(quorumNames(d.from), ", "), "from": strings.Join(d.from, "; "),
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
