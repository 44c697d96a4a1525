package ceremony

import (
	"fmt"
	"slices"
	"strings"
)

// Act is one thing that somebody does.
type Act struct{ Who, What string }

// Outline is a step as it is told beforehand.
type Outline struct {
	ID, Title string
	Acts      []Act
	Closes    string // who puts initials to it at the end; "" where nobody does
}

// Outline tells what will happen, step by step.
func (p *Plan) Outline() (list []Outline) {
	for i, step := range p.Steps {
		o := Outline{ID: step, Title: stages[step].title, Acts: p.acts(step)}
		if step == StepMachine && slices.Contains(p.Steps[:i], step) {
			o.Acts = []Act{{p.Driver().Name, "The machine is measured once more; what changed is a finding."}}
		}
		if step != StepRollCall && step != StepTranscript {
			o.Closes = p.Witness().Name
		}
		list = append(list, o)
	}
	return list
}

func (p *Plan) acts(step string) []Act {
	driver, operator, witness := p.Driver().Name, p.Operator().Name, p.Witness().Name
	switch step {
	case StepIdentity:
		acts := []Act{{driver, "Reads the digests of the program and of the plan aloud from the screen. Everybody compares them with their own paper."},
			{witness, "Types three words of each, which the machine draws, from their own paper and not from the screen."}}
		for _, w := range p.wrappings() {
			acts = append(acts, Act{witness, fmt.Sprintf("Compares the wrapping key %s with what was written down where it comes from: %s leaves wrapped to it, for %s. It must be %s.", w.Wrap, w.key, w.Target, w.Pinned)})
		}
		return acts
	case StepRollCall:
		return []Act{{"everybody", "Types initials that nobody else has: " + strings.Join(p.names(), ", ") + "."}}
	case StepMachine:
		return []Act{{driver, "The machine is measured. What the plan blocks ends the ceremony" + p.lenient()}}
	case StepClock:
		if operator == witness {
			return []Act{{operator, "Types the time of their own watch, in UTC. The machine's clock is not set; what it is off by is recorded."}}
		}
		return []Act{{operator + ", then " + witness, "Type the time of their own watches, in UTC. The machine's clock is not set; what it is off by is recorded."}}
	case StepRestore:
		return p.restoreActs()
	case StepEntropy:
		return p.entropyActs()
	case StepGenerate:
		return []Act{{driver, "The keys are made and tested: " + labels(p.New()) + ". Reads each fingerprint aloud; everybody writes it down."}}
	case StepPassphrase:
		return []Act{{p.passphraseHolder(), "Alone at the screen: writes the passphrase down, and types it back from the paper."}}
	case StepBackups:
		return p.backupActs()
	case StepDrill:
		return p.drillActs()
	case StepBags:
		return p.bagActs()
	case StepRotate:
		return []Act{{driver, "The statement that the new key replaces the old one is made and signed: " + p.replaced() + "."}}
	case StepExports:
		return []Act{{driver, "Makes the files, opens each again, and puts them on the medium: " + p.fileNames() + "."}}
	case StepSign:
		return p.signActs()
	case StepDestroy:
		return p.destroyActs()
	}
	acts := []Act{}
	for _, who := range p.People {
		if who.Key != "" {
			acts = append(acts, Act{who.Name, "Signs the transcript with their own key, if it was brought."})
		}
	}
	return append(acts, Act{driver, "The transcript is sealed. Reads its digest aloud; everybody writes it down."})
}

// String is a key in a few lines: label, algorithm, purpose; its fingerprint; its certificate.
func (k Key) String() string {
	text := k.Label + ", " + string(k.Algorithm)
	if k.Purpose != "" {
		text += ", " + k.Purpose
	}
	if k.Replaces != "" {
		text += ", replaces " + k.Replaces
	}
	if k.Paper != "" {
		text += ", comes back from paper (" + k.Paper + ")"
	}
	if k.Fingerprint != "" {
		text += "\n" + k.Fingerprint
	}
	if c := k.Certificate; c != nil {
		text += fmt.Sprintf("\ncertificate for %s, from %s, %d days", c.Subject, c.NotBefore.Format("2006-01-02"), c.Days)
		if c.CA {
			text += ", may sign certificates"
		}
		if c.Profile == ProfileIMXSRK {
			text += ", a super root key of i.MX processors"
		}
	}
	return text
}

// names lists everybody once.
func (p *Plan) names() (names []string) {
	for _, who := range p.People {
		if !slices.Contains(names, who.Name) {
			names = append(names, who.Name)
		}
	}
	return names
}

func (p *Plan) passphraseHolder() string {
	if p.Passphrase.Holder != "" {
		return p.Passphrase.Holder
	}
	return p.Operator().Name
}

// lenient names the checks that a reason gets past.
func (p *Plan) lenient() string {
	var lax []string
	for _, check := range Checks() {
		if p.Machine[check] == Warn {
			lax = append(lax, check)
		}
	}
	if lax == nil {
		return "."
	}
	return ", but for " + strings.Join(lax, ", ") + ": there it goes on with a reason and the initials of " + p.Witness().Name + "."
}

func labels(keys []Key) string {
	var list []string
	for _, k := range keys {
		list = append(list, fmt.Sprintf("%s (%s)", k.Label, k.Algorithm))
	}
	return strings.Join(list, ", ")
}
