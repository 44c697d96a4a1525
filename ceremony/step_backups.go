package ceremony

import (
	"fmt"
	"strconv"
	"strings"

	"sigtool/ceremony/transcript"
)

// eventLaidOut says that a sheet may be on a paper from now on, whatever comes of it.
const eventLaidOut = "laid out"

// backupsStep puts every key on paper, sheet by sheet and holder by holder. Sheets in the clear are in memory and on paper alone; those
// that are sealed are files as well.
func (r *Run) backupsStep() ([]Step, error) {
	var steps []Step
	for _, k := range r.plan.BackedUp() {
		m := r.key(k.Label)
		for _, b := range r.plan.Backups {
			steps = append(steps, work(StepBackups, fmt.Sprintf("The key %s is laid out for the paper (%s) …", k.Label, b.Code), func() ([]Step, error) {
				papers, err := r.encode(m, b)
				if err != nil {
					return nil, fmt.Errorf("key %s: %w", k.Label, err)
				}
				r.papers = append(r.papers, papers...)
				var each []Step
				for _, p := range papers {
					data := map[string]string{"label": p.label, "document": p.document, "holder": p.holder.Name}
					if err := r.log.Append(StepBackups, eventLaidOut, data); err != nil {
						return nil, err
					}
					each = append(each, r.onPaper(p)...)
				}
				return each, nil
			}))
		}
	}
	return steps, nil
}

// onPaper is how one sheet gets on paper.
func (r *Run) onPaper(p *paper) []Step {
	switch {
	case p.sealed():
		return []Step{r.putSheet(p)}
	case r.world.Print != nil:
		return []Step{r.askPrint(p)}
	}
	return r.byHand(p)
}

// putSheet makes files of a sealed sheet, to be printed wherever that is possible.
func (r *Run) putSheet(p *paper) Step {
	return r.putting(StepBackups, func() ([]file, error) {
		files := []file{{name: p.name, data: p.sheet.Text, secret: true}}
		if r.world.Layout == nil {
			return files, nil
		}
		data, suffix, err := r.world.Layout(p.sheet)
		if err != nil {
			return nil, err
		}
		return append(files, file{name: p.name[:len(p.name)-len(".txt")] + suffix, data: data, secret: true}), nil
	}, func() ([]Step, error) {
		if r.world.Print != nil {
			return []Step{r.askPrint(p)}, nil
		}
		if err := r.logSheet(p, "printed from the file"); err != nil {
			return nil, err
		}
		return []Step{r.inHand(p, fmt.Sprintf("Print %s on paper now, from the folder of the results, copies: %d. It is sealed by the passphrase.", r.printable(p), p.backup.Copies))}, nil
	})
}

// printable names the files that a sealed sheet can be printed from.
func (r *Run) printable(p *paper) string {
	base := p.name[:len(p.name)-len(".txt")]
	for _, o := range r.outputs {
		if o.name != p.name && strings.HasPrefix(o.name, base+".") {
			return o.name + " (or " + p.name + ")"
		}
	}
	return p.name
}

// askPrint prints a sheet when its holder stands at the printer.
func (r *Run) askPrint(p *paper) Step {
	who := r.hands(p)
	prompt := Prompt{Kind: Confirm, Who: who.String(), Ask: "Type yes to print", Text: []string{
		fmt.Sprintf("%s will be printed now, copies: %d. Stand at the printer.", capital(p.which()), p.backup.Copies)}}
	if !p.sealed() {
		prompt.Only = who.Name
	}
	return Step{ID: StepBackups, Prompt: prompt, Take: func(Answer) ([]Step, error) {
		how, err := r.world.Print(p.name, p.sheet, p.backup.Copies)
		if err != nil {
			return nil, refusal{why: "it could not be printed: " + err.Error()}
		}
		if err := r.logSheet(p, how); err != nil {
			return nil, err
		}
		return []Step{r.inHand(p, "A printer may remember what it printed: it is on the list of what is to be destroyed.")}, nil
	}}
}

// inHand has the holder say that the paper is there.
func (r *Run) inHand(p *paper, text string) Step {
	return Step{ID: StepBackups, Prompt: Prompt{
		Kind: Confirm, Who: r.hands(p).String(), Text: []string{text}, Ask: "Type yes when the paper is in your hand, and nothing is left in the printer",
	}, Take: func(Answer) ([]Step, error) {
		return nil, r.log.Append(StepBackups, "in hand", map[string]string{"document": p.document})
	}}
}

// byHand shows a sheet to its holder alone, to be copied.
func (r *Run) byHand(p *paper) []Step {
	p.byHand = true
	steps := r.screens(StepBackups, p)
	steps[len(steps)-1].Take = func(Answer) ([]Step, error) { return nil, r.logSheet(p, "copied by hand") }
	return steps
}

// screens show a sheet.
func (r *Run) screens(id string, p *paper) []Step {
	who, pages := r.hands(p), p.screens()
	var steps []Step
	for i, look := range pages {
		prompt := Prompt{Kind: Copy, Who: who.String(), Only: who.Name, Look: look, Sheet: p.name, Code: p.backup.Code, Text: []string{
			capital(p.which()) + ": copy all of it by hand, in capitals or clear small letters, with its numbers. It will be read back from your paper."}, Ask: "It is on my paper"}
		if len(pages) > 1 {
			prompt.Text = append(prompt.Text, fmt.Sprintf("This is screen %d of %d.", i+1, len(pages)))
		}
		steps = append(steps, Step{ID: id, Prompt: prompt, Take: func(Answer) ([]Step, error) { return nil, nil }})
	}
	return steps
}

func (r *Run) logSheet(p *paper, how string) error {
	data := map[string]string{"label": p.label, "code": p.backup.Code, "document": p.document, "holder": p.holder.Name, "how": how, "share": "",
		"copies": strconv.Itoa(max(1, p.backup.Copies)), "name": p.name}
	if share := p.sheet.Share; share != nil {
		data["index"] = strconv.Itoa(share.Index)
		data["share"] = fmt.Sprintf("%d of %d, any %d restore", share.Index, p.backup.Of, share.Need)
	}
	return r.log.Append(StepBackups, transcript.EventSheet, data)
}
