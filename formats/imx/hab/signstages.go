package hab

import (
	"fmt"

	"sigtool/formats"
	"sigtool/formats/imx/boot"
	"sigtool/internal/issue"
)

// find finds the stages that are to be signed.
func (j *job) find() error {
	found, err := find(j.src)
	if err != nil {
		return err
	}
	for i := range found {
		m := &found[i]
		take, err := j.takes(m, &found[0])
		if err != nil {
			return err
		}
		if !take {
			continue
		}
		if m.Boot != nil && m.Boot.Plugin != 0 {
			return issue.New("plugin", formats.ErrFormat, "the image is a plugin, with another image behind it, and how that is signed is not known")
		}
		if len(m.Faults) > 0 {
			return faulty(m)
		}
		if m.Next != 0 {
			j.warnings = append(j.warnings, fmt.Sprintf("at byte 0x%x, behind the second stage, there is another one, which is not signed", m.Next))
		}
		j.stages = append(j.stages, *m)
	}
	if len(j.stages) == 0 {
		return issue.New("no-ivt", formats.ErrFormat, "%w", boot.ErrImage)
	}
	return j.fits()
}

// faulty says what is wrong with a stage: the first in full, for a FIT may have the same of each of its images.
func faulty(m *boot.Image) error {
	text, hint := m.Faults[0].Text, "was it damaged? build it anew"
	if n := len(m.Faults) - 1; n > 0 {
		text += fmt.Sprintf("; and %d more, which sigtool inspect shows", n)
	}
	if m.Kind == boot.FIT && m.Faults[0].ID == "inv-address" {
		hint = "give each device tree a load address, or keep its data inside the FIT (mkimage without -E)"
	}
	return issue.New(m.Faults[0].ID, formats.ErrFormat, "%s", text).Advise(hint)
}

// fits tells whether an address that was given for a FIT is that of one. Errors: formats.ErrOption.
func (j *job) fits() error {
	if j.request.Options.String(optionFIT, "") == "" {
		return nil
	}
	at, err := address(j.request.Options, optionFIT, "")
	if err != nil {
		return err
	}
	for i := range j.stages {
		if m := &j.stages[i]; m.Kind == boot.FIT && m.Blocks()[0].Address == at {
			return nil
		}
	}
	return issue.New("fit-address", formats.ErrOption, "--%s: no FIT is put at 0x%08x, and one that has a vector table stays where that says", optionFIT, at)
}

// takes tells whether a stage is signed. A second stage without a vector table is one that SPL would authenticate on an i.MX 8M, where it gets
// one; elsewhere it takes a SPL that was built for it.
func (j *job) takes(m, first *boot.Image) (bool, error) {
	if !m.Missing {
		return true, nil
	}
	given := j.request.Options.String(optionFIT, "") != ""
	at, err := address(j.request.Options, optionFIT, fmt.Sprint(m.Suggested()&^3))
	switch {
	case m.Kind != boot.FIT || m != first && !is8M(first) && !given:
		j.warnings = append(j.warnings, fmt.Sprintf("the %s at byte %d has no vector table and is not signed: nothing would authenticate it", m.Kind, m.First()))
		return false, nil
	case len(m.Faults) > 0: // an address would not help
		return true, nil
	case !given && m.Suggested() == 0:
		return false, issue.New("fit-address", formats.ErrFormat, "the FIT at byte %d has no vector table, and where SPL is to put it is not known", m.First()).
			Advise("--" + optionFIT + " ADDRESS")
	case err != nil:
		return false, err
	case !m.Place(at):
		return false, issue.New("fit-address", formats.ErrOption, "the FIT does not fit at 0x%08x", at)
	}
	return true, nil
}

// withoutDCD is an image whose vector table points at no DCD.
type withoutDCD struct {
	formats.Source
	at int64 // of the pointer
}

// ReadAt reads as the source does, with zeros for the pointer.
func (w withoutDCD) ReadAt(p []byte, off int64) (int, error) {
	n, err := w.Source.ReadAt(p, off)
	if from, to := max(w.at-off, 0), min(w.at+4-off, int64(n)); from < to {
		clear(p[from:to])
	}
	return n, err
}
