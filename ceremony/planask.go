package ceremony

import (
	"crypto/sha256"
	"errors"
)

// Digest is the SHA-256 of the plan file, byte for byte.
func (p *Plan) Digest() [sha256.Size]byte { return p.digest }

// MayAnswer tells whether the answers may come from a file, or why not.
func (p *Plan) MayAnswer(mode Mode) error {
	if mode == Rehearsal || p.Answers {
		return nil
	}
	return errors.New("the plan allows answers from a file in a rehearsal only (answers: rehearsal)")
}

// Has tells whether a step is in the plan.
func (p *Plan) Has(step string) bool {
	for _, s := range p.Steps {
		if s == step {
			return true
		}
	}
	return false
}

// New are the keys to be made; Old those that there are already.
func (p *Plan) New() (keys []Key) { return p.keys(false) }

// Old are the keys that come back from paper, or are destroyed.
func (p *Plan) Old() (keys []Key) { return p.keys(true) }

func (p *Plan) keys(old bool) (keys []Key) {
	for _, k := range p.Keys {
		if (k.Fingerprint != "") == old {
			keys = append(keys, k)
		}
	}
	return keys
}

// BackedUp are the keys that are put on paper: the new ones, and those that a restore brings back where it has backups.
func (p *Plan) BackedUp() []Key {
	switch p.Kind {
	case KindGenerate, KindRotate:
		return p.New()
	case KindRestore:
		return p.Old()
	}
	return nil
}

// NeedsPassphrase tells whether something is sealed by a passphrase.
func (p *Plan) NeedsPassphrase() bool {
	for _, b := range p.Backups {
		if b.Code == "lines" && len(p.BackedUp()) > 0 {
			return true
		}
	}
	for _, k := range p.Keys {
		for _, e := range k.Exports {
			if e.seals() {
				return true
			}
		}
	}
	return false
}

// Driver is the person at the keyboard: the administrator, else the operator, else whoever is named first.
func (p *Plan) Driver() Person { return p.first(RoleAdministrator, RoleOperator) }

// Operator is the person who throws the dice and types secrets.
func (p *Plan) Operator() Person { return p.first(RoleOperator, RoleAdministrator) }

// Witness is the person who puts initials to each step; of a ceremony of one it is that one.
func (p *Plan) Witness() Person { return p.first(RoleWitness, RoleOperator, RoleAdministrator) }

func (p *Plan) first(roles ...string) Person {
	for _, role := range roles {
		for _, person := range p.People {
			if person.Role == role {
				return person
			}
		}
	}
	if len(p.People) == 0 {
		return Person{Name: "the operator", Role: RoleOperator}
	}
	return p.People[0]
}

// String is the name and the role: "Ben Example, witness".
func (p Person) String() string { return p.Name + ", " + p.Role }
