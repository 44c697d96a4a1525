package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/keygen/export"
)

// targetNames are the targets' names, in the order of help.
func targetNames() (names []string) {
	for _, target := range export.All() {
		names = append(names, target.Name)
	}
	return names
}

// takenKeys is the part of help that says which keys go where.
func takenKeys() string {
	var text strings.Builder
	text.WriteString("Keys that they take:")
	for _, target := range export.All() {
		fmt.Fprintf(&text, "\n  %-10s  %s", target.Name, target.Takes)
	}
	return text.String()
}

// exportTo is the command for one target.
func exportTo(target *export.Target, out *reporter) *cli.Command {
	return &cli.Command{
		Name:        target.Name,
		Usage:       target.Summary,
		UsageText:   "sigtool export " + target.Name + exportUsage(target),
		Description: aboutTarget(target) + "\n\n" + examples(exportExample(target)),
		Flags:       verbFlags(append(exportFlags(target), passphraseFlags...)...),
		Action:      func(c *cli.Context) error { return exportKey(c, out, target) },
	}
}

// exportUsage is what stands behind the target in its usage line.
func exportUsage(target *export.Target) string {
	usage := " -k KEY"
	if target.Certs {
		usage += " -c CERT"
	}
	switch {
	case target.Wraps != "" && target.WrapOptional:
		usage += " [--wrap PUB]"
	case target.Wraps != "":
		usage += " --wrap PUB"
	}
	return usage + " [flags] -o OUT"
}

// aboutTarget says which keys a target takes, and what of it is secret afterwards.
func aboutTarget(target *export.Target) string {
	lines := []string{"Takes:  " + target.Takes}
	if target.Wraps != "" {
		lines = append(lines, "Wraps:  to "+target.Wraps)
	}
	switch {
	case target.Seals && target.Plain:
		lines = append(lines, "Seals:  by a new passphrase, unless --plain --no-passphrase leave it in the clear")
	case target.Seals && target.Wraps != "":
		lines = append(lines, "Seals:  by a new passphrase, where --wrap names no key")
	case target.Seals:
		lines = append(lines, "Seals:  by a new passphrase")
	case target.Plain:
		lines = append(lines, "Seals:  nothing; the file is the key in the clear, which --plain --no-passphrase say is meant")
	}
	return strings.Join(lines, "\n")
}

// exportFlags are a target's flags.
func exportFlags(target *export.Target) []cli.Flag {
	own := []cli.Flag{
		&cli.StringFlag{Name: "key", Aliases: []string{"k"}, Usage: "export the private key in `KEY`, sealed or plain"},
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `OUT` (0600, never overwritten)"},
		&cli.StringFlag{Name: "label", Usage: "call the key `TEXT` there", DefaultText: "KEY without its ending"},
		nowFlag,
	}
	if target.Certs {
		own = append(own, certFlag)
	}
	if target.Wraps != "" {
		own = append(own,
			&cli.StringFlag{Name: "wrap", Usage: "wrap the key to `PUB`: " + target.Wraps},
			&cli.StringFlag{Name: "wrap-fingerprint", Usage: "stop unless that wrapping key has the `FINGERPRINT` SHA256:..., or its hexadecimal"})
	}
	if target.Plain {
		own = append(own,
			&cli.BoolFlag{Name: "plain", Usage: "do not seal the file; wants --no-passphrase, too"},
			&cli.BoolFlag{Name: "no-passphrase", Usage: "with --plain: leave the file unsealed: whoever reads it has the key"})
	}
	if target.Seals {
		own = append(own, sealFlags...)
	}
	for _, option := range target.Options {
		own = append(own, exportFlag(option))
	}
	return own
}

// exportFlag is the flag of a target's own option; help shows the word between back quotes for the value.
func exportFlag(option export.Option) cli.Flag {
	if option.Many {
		return &cli.StringSliceFlag{Name: option.Name, Usage: option.Help}
	}
	return &cli.StringFlag{Name: option.Name, Usage: option.Help}
}

// exportLabel is what the key is called there: --label, else the file's name without its ending.
func exportLabel(c *cli.Context, name string) string {
	if label := labelOf(c, name); label != "" && label != "-" {
		return label
	}
	if base := strings.TrimLeft(filepath.Base(name), ".-"); base != "" {
		return base
	}
	return "key"
}
