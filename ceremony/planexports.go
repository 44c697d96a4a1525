package ceremony

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"sigtool/keygen"
	"sigtool/keygen/export"
)

// maxExports is how many forms a key leaves in.
const maxExports = 16

// readExports reads the word none, or a list of targets, each at most once: a name alone, {age: [recipients]}, or a mapping with all that
// is to be said of one.
func readExports(n *yaml.Node) (list []Export, err error) {
	if n.Kind == yaml.ScalarNode && n.Value == "none" {
		return nil, nil
	}
	const forms = "exports is the word none, or a list: pkcs8, {age: [age1...]}, {target: azure-byok, wrap: FILE, wrap-fingerprint: SHA256:...}"
	if n.Kind != yaml.SequenceNode {
		return nil, wrong(n, forms)
	}
	err = readList(n, "exports", maxExports, func(n *yaml.Node) error {
		var e Export
		switch n.Kind {
		case yaml.ScalarNode:
			e.Target = n.Value
		case yaml.MappingNode:
			if e, err = readExport(n); err != nil {
				return err
			}
		default:
			return wrong(n, forms)
		}
		if slices.ContainsFunc(list, func(other Export) bool { return other.Target == e.Target }) {
			return wrong(n, "the export %s stands here twice", e.Target)
		}
		list = append(list, e)
		return nil
	})
	return list, err
}

// readExport reads {age: [recipients]}, or {target: NAME} with what belongs to it.
func readExport(n *yaml.Node) (e Export, err error) {
	var options *yaml.Node
	err = readMapping(n, "an export", []field{
		{ExportAge, func(n *yaml.Node) error { return readRecipients(n, &e.Recipients) }, false},
		{"target", label(&e.Target, "target"), false},
		{"wrap", fileName(&e.Wrap, "wrap"), false},
		{"wrap-fingerprint", fingerprint(&e.Pinned, "wrap-fingerprint"), false},
		{"kdf", choice(func(s string) { e.KDF = keygen.KDF(s) }, "kdf", string(keygen.PBKDF2), string(keygen.Scrypt)), false},
		{"options", func(n *yaml.Node) error { options = n; return nil }, false},
	})
	switch {
	case err != nil:
		return e, err
	case e.Recipients != nil && len(n.Content) > 2:
		return e, wrong(n, "{age: [age1...]} stands alone")
	case e.Recipients != nil:
		return Export{Target: ExportAge, Recipients: e.Recipients}, nil
	case e.Target == "":
		return e, wrong(n, "an export needs the field %q, or is {age: [age1...]}", "target")
	}
	target := export.ByName(e.Target)
	if target == nil {
		return e, nil // which exportRules says
	}
	if e.KDF != "" && !e.seals() {
		return e, wrong(place(n, "kdf"), "export %s: no passphrase seals it, so there is nothing to stretch: leave kdf out", e.Target)
	}
	if options != nil {
		e.Values, err = readOptions(options, target)
	}
	return e, err
}

// readOptions reads options of a target's own, which it names: a text, or a list where there may be many.
func readOptions(n *yaml.Node, target *export.Target) (export.Values, error) {
	values := export.Values{}
	var fields []field
	for _, o := range target.Options {
		fields = append(fields, field{o.Name, func(n *yaml.Node) error {
			take := optionText(values, o.Name)
			if o.Many && n.Kind == yaml.SequenceNode {
				return readList(n, o.Name, 32, take)
			}
			return take(n)
		}, false})
	}
	return values, readMapping(n, "options of "+target.Name, fields)
}

// optionText reads one value, as it would stand in a command line.
func optionText(values export.Values, name string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		switch {
		case n.Kind != yaml.ScalarNode || n.Value == "" || len(n.Value) > 500:
			return wrong(n, "%s is a text of 1 to 500 bytes", name)
		case strings.ContainsFunc(n.Value, func(r rune) bool { return !unicode.IsPrint(r) }):
			return wrong(n, "%s has a character that can't be printed", name)
		}
		values[name] = append(values[name], n.Value)
		return nil
	}
}

// Own tells whether the ceremony makes the file itself: the key as it is sealed on paper, and the one for age.
func (e Export) Own() bool {
	return e.Target == ExportAge || e.Target == ExportPKCS8 && e.KDF != keygen.Scrypt
}

// ending is how the name of its file ends.
func (e Export) ending() string {
	switch e.Target {
	case ExportPKCS8:
		return "pem"
	case "pkcs12":
		return "p12"
	}
	return e.Target
}

// suffixes are what the names of the files end with that a target makes beside the first. Of aws-kms it is the import token, where the file of the
// wrapping key has it.
func (e Export) suffixes() []string {
	return map[string][]string{"aws-kms": {".token"}, "pkcs11": {".sh"}, "tpm2": {".pub", ".seed"}}[e.Target]
}

// seals tells whether the passphrase of the ceremony seals it: what is wrapped needs none.
func (e Export) seals() bool {
	target := export.ByName(e.Target)
	return e.Target == ExportPKCS8 || target != nil && target.Seals && e.Wrap == ""
}

// exportRules holds the exports of a key to what their targets take. n is the list.
func (k Key) exportRules(n *yaml.Node) error {
	for i, e := range k.Exports {
		if e.Own() {
			switch {
			case e.Target == ExportAge && e.Recipients == nil:
				return wrong(place(n, i), "who is it for? {age: [age1...]}")
			case e.Wrap != "" || e.Pinned != "":
				return wrong(place(n, i), "key %s: export %s: it wraps nothing: leave wrap and wrap-fingerprint out", k.Label, e.Target)
			}
			continue
		}
		if err := k.exportRule(e); err != nil {
			return fmt.Errorf("line %d: key %s: export %s: %w", place(n, i).Line, k.Label, e.Target, err)
		}
	}
	return nil
}

func (k Key) exportRule(e Export) error {
	target := export.ByName(e.Target)
	switch {
	case target == nil:
		return errors.New("there is no such target; sigtool export --help lists them")
	case target.Name == "pkcs1" || target.Name == "sec1":
		return errors.New("what seals this old form is a single MD5 of the passphrase: no ceremony writes it; pkcs8 is what takes its place")
	case !target.Seals && target.Wraps == "":
		return fmt.Errorf("it is the key in the clear, which no ceremony writes; export pkcs8, and make this form of it where it is needed: sigtool export %s", e.Target)
	case target.Wraps == "" && e.Wrap != "":
		return errors.New("it wraps nothing: leave wrap out")
	case e.Wrap == "" && target.Wraps != "" && !target.Seals:
		return fmt.Errorf("it needs the field %q, the name of a file in the folder of inputs: %s", "wrap", target.Wraps)
	case e.Wrap != "" && e.Pinned == "":
		return fmt.Errorf("it needs the field %q: the fingerprint of %s; sigtool export %s shows it", "wrap-fingerprint", e.Wrap, e.Target)
	case e.Wrap == "" && e.Pinned != "":
		return errors.New("there is a fingerprint and no wrapping key: name its file with wrap")
	case target.Name == "azure" && k.Algorithm == keygen.Secp256k1:
		return errors.New("secp256k1 keys go to Azure's tools in the clear only; export azure-byok")
	case target.Certs && k.Certificate == nil:
		return errors.New("it carries the certificate of the key, and the plan has none: add certificate, or leave it out")
	}
	return target.Refuse(k.Algorithm)
}
