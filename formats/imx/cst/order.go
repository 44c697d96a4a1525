package cst

import "strings"

// stage is how far a text for HAB has come.
type stage int

const (
	wantsHeader stage = iota
	wantsSRK
	wantsCSFK
	wantsCSF
	wantsKey  // the CSF is authenticated, and no key for data is installed
	wantsData // one is, or the SRK itself signs
)

// order is CST's order of sections (front_end/src/cst.c, check_command_sequence): [Header], [Install SRK], [Install CSFK] or [Install NOCAK],
// [Authenticate CSF], each once, and then the rest. [Set Engine] and [NOP] stand anywhere behind the header, but where CST makes nonsense of them.
type order struct {
	stage stage
	nocak bool
}

// steps are the sections that come once and in this order.
var steps = []struct{ names string }{{"Header"}, {"Install SRK"}, {"Install CSFK, Install NOCAK"}, {"Authenticate CSF"}}

// take lets a section in, or says what has to come before it.
func (o *order) take(s *section) error {
	for at, step := range steps {
		if !strings.Contains(step.names, s.name) {
			continue
		}
		switch {
		case o.stage > stage(at):
			return s.errorf("csf-order", "it comes twice, or too late")
		case o.stage < stage(at):
			return o.first(s)
		}
		o.stage++
		o.nocak = o.nocak || s.name == "Install NOCAK"
		return nil
	}
	switch s.name {
	case "Set Engine", "NOP":
		if o.nocak && o.stage == wantsCSF {
			return s.errorf("csf-order", "it stands between [Install NOCAK] and [Authenticate CSF]").
				Advise("put it behind [Authenticate CSF]: cst writes the certificate's offset over the command that follows")
		}
		return nil
	case "Install Key":
		if o.nocak {
			return s.errorf("csf-order", "after [Install NOCAK] the SRK itself signs").Advise("[Install CSFK] in place of [Install NOCAK] has keys of its own for data")
		}
	case "Authenticate Data":
		if o.stage == wantsKey && !o.nocak {
			return s.errorf("csf-order", "[Install Key] comes first")
		}
	}
	if o.stage < wantsKey {
		return o.first(s)
	}
	if s.name == "Install Key" {
		o.stage = wantsData
	}
	return nil
}

// first says what is missing before a section.
func (o *order) first(s *section) error {
	names := strings.ReplaceAll(steps[o.stage].names, ", ", "] or [")
	return s.errorf("csf-order", "[%s] comes first", names)
}

// complete tells whether all is there at the end.
func (o *order) complete(last *section, data bool) error {
	if o.stage < wantsKey {
		return o.first(&section{name: "end", line: last.line})
	}
	if !data {
		return last.errorf("csf-order", "there is no [Authenticate Data] by the end: the image would not be signed").Advise("cst makes such files, and devices refuse the image")
	}
	return nil
}
