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

// askWrapping has the witness compare the keys that secret keys will be wrapped to, before there are any.
func (r *Run) askWrapping() []Step {
	var table [][2]string
	for _, w := range r.ways {
		if w.export.Wrap != "" {
			figures, words := backup.Fingerprint(w.found.Wrapping)
			table = append(table, [2]string{w.key.Label, w.target.Name + ", wrapped to the " + w.found.WrappingAlg + " key in " + w.export.Wrap},
				[2]string{"wrapping key", w.found.Wrapping}, [2]string{"in figures", groups(figures, 8)}, [2]string{"in words", groups(words, 4)})
		}
	}
	if table == nil {
		return nil
	}
	return []Step{{ID: StepIdentity, Prompt: Prompt{
		Kind: Confirm, Who: r.plan.Witness().String(), Table: table, Ask: "Type yes if these are the wrapping keys",
		Text: []string{"The secret keys will leave wrapped to these keys: whoever may use one of them can open what leaves. Compare the fingerprints with those that were written down where the wrapping keys come from."},
	}, Take: func(Answer) ([]Step, error) { return nil, r.logWrapping() }}}
}

// logWrapping records what was approved.
func (r *Run) logWrapping() error {
	for _, w := range r.ways {
		if w.export.Wrap == "" {
			continue
		}
		err := r.log.Append(StepIdentity, transcript.EventWrapping, map[string]string{
			"label": w.key.Label, "target": w.target.Name, "file": w.export.Wrap, "algorithm": w.found.WrappingAlg, "fingerprint": w.found.Wrapping})
		if err != nil {
			return err
		}
	}
	return nil
}
