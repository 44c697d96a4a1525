package main

import (
	"crypto/rand"
	"fmt"

	"github.com/urfave/cli/v2"

	"sigtool/internal/fileio"
	"sigtool/internal/patch"
	"sigtool/internal/secret"
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

func keyShowCommand(out *reporter) *cli.Command {
	own := append([]cli.Flag{
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the public half to `PUB` (- is standard output)"}, forceFlag}, passphraseFlags...)
	return &cli.Command{
		Name:      "show",
		Usage:     "print a key's algorithm and fingerprint; the key may be public",
		UsageText: "sigtool key show [-o PUB] KEY",
		Flags:     verbFlags(own...),
		Action:    func(c *cli.Context) error { return showKey(c, out) },
	}
}

func showKey(c *cli.Context, out *reporter) error {
	out.configure(c)
	name, err := oneArgument(c, "KEY")
	if err != nil {
		return err
	}
	public, _, err := publicKey(name, passphrases(c))
	if err != nil {
		return err
	}
	algorithm, err := keygen.AlgorithmOf(public)
	if err != nil {
		return errorIn(input{name: name}, err)
	}
	if target := c.String("output"); target != "" {
		text, err := publicPEM(public)
		if err != nil {
			return err
		}
		if target == "-" {
			return out.data(text)
		}
		if err := fileio.WriteNew(target, text, 0o644, c.Bool("force")); err != nil {
			return err
		}
	}
	if out.json {
		return out.object(struct {
			File      string `json:"file"`
			OK        bool   `json:"ok"`
			Algorithm string `json:"algorithm"`
			Key       string `json:"key"`
		}{name, true, string(algorithm), keygen.Fingerprint(public)})
	}
	return out.data(fmt.Appendf(nil, "algorithm:   %s\nfingerprint: %s\n", algorithm, keygen.Fingerprint(public)))
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
		if err = keygen.Check(key.Signer); err == nil {
			err = keygen.SelfTest(key.Signer)
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
		}{name, true, keygen.Fingerprint(key.Signer.Public()), key.Form})
	}
	out.info("%s: the key is valid (%s)", name, key.Form)
	return nil
}

func keyPassphraseCommand(out *reporter) *cli.Command {
	own := append([]cli.Flag{
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the key to `NEW` (0600, never overwritten) instead of replacing KEY"},
	}, append(sealFlags, passphraseFlags...)...)
	return &cli.Command{
		Name:      "passphrase",
		Usage:     "seal a key by a new passphrase; a key of an older form becomes PKCS#8",
		UsageText: "sigtool key passphrase [-o NEW] [--new-passphrase-file FILE] KEY",
		Flags:     verbFlags(own...),
		Action:    func(c *cli.Context) error { return changePassphrase(c, out) },
	}
}

// changePassphrase is a straight line: open under the old passphrase, make the new one, seal, read the result again, write.
func changePassphrase(c *cli.Context, out *reporter) error {
	out.configure(c)
	name, err := oneArgument(c, "KEY")
	if err != nil {
		return err
	}
	target := c.String("output")
	for _, fresh := range []string{target, c.String("new-passphrase-file")} {
		if err := newSecret(fresh); err != nil {
			return err
		}
	}
	file, err := fileio.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	key, err := loadKey(name, passphrases(c))
	if err != nil {
		return err
	}
	pool := keygen.NewPool(rand.Reader)
	defer pool.Destroy()
	sealed, err := sealUnder(c, key.Signer, func() (*secret.Bytes, error) {
		return newPassphrase(c, pool, c.String("new-passphrase-file") == "")
	})
	if err != nil {
		return err
	}
	defer sealed.destroy()
	if err := sealed.opens(name, key.Signer.Public()); err != nil {
		return err
	}
	if err := writeResealed(c, file, sealed); err != nil {
		return err
	}
	if target == "" {
		target = name
	}
	if out.json {
		return out.object(struct {
			File string `json:"file"`
			OK   bool   `json:"ok"`
			Key  string `json:"key"`
		}{target, true, keygen.Fingerprint(key.Signer.Public())})
	}
	out.info("%s: sealed by the new passphrase; the old one still opens every older copy", target)
	return nil
}

func writeResealed(c *cli.Context, file *fileio.File, sealed *sealedKey) error {
	return sealed.afterPassphrase(c.String("new-passphrase-file"), func() error {
		if target := c.String("output"); target != "" {
			return fileio.WriteSecret(target, sealed.pem)
		}
		view, err := patch.NewView(file, []patch.Edit{{Remove: file.Size(), Insert: sealed.pem}})
		if err != nil {
			return err
		}
		return fileio.Replace(file, view)
	})
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
