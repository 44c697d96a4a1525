package main

import (
	"crypto/rand"

	"github.com/urfave/cli/v2"

	"sigtool/internal/fileio"
	"sigtool/internal/patch"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

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
	defer key.Seed.Destroy()
	pool := keygen.NewPool(rand.Reader)
	defer pool.Destroy()
	sealed, err := sealUnder(c, key, func() (*secret.Bytes, error) {
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
	older := "the old one still opens every older copy"
	if !key.Sealed {
		older = "every older copy is as open as it was, to whoever has it"
	}
	out.info("%s: sealed by the new passphrase; %s", target, older)
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
