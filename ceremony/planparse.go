package ceremony

import (
	"crypto/sha256"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"sigtool/keygen"
	"sigtool/keygen/cert"
)

// ParsePlan reads a plan file: strict YAML of at most 64 KiB. Every error but that of size or encoding begins with the line.
func ParsePlan(data []byte) (*Plan, error) {
	root, err := StrictYAML(data, maxPlan)
	if err != nil {
		return nil, err
	}
	if err := noSecrets(data, root); err != nil {
		return nil, err
	}
	p := &Plan{
		Passphrase: keygen.Base58,
		Backup:     Backup{Code: CodeLines, Copies: 1},
		Machine:    map[string]Severity{},
		Steps:      Steps(),
		digest:     sha256.Sum256(data),
	}
	for _, check := range Checks() {
		p.Machine[check] = Block
	}
	return p, p.read(root)
}

func (p *Plan) read(root *yaml.Node) error {
	var version int
	return readMapping(root, "the plan", []field{
		{"version", number(&version, "version", 1, 1), true},
		{"kind", p.readKind, true},
		{"title", text(&p.Title, "title", 64), true},
		{"purpose", text(&p.Purpose, "purpose", 200), false},
		{"people", p.readPeople, false},
		{"keys", p.readKeys, true},
		{"passphrase", p.readPassphrase, false},
		{"backup", p.readBackup, false},
		{"entropy", p.readEntropy, false},
		{"machine", p.readMachine, false},
		{"steps", p.readSteps, false},
		{"answers", choice(func(s string) { p.Answers = s == "allowed" }, "answers", "rehearsal", "allowed"), false},
	})
}

// readKind knows the kinds to come, so as to say more than that they are unknown.
func (p *Plan) readKind(n *yaml.Node) error {
	err := choice(func(s string) { p.Kind = s }, "kind", KindGenerate, "restore", "sign", "rotate", "destroy")(n)
	if err == nil && p.Kind != KindGenerate {
		return wrong(n, "this version holds no ceremonies of kind %s, only of kind %s", p.Kind, KindGenerate)
	}
	return err
}

func (p *Plan) readPeople(n *yaml.Node) error {
	return readList(n, "people", 32, func(n *yaml.Node) error {
		var who Person
		err := readMapping(n, "a person", []field{
			{"name", text(&who.Name, "name", 64), true},
			{"role", choice(func(s string) { who.Role = s }, "role", "administrator", "operator", "witness", "holder", "auditor"), true},
		})
		if err == nil && slices.Contains(p.People, who) {
			return wrong(n, "%s stands here twice as %s", who.Name, who.Role)
		}
		p.People = append(p.People, who)
		return err
	})
}

func (p *Plan) readKeys(n *yaml.Node) error {
	return readList(n, "keys", 16, func(n *yaml.Node) error {
		key, err := readKey(n)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(p.Keys, func(k Key) bool { return k.Label == key.Label }) {
			return wrong(n, "two keys are labelled %s", key.Label)
		}
		p.Keys = append(p.Keys, key)
		return nil
	})
}

func readKey(n *yaml.Node) (Key, error) {
	var key Key
	var algorithms []string
	for _, a := range keygen.Algorithms() {
		algorithms = append(algorithms, string(a))
	}
	err := readMapping(n, "a key", []field{
		{"label", label(&key.Label, "label"), true},
		{"algorithm", choice(func(s string) { key.Algorithm = keygen.Algorithm(s) }, "algorithm", algorithms...), true},
		{"purpose", text(&key.Purpose, "purpose", 200), false},
		{"certificate", func(n *yaml.Node) (err error) { key.Certificate, err = readCertificate(n); return err }, false},
	})
	if err == nil && key.Certificate != nil && key.Algorithm == keygen.Secp256k1 {
		err = wrong(n, "key %s: certificates can't be made for secp256k1 keys", key.Label)
	}
	return key, err
}

func readCertificate(n *yaml.Node) (*Certificate, error) {
	c := &Certificate{}
	err := readMapping(n, "certificate", []field{
		{"subject", func(n *yaml.Node) error {
			if err := text(&c.Subject, "subject", 200)(n); err != nil {
				return err
			}
			if !strings.Contains(c.Subject, "=") {
				return wrong(n, "subject is written as CN=name, with what else there is after a comma")
			}
			if _, err := cert.ParseSubject(c.Subject); err != nil {
				return wrong(n, "subject: %v", err)
			}
			return nil
		}, true},
		{"not-before", day(&c.NotBefore, "not-before"), true},
		{"days", number(&c.Days, "days", 1, 36525), true},
		{"ca", choice(func(s string) { c.CA = s == "true" }, "ca", "true", "false"), false},
	})
	return c, err
}

func (p *Plan) readPassphrase(n *yaml.Node) error {
	return readMapping(n, "passphrase", []field{
		{"style", choice(func(s string) { p.Passphrase, _ = keygen.ParseStyle(s) }, "style",
			keygen.Base58.String(), keygen.BIP39.String(), keygen.Diceware.String()), true},
	})
}

func (p *Plan) readBackup(n *yaml.Node) error {
	return readMapping(n, "backup", []field{
		{"code", choice(func(s string) { p.Backup.Code = s }, "code", CodeLines, CodeWords), true},
		{"copies", number(&p.Backup.Copies, "copies", 1, 16), false},
		{"holder", text(&p.Backup.Holder, "holder", 64), false},
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
		fields = append(fields, field{check, choice(func(s string) { p.Machine[check] = Severity(s) }, check, string(Block), string(Warn)), false})
	}
	return readMapping(n, "machine", fields)
}
