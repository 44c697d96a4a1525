package main

import (
	"crypto/rand"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"sigtool/internal/term"
	"sigtool/keygen/export"
)

// maxLabel bounds a label, in bytes. Most targets take less, and say so.
const maxLabel = 255

// exportSettings reads the flags, and refuses before any work what could not be done or written.
func exportSettings(c *cli.Context, target *export.Target) (*export.Settings, error) {
	if err := askedRightly(c, target); err != nil {
		return nil, err
	}
	for _, fresh := range []string{c.String("output"), c.String("new-passphrase-file")} {
		if err := newSecretIn(fresh); err != nil {
			return nil, err
		}
	}
	kdf, err := kdfNamed(c.String("kdf"))
	if err != nil {
		return nil, err
	}
	now, err := timeOf(c)
	if err != nil {
		return nil, err
	}
	label := exportLabel(c, c.String("key"))
	if err := fitLabel(label); err != nil {
		return nil, err
	}
	if name := c.String("output"); !shownWhole(name) {
		return nil, usageHint("another name", "-o: %q has characters that can't be seen, so no command could be shown for it", name)
	}
	s := &export.Settings{Values: optionValues(c, target), Plain: c.Bool("plain"), KDF: kdf, Label: label, Output: c.String("output"),
		Program: "sigtool " + version, Rand: rand.Reader, Now: now}
	if cert := c.String("cert"); cert != "" {
		if s.Chain, err = readChain(cert); err != nil {
			return nil, err
		}
	}
	if wrap := c.String("wrap"); wrap != "" {
		if s.Wrap, err = readSmall(wrap, maxKeyFile); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// askedRightly refuses flags that are missing or exclude each other.
func askedRightly(c *cli.Context, target *export.Target) error {
	switch {
	case c.Args().Present():
		return usageHint("-k KEY names the key, -o OUT the file", "export %s takes no argument: %q", target.Name, c.Args().First())
	case c.String("key") == "":
		return usageHint("make one with: sigtool keygen -o key.pem", "no key: give it with -k")
	case c.String("output") == "":
		return usageHint("-o OUT", "where should the key go?")
	case target.Wraps != "" && !target.WrapOptional && c.String("wrap") == "":
		return usageHint("sigtool man export says how to fetch it", "%s: --wrap PUB is missing: %s", target.Name, target.Wraps)
	case c.String("wrap-fingerprint") != "" && c.String("wrap") == "":
		return usageHint("--wrap PUB", "--wrap-fingerprint without a wrapping key")
	case c.String("wrap") == "-" && c.String("key") == "-":
		return usageHint("give one of them as a file", "-k and --wrap can't both be standard input")
	case c.Bool("plain") != c.Bool("no-passphrase"):
		return usageHint("give both, or neither: whoever reads an unsealed file has the key", "--plain and --no-passphrase go together")
	case target.Plain && !target.Seals && !c.Bool("plain"):
		return usageHint("--plain --no-passphrase, if that is meant", "%s has no sealed form: whoever reads the file has the key", target.Name)
	}
	if pin := c.String("wrap-fingerprint"); pin != "" {
		if _, ok := hashIn(pin); !ok {
			return usageHint("SHA256: and base64, as sigtool shows it, or 64 hexadecimal digits", "--wrap-fingerprint: %q is no fingerprint", pin)
		}
	}
	return sealedRightly(c, target)
}

// seals tells whether a new passphrase seals what leaves. What is wrapped to a key needs none.
func seals(c *cli.Context, target *export.Target) bool {
	return target.Seals && !c.Bool("plain") && c.String("wrap") == ""
}

// sealedRightly refuses flags of a new passphrase that can't be followed.
func sealedRightly(c *cli.Context, target *export.Target) error {
	why := "--plain"
	if c.String("wrap") != "" {
		why = "--wrap"
	}
	if c.Bool("plain") && c.String("wrap") != "" {
		return usagef("--plain and --wrap exclude each other")
	}
	for _, flag := range []string{"new-passphrase-file", "words", "passphrase-style", "kdf"} {
		if !seals(c, target) && c.IsSet(flag) {
			return usagef("--%s and %s exclude each other: no passphrase seals it", flag, why)
		}
	}
	if file := c.String("new-passphrase-file"); file != "" && samePath(file, c.String("output")) {
		return usagef("the key and its passphrase can't be one file: %s", file)
	}
	if !seals(c, target) {
		return nil
	}
	_, err := styleOf(c)
	return err
}

// someoneSees tells whether there is a terminal to show the new passphrase on.
func someoneSees() error {
	terminal, err := term.Open()
	if err != nil {
		return errNoScreen
	}
	return terminal.Close()
}

// optionValues are the target's own options, as they were given.
func optionValues(c *cli.Context, target *export.Target) export.Values {
	values := export.Values{}
	for _, option := range target.Options {
		switch {
		case !c.IsSet(option.Name):
		case option.Many:
			values[option.Name] = c.StringSlice(option.Name)
		default:
			values[option.Name] = []string{c.String(option.Name)}
		}
	}
	return values
}

// fitLabel refuses a label that would do something to a terminal or a script, or that nothing takes.
func fitLabel(label string) error {
	switch {
	case len(label) > maxLabel:
		return usagef("--label: has %d bytes; at most %d are taken", len(label), maxLabel)
	case !shownWhole(label):
		return usageHint("--label TEXT", "the label %q has characters that can't be seen", label)
	}
	return nil
}

// shownWhole tells whether a terminal shows a text as it is.
func shownWhole(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, hostile)
}
