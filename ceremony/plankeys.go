package ceremony

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"sigtool/keygen"
	"sigtool/keygen/cert"
)

func (p *Plan) readKeys(n *yaml.Node) error {
	return readList(n, "keys", 16, func(n *yaml.Node) error {
		key, err := readKey(n)
		if err != nil {
			return err
		}
		for _, other := range p.Keys {
			if other.Label == key.Label {
				return wrong(n, "two keys are labelled %s", key.Label)
			}
			if key.Fingerprint != "" && other.Fingerprint == key.Fingerprint {
				return wrong(n, "the keys %s and %s have the same fingerprint", other.Label, key.Label)
			}
		}
		p.Keys = append(p.Keys, key)
		return nil
	})
}

func readKey(n *yaml.Node) (Key, error) {
	var key Key
	said := false
	err := readMapping(n, "a key", []field{
		{"label", label(&key.Label, "label"), true},
		{"algorithm", algorithm(&key.Algorithm), true},
		{"purpose", text(&key.Purpose, "purpose", 200), false},
		{"fingerprint", fingerprint(&key.Fingerprint, "fingerprint"), false},
		{"paper", choice(func(s string) { key.Paper = s }, "paper", codes()...), false},
		{"replaces", label(&key.Replaces, "replaces"), false},
		{"certificate", func(n *yaml.Node) (err error) { key.Certificate, err = readCertificate(n); return err }, false},
		{"exports", func(n *yaml.Node) (err error) { said = true; key.Exports, err = readExports(n); return err }, false},
	})
	switch {
	case err != nil || key.Certificate == nil:
	case key.Algorithm == keygen.Secp256k1, key.Algorithm == keygen.BLS12381:
		err = wrong(place(n, "certificate"), "key %s: certificates can't be made for %s keys; leave it out", key.Label, key.Algorithm)
	case key.Certificate.Profile == ProfileIMXSRK && key.Algorithm == keygen.Ed25519:
		err = wrong(place(n, "certificate"), "key %s: no i.MX processor knows Ed25519; an SRK is rsa4096, rsa3072, rsa2048, p256, p384 or p521", key.Label)
	}
	if err == nil {
		err = key.exportRules(place(n, "exports"))
	}
	if !said && key.Fingerprint == "" {
		key.Exports = []Export{{Target: ExportPKCS8}}
	}
	return key, err
}

// algorithm reads the algorithm of a key that ceremonies make: any but ML-DSA.
func algorithm(into *keygen.Algorithm) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		var known []string
		for _, a := range keygen.Algorithms() {
			switch {
			case !strings.HasPrefix(string(a), "mldsa"):
				known = append(known, string(a))
			case n.Kind == yaml.ScalarNode && n.Value == string(a):
				return wrong(n, "ceremonies make no ML-DSA keys; sigtool keygen -a %s makes one, and sigtool backup its paper", a)
			}
		}
		return choice(func(s string) { *into = keygen.Algorithm(s) }, "algorithm", known...)(n)
	}
}

func readCertificate(n *yaml.Node) (*Certificate, error) {
	c := &Certificate{}
	ca := ""
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
		{"ca", choice(func(s string) { ca = s }, "ca", "true", "false"), false},
		{"profile", choice(func(s string) { c.Profile = s }, "profile", ProfileIMXSRK), false},
	})
	c.CA = ca == "true" || ca == "" && c.Profile == ProfileIMXSRK // an SRK that may not sign certificates signs code, which no ceremony is for
	return c, err
}

// readRecipients reads age recipients, all of one sort: age seals to X25519 or to post-quantum ones, never to both.
func readRecipients(n *yaml.Node, into *[]string) error {
	return readList(n, "age", 16, func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode {
			return wrong(n, "an age recipient is text: age1...")
		}
		if _, err := keygen.ParseRecipients([]string{n.Value}); err != nil {
			return wrong(n, "not an age recipient; age-keygen -y prints an identity's: age1...")
		}
		for _, other := range *into {
			if other == n.Value {
				return wrong(n, "this age recipient stands here twice")
			}
			if strings.HasPrefix(other, "age1pq1") != strings.HasPrefix(n.Value, "age1pq1") {
				return wrong(n, "age does not seal to ordinary and post-quantum recipients at once; name those of one sort")
			}
		}
		*into = append(*into, n.Value)
		return nil
	})
}

func (p *Plan) readSign(n *yaml.Node) error {
	return readList(n, "sign", 64, func(n *yaml.Node) error {
		s := ToSign{Format: "raw"}
		err := readMapping(n, "a file to sign", []field{
			{"key", label(&s.Key, "key"), true},
			{"file", fileName(&s.File, "file"), true},
			{"format", label(&s.Format, "format"), false},
			{"sha256", hexDigest(&s.SHA256, "sha256"), false},
		})
		if err != nil {
			return err
		}
		if slices.ContainsFunc(p.Sign, func(other ToSign) bool { return other.File == s.File && other.Format == s.Format }) {
			return wrong(n, "%s is signed twice as %s; the two results would have one name", s.File, s.Format)
		}
		p.Sign = append(p.Sign, s)
		return nil
	})
}
