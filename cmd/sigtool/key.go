package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"sigtool/keygen"
)

func keyCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "key",
		Usage:     "show and check keys, change a passphrase",
		UsageText: "sigtool key show|check|passphrase KEY",
		Description: examples(
			"sigtool key show key.pem",
			"sigtool key check key.pem",
			"sigtool key passphrase key.pem"),
		Subcommands: []*cli.Command{keyShowCommand(out), keyCheckCommand(out), keyPassphraseCommand(out)},
	}
}

func keyCheckCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "tell whether a private key is well formed and its halves belong together",
		UsageText: "sigtool key check KEY",
		Flags:     verbFlags(passphraseFlags...),
		Action:    func(c *cli.Context) error { return checkKey(c, out) },
	}
}

func checkKey(c *cli.Context, out *reporter) error {
	out.configure(c)
	name, err := oneArgument(c, "KEY")
	if err != nil {
		return err
	}
	key, err := loadKey(name, passphrases(c))
	if err == nil {
		defer key.Seed.Destroy()
		if err = keygen.Check(key.Signer); err == nil {
			err = keygen.SelfTest(key.Signer)
		}
		if err == nil {
			err = proveSeed(key)
		}
		if err != nil {
			err = fmt.Errorf("%s: the key is not valid: %w", name, err)
		}
	}
	if err != nil {
		return err
	}
	if out.json {
		return out.object(struct {
			File string `json:"file"`
			OK   bool   `json:"ok"`
			Key  string `json:"key"`
			Form string `json:"form"`
			Seed string `json:"seed"`
		}{name, true, keygen.Fingerprint(key.Signer.Public()), key.Form, string(seedIn(key))})
	}
	with := ""
	if key.Seed != nil {
		with = ", and its seed makes it"
	}
	out.info("%s: the key is valid (%s)%s", name, key.Form, with)
	return nil
}

// oneArgument is the single argument of a verb that takes one.
func oneArgument(c *cli.Context, what string) (string, error) {
	switch c.NArg() {
	case 0:
		return "", usageHint(c.Command.HelpName+" --help", "no %s given", what)
	case 1:
		return c.Args().First(), nil
	}
	return "", usagef("one %s at a time, not %d", what, c.NArg())
}
