package ceremony

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// present tells whether somebody of that name is in the plan.
func (p *Plan) present(name string) bool {
	return slices.ContainsFunc(p.People, func(who Person) bool { return who.Name == name })
}

// peopleRules hold however many people there are: somebody sits at the keyboard, and who alone may look at a secret is there.
func (p *Plan) peopleRules(root *yaml.Node) error {
	if who := p.Driver(); who.Role != RoleAdministrator && who.Role != RoleOperator {
		return wrong(place(root, "people"), "nobody is administrator or operator: somebody has to sit at the keyboard")
	}
	if name := p.Passphrase.Holder; name != "" && !p.present(name) {
		return wrong(place(root, "passphrase", "holder"), "%s is not among the people, and the passphrase is shown to its holder alone: name somebody who is there", name)
	}
	if !p.PutsOnPaper() {
		return nil
	}
	for i, b := range p.Backups {
		for j, name := range b.Holders {
			if b.Code != CodeLines && !p.present(name) {
				return wrong(place(root, "backups", i, "holders", j), "%s is not among the people, and a sheet in the clear is shown to its holder alone: name somebody who is there", name)
			}
		}
	}
	return nil
}

// dualControl: unless it is waived, no one person may be able to use a key, or to say alone that all went well.
func (p *Plan) dualControl(root *yaml.Node) error {
	if p.Waived {
		return nil
	}
	const waive = "; if one person alone may do it, say dual-control: waived"
	witness := p.first(RoleWitness)
	switch {
	case len(p.People) == 1:
		return wrong(place(root, "people"), "one person alone: dual control needs a witness, and an administrator or operator who is somebody else"+waive)
	case witness.Role != RoleWitness:
		return wrong(place(root, "people"), "nobody is witness"+waive)
	}
	for i, who := range p.People {
		for _, other := range p.People[:i] {
			if who.Name == other.Name && who.Role != RoleHolder && other.Role != RoleHolder {
				return wrong(place(root, "people", i), "%s is %s and %s: have somebody else do one of them"+waive, who.Name, other.Role, who.Role)
			}
		}
	}
	if p.NeedsPassphrase() && p.Passphrase.Holder == "" {
		return wrong(place(root, "passphrase"), "who keeps the passphrase? name the holder, so that nobody has the sealed key and its passphrase"+waive)
	}
	if !p.PutsOnPaper() {
		return nil
	}
	for i, b := range p.Backups {
		if err := p.dualPaper(place(root, "backups", i), b); err != nil {
			return err
		}
	}
	return nil
}

func (p *Plan) dualPaper(n *yaml.Node, b Backup) error {
	const waive = "; if one person alone may have it, say dual-control: waived"
	switch {
	case b.Clear():
		return wrong(n, "a single sheet of %s is the key in the clear: take %s with need and of, or %s"+waive, b.Code, CodeShares, CodeLines)
	case len(b.Holders) == 0:
		return wrong(n, "who keeps these sheets? name the holders"+waive)
	case b.Code == CodeLines && b.Holders[0] == p.Passphrase.Holder:
		return wrong(place(n, "holders", 0), "%s has the sheet and the passphrase, which are the key together: have somebody else keep one of them"+waive, b.Holders[0])
	}
	for i, name := range b.Holders {
		has := 0
		for _, other := range b.Holders[:i+1] {
			if other == name {
				has++
			}
		}
		if b.Shares() && has >= b.Need {
			return wrong(place(n, "holders", i), "%s has %d of the sheets, and %d restore: spread them over more people"+waive, name, has, b.Need)
		}
	}
	return nil
}
