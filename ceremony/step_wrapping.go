package ceremony

import (
	"sigtool/backup"
	"sigtool/ceremony/transcript"
)

// wrapping is an export to a wrapping key, of the key of that label.
type wrapping struct {
	Export
	key string
}

// wrappings lists the exports that a plan names wrapping keys for.
func (p *Plan) wrappings() (list []wrapping) {
	for _, k := range p.Keys {
		for _, e := range k.Exports {
			if e.Wrap != "" {
				list = append(list, wrapping{e, k.Label})
			}
		}
	}
	return list
}

// NeedsInputs tells whether the plan names files of the folder of inputs: to be signed, or to wrap keys to.
func (p *Plan) NeedsInputs() bool { return len(p.Sign)+len(p.wrappings()) > 0 }

// askWrapping has the witness compare the keys that secret keys will be wrapped to, one at a time, before there are any. Words would help nobody: no
// paper has them.
func (r *Run) askWrapping() (steps []Step) {
	for _, w := range r.ways {
		if w.export.Wrap == "" {
			continue
		}
		figures, _ := backup.Fingerprint(w.found.Wrapping)
		steps = append(steps, Step{ID: StepIdentity, Prompt: Prompt{
			Kind: Confirm, Who: r.plan.Witness().String(), Ask: "Type yes if this is the wrapping key",
			Text: []string{"The secret key will leave wrapped to this key: whoever may use it can open what leaves. Compare the fingerprint with what was written down where the wrapping key comes from."},
			Table: [][2]string{{w.key.Label, w.target.Name + ", wrapped to the " + w.found.WrappingAlg + " key in " + w.export.Wrap},
				{"wrapping key", w.found.Wrapping}, {"in figures", groups(figures, 8)}},
		}, Take: func(Answer) ([]Step, error) { return nil, r.logWrapping(w) }})
	}
	return steps
}

// logWrapping records what was approved.
func (r *Run) logWrapping(w *way) error {
	return r.log.Append(StepIdentity, transcript.EventWrapping, map[string]string{
		"label": w.key.Label, "target": w.target.Name, "file": w.export.Wrap, "algorithm": w.found.WrappingAlg, "fingerprint": w.found.Wrapping})
}
