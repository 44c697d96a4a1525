package ceremony

import (
	"strings"

	"crypto/sha256"
	"slices"

	"go.yaml.in/yaml/v3"

	"sigtool/keygen"
)

// ParsePlan reads a plan file: strict YAML of at most 64 KiB. Every error but that of size begins with the line. What it
// returns without an error can be held: every field makes sense for the kind, every step has something to do, and dual control is what
// the plan says it is.
func ParsePlan(data []byte) (*Plan, error) {
	root, err := StrictYAML(data, maxPlan)
	if err != nil {
		return nil, err
	}
	if err := noSecrets(data, root); err != nil {
		return nil, err
	}
	p := &Plan{
		Passphrase: Passphrase{Style: keygen.Base58},
		Machine:    map[string]Severity{},
		digest:     sha256.Sum256(data),
		text:       slices.Clone(data),
	}
	for _, check := range Checks() {
		p.Machine[check] = Block
	}
	p.Machine[CheckUSB] = Warn
	for _, step := range []func(*yaml.Node) error{p.read, p.keyRules, p.kindRules, p.dualControl, p.peopleRules, p.stepRules} {
		if err := step(root); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *Plan) read(root *yaml.Node) error {
	var version int
	return readMapping(root, "the plan", []field{
		{"version", number(&version, "version", 1, 1), true},
		{"kind", choice(func(s string) { p.Kind = s }, "kind", KindGenerate, KindRestore, KindSign, KindRotate, KindDestroy), true},
		{"title", text(&p.Title, "title", 64), true},
		{"purpose", text(&p.Purpose, "purpose", 200), false},
		{"people", p.readPeople, true},
		{"dual-control", choice(func(s string) { p.Waived = s == "waived" }, "dual-control", "required", "waived"), false},
		{"keys", p.readKeys, true},
		{"passphrase", p.readPassphrase, false},
		{"backups", p.readBackups, false},
		{"entropy", p.readEntropy, false},
		{"machine", p.readMachine, false},
		{"sign", p.readSign, false},
		{"media", p.readMedia, false},
		{"steps", p.readSteps, false},
		{"answers", choice(func(s string) { p.Answers = s == "allowed" }, "answers", "rehearsal", "allowed"), false},
	})
}

func (p *Plan) readPeople(n *yaml.Node) error {
	return readList(n, "people", 32, func(n *yaml.Node) error {
		var who Person
		err := readMapping(n, "a person", []field{
			{"name", personName(&who.Name), true},
			{"role", choice(func(s string) { who.Role = s }, "role", RoleAdministrator, RoleOperator, RoleWitness, RoleHolder, RoleAuditor), true},
			{"key", fingerprint(&who.Key, "key"), false},
		})
		if err != nil {
			return err
		}
		for _, other := range p.People {
			switch {
			case other.Name != who.Name && strings.EqualFold(other.Name, who.Name):
				return wrong(n, "%s and %s: one person has one spelling, and two have names that can be told apart", other.Name, who.Name)
			case other.Name == who.Name && other.Role == who.Role:
				return wrong(n, "%s stands here twice as %s", who.Name, who.Role)
			case other.Name == who.Name && who.Key != "" && other.Key != who.Key:
				return wrong(n, "the key of %s stands with the first role of %s, and nowhere else", who.Name, who.Name)
			case other.Name != who.Name && who.Key != "" && other.Key == who.Key:
				return wrong(n, "%s and %s have the same key; each signs with an own one", other.Name, who.Name)
			}
		}
		p.People = append(p.People, who)
		return nil
	})
}

func (p *Plan) readPassphrase(n *yaml.Node) error {
	return readMapping(n, "passphrase", []field{
		{"style", choice(func(s string) { p.Passphrase.Style, _ = keygen.ParseStyle(s) }, "style",
			keygen.Base58.String(), keygen.BIP39.String(), keygen.Diceware.String()), true},
		{"holder", text(&p.Passphrase.Holder, "holder", 64), false},
	})
}

// readEntropy takes a source that makes 128 bits or none: it is promised that either alone is enough.
func (p *Plan) readEntropy(n *yaml.Node) error {
	return readMapping(n, "entropy", []field{
		{"dice", throws(&p.Entropy.Dice, "dice", 50, 1000), false},
		{"coins", throws(&p.Entropy.Coins, "coins", 128, 2000), false},
	})
}

func (p *Plan) readMachine(n *yaml.Node) error {
	var fields []field
	for _, check := range Checks() {
		take := func(s string) { p.Machine[check] = Severity(s) }
		fields = append(fields, field{check, choice(take, check, string(Block), string(Warn), string(Strict)), false})
	}
	return readMapping(n, "machine", fields)
}

func (p *Plan) readMedia(n *yaml.Node) error {
	return readList(n, "media", 32, func(n *yaml.Node) error {
		var medium string
		if err := text(&medium, "a medium", 100)(n); err != nil {
			return err
		}
		if slices.Contains(p.Media, medium) {
			return wrong(n, "%s stands here twice", medium)
		}
		p.Media = append(p.Media, medium)
		return nil
	})
}

func (p *Plan) readSteps(n *yaml.Node) error {
	return readList(n, "steps", 32, choice(func(s string) { p.Steps = append(p.Steps, s) }, "a step", Steps()...))
}
