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
		return []Act{{driver, "Reads the digests of the program and of the plan aloud from the screen. Everybody compares them with the own paper."},
			{witness, "Types three words of each, which the machine draws, from the own paper and not from the screen."}}
	case StepRollCall:
		return []Act{{"everybody", "Types initials that nobody else has: " + strings.Join(p.names(), ", ") + "."}}
	case StepMachine:
		return []Act{{driver, "The machine is measured. What the plan blocks ends the ceremony" + p.lenient()}}
	case StepClock:
		if operator == witness {
			return []Act{{operator, "Types the time of the own watch, in UTC. The machine's clock is not set; what it is off by is recorded."}}
		}
		return []Act{{operator + ", then " + witness, "Type the time of their own watches, in UTC. The machine's clock is not set; what it is off by is recorded."}}
	case StepRestore:
		return p.restoreActs()
	case StepEntropy:
		return p.entropyActs()
	case StepGenerate:
		return []Act{{driver, "The keys are made and tested: " + labels(p.New()) + ". Reads each fingerprint aloud; everybody writes it down."}}
	case StepPassphrase:
		return []Act{{p.passphraseHolder(), "Alone at the screen: writes the passphrase down, twice, and types it back from the paper."}}
	case StepBackups:
		return p.backupActs()
	case StepDrill:
		return p.drillActs()
	case StepBags:
		return []Act{{"each holder, then " + witness, "Puts the sheet into a bag and closes it. Both type the number of the bag, one after the other; the two must agree."}}
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
			acts = append(acts, Act{who.Name, "Signs the transcript by the own key, if it was brought."})
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

func (p *Plan) restoreActs() (acts []Act) {
	for _, k := range p.Old() {
		acts = append(acts, Act{"holders of its sheets", fmt.Sprintf("Look whether the bags are whole, and type or photograph the sheets (%s) of %s until the key is whole. It must have the fingerprint of the plan.", k.Paper, k.Label)})
	}
	if slices.ContainsFunc(p.Old(), func(k Key) bool { return k.Paper == CodeLines }) {
		acts = append(acts, Act{p.Operator().Name, "Types the passphrase of each sealed key from its paper."})
	}
	return acts
}

func (p *Plan) entropyActs() []Act {
	acts := []Act{{"everybody", "Writes down the digest of the kernel's part, which the machine shows before anybody throws."}}
	if p.Entropy.Dice > 0 {
		acts = append(acts, Act{p.Operator().Name, fmt.Sprintf("Rolls a die %d times, unseen by the others, and types each roll.", p.Entropy.Dice)})
	}
	if p.Entropy.Coins > 0 {
		acts = append(acts, Act{p.Operator().Name, fmt.Sprintf("Tosses a coin %d times, unseen by the others, and types each toss.", p.Entropy.Coins)})
	}
	return acts
}

func (p *Plan) backupActs() (acts []Act) {
	for _, s := range p.Sheets() {
		what := fmt.Sprintf("%s is put on paper, copies: %d. ", capital(s.String()), s.Copies)
		if s.Code == CodeLines {
			acts = append(acts, Act{s.Holder, what + "It is sealed, and printed from its file."})
			continue
		}
		acts = append(acts, Act{s.Holder, what + "Only " + s.Holder + " may look."})
	}
	return acts
}

// String is "the sheet of root (words)" or "share 2 of 5 of root (shares)".
func (s Sheet) String() string {
	if s.Share == "" {
		return fmt.Sprintf("the sheet of %s (%s)", s.Key, s.Code)
	}
	return fmt.Sprintf("share %s of %s (%s)", s.Share, s.Key, s.Code)
}

func (p *Plan) drillActs() (acts []Act) {
	for _, k := range p.BackedUp() {
		for _, b := range p.Backups {
			if b.Shares() {
				acts = append(acts, Act{"holders whom the machine draws", fmt.Sprintf("Type back %d of the %d sheets (%s) of %s, each alone at the screen. They must bring the key back.", b.Need, b.Of, b.Code, k.Label)})
				continue
			}
			who := b.Holder(0)
			if !p.present(who) {
				who = p.Operator().Name
			}
			acts = append(acts, Act{who, fmt.Sprintf("Reads back the sheet (%s) of %s from the paper. It must bring the key back.", b.Code, k.Label)})
		}
	}
	return acts
}

func (p *Plan) replaced() string {
	var list []string
	for _, k := range p.New() {
		list = append(list, k.Label+" for "+k.Replaces)
	}
	return strings.Join(list, ", ")
}

func (p *Plan) fileNames() string {
	var list []string
	for _, k := range p.Keys {
		for _, f := range p.filesOf(k) {
			list = append(list, f.Name)
		}
	}
	return strings.Join(list, ", ")
}

func (p *Plan) signActs() []Act {
	acts := []Act{{p.Witness().Name, "Compares the digests of the files on the screen with those that were written down where the files come from."}}
	for _, s := range p.Sign {
		what := fmt.Sprintf("%s signs %s as %s.", s.Key, s.File, s.Format)
		if s.SHA256 != "" {
			what += " Only the file whose digest the plan names is signed."
		}
		acts = append(acts, Act{p.Driver().Name, what})
	}
	return acts
}

func (p *Plan) destroyActs() (acts []Act) {
	if p.Kind == KindDestroy {
		for _, s := range p.Sheets() {
			acts = append(acts, Act{s.Holder, fmt.Sprintf("Opens the bag of %s, types the number of the sheet, and destroys it, copies: %d.", s, s.Copies)})
		}
	} else if p.PutsOnPaper() {
		acts = append(acts, Act{p.Operator().Name, "Destroys spoiled and surplus sheets, notes of the dice, and what was copied wrongly."})
	}
	for _, medium := range p.Media {
		acts = append(acts, Act{p.Operator().Name, "Destroys " + medium + "."})
	}
	if len(acts) == 0 {
		acts = append(acts, Act{p.Operator().Name, "Nothing is on the list; what is left lying about is destroyed."})
	}
	return acts
}
