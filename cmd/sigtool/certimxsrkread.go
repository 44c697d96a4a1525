package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
)

// srkHeld is what fuses hold, compared with what they should.
type srkHeld struct {
	srk.Burnt
	soc  srk.SoC
	name string
}

// readBack reads what fuses hold and compares it; nil where nobody asked. Where the processor was not named it is taken by its words alone.
func (j *srkJob) readBack(c *cli.Context) (*srkHeld, error) {
	name := c.String("read-back")
	if name == "" {
		return nil, nil
	}
	var soc srk.SoC
	if j.soc != nil {
		soc = *j.soc
	} else {
		if len(j.hashes()) > 1 {
			return nil, whichSoC("--read-back")
		}
		soc = srk.Plain(j.hashes()[0])
	}
	data, err := readSmall(name, srk.MaxReadBack)
	if err != nil {
		return nil, err
	}
	have, err := srk.ReadBack(data, soc)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	burnt, err := soc.Compare(j.tables[0].Fuses(soc.Hash), have)
	if err != nil {
		return nil, err
	}
	return &srkHeld{burnt, soc, name}, nil
}

// fusesDiffer is a verdict with the exit status of a mismatch, without its words, which are of signatures.
type fusesDiffer string

func (f fusesDiffer) Error() string { return string(f) }
func (fusesDiffer) Unwrap() error   { return formats.ErrMismatch }

// verdict is nil where the fuses hold the hash.
func (h *srkHeld) verdict() error {
	if len(h.Differ) == 0 {
		return nil
	}
	if h.Blank() {
		return issue.New("fuses-blank", nil, "%s: %w", h.name, fusesDiffer("not burnt yet: every word is zero")).Advise("without a hash in its fuses a device takes any key; burn it, then read it back")
	}
	var words []string
	for _, i := range h.Differ {
		words = append(words, fmt.Sprintf("%s holds 0x%0*X, not 0x%0*X", h.soc.Fuses[i], h.soc.Bits/4, h.Have[i], h.soc.Bits/4, h.Want[i]))
	}
	text := fmt.Sprintf("%d of %d words differ: %s", len(h.Differ), len(h.Want), strings.Join(words, "; "))
	hint := "what is missing can still be burnt: nothing is burnt that should not be"
	switch lost := h.Lost(); {
	case h.Swapped():
		hint = "each word has its bytes the wrong way round, as in a dump of the fuse file in big-endian words: this device can't take the table any more"
	case len(lost) > 0:
		hint = fmt.Sprintf("%d of them can't be put right, as no fuse is ever whole again: this device can't take the table any more; is it another's hash?", len(lost))
	}
	return issue.New("fuses-differ", nil, "%s: %w", h.name, fusesDiffer(text)).Advise(hint)
}

func (h *srkHeld) json() *srkComparing {
	o := &srkComparing{Equal: len(h.Differ) == 0, Blank: h.Blank()}
	for i, want := range h.Want {
		o.Words = append(o.Words, srkWord{h.soc.Fuses[i].String(), fmt.Sprintf("0x%0*X", h.soc.Bits/4, want), fmt.Sprintf("0x%0*X", h.soc.Bits/4, h.Have[i]), want == h.Have[i]})
	}
	return o
}
