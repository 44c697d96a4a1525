package ceremony

import (
	"fmt"
	"slices"
	"strings"
)

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

func (p *Plan) bagActs() []Act {
	what := "each sheet and its copies"
	if p.Has(StepPassphrase) {
		what += ", and the paper with the passphrase,"
	}
	if len(p.names()) == 1 {
		return []Act{{p.Operator().Name, "Puts " + what + " into bags of their own and closes them. Types the number of each bag twice."}}
	}
	return []Act{{"each holder, then " + p.Witness().Name, "Puts " + what + " into bags of their own and closes them. Both type the number of each bag; the two must agree."}}
}

func (p *Plan) drillActs() (acts []Act) {
	for _, k := range p.BackedUp() {
		for _, b := range p.Backups {
			if b.Shares() {
				acts = append(acts, Act{"holders whom the machine draws", fmt.Sprintf("Type back %d of the %d sheets (%s) of %s, each alone at the screen, or all where they were copied by hand. They must bring the key back.", b.Need, b.Of, b.Code, k.Label)})
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
