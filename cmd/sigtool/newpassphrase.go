package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"sigtool/internal/secret"
	"sigtool/internal/term"
	"sigtool/keygen"
)

// shortPassphrase is the length below which a passphrase that somebody brings along can't have 128 bits, in bytes: 20 characters that
// a keyboard has are 131 bits at the very most.
const shortPassphrase = 20

// passphraseFor is the passphrase that a new file is sealed by: the one given, or a new one of at least 128 bits, which is written
// to passphraseFile or else shown once on the terminal and typed back.
func passphraseFor(c *cli.Context, out *reporter, pool *keygen.Pool, passphraseFile string) (*secret.Bytes, error) {
	// What the environment names opens keys that there are; a new key's passphrase has to be meant.
	if source := (passphraseSource{fd: c.Int("passphrase-fd"), file: c.String("passphrase-file")}); passphraseFile == "" && source.given() {
		given, err := source.ask("the new key")()
		if err == nil && given.Len() < shortPassphrase {
			out.warn("the passphrase given has %d characters; sigtool makes one of 140 bits with --new-passphrase-file", given.Len())
		}
		return given, err
	}
	return newPassphrase(c, pool, passphraseFile == "")
}

// newPassphrase makes a passphrase; show has it shown on the terminal and typed back.
func newPassphrase(c *cli.Context, pool *keygen.Pool, show bool) (*secret.Bytes, error) {
	style, err := styleOf(c)
	if err != nil {
		return nil, err
	}
	made, err := keygen.NewPassphrase(style, pool.Reader("passphrase"))
	if err != nil {
		return nil, err
	}
	if show {
		if err := showAndTypeBack("The key's passphrase", made); err != nil {
			made.Secret.Destroy()
			return nil, err
		}
	}
	return made.Secret, nil
}

func styleOf(c *cli.Context) (keygen.Style, error) {
	name := c.String("passphrase-style")
	if c.Bool("words") {
		if c.IsSet("passphrase-style") && name != "bip39" {
			return keygen.BIP39, usagef("--words and --passphrase-style %s exclude each other", name)
		}
		name = "bip39"
	}
	style, err := keygen.ParseStyle(name)
	if err != nil {
		return style, usagef("--passphrase-style: %v", err)
	}
	return style, nil
}

// errNoScreen means that nobody would see a new passphrase.
var errNoScreen = usageHint("--new-passphrase-file FILE writes it to a file (0600)", "there is no terminal to show the new passphrase on")

// showAndTypeBack shows a passphrase, with what it is called, until Enter is pressed, and has it typed back from paper until that succeeds.
func showAndTypeBack(what string, made *keygen.Passphrase) error {
	terminal, err := term.Open()
	if err != nil {
		return errNoScreen
	}
	defer terminal.Close()
	for {
		err := terminal.ShowSecret(what+". Write it on paper now; it is shown nowhere else.\n\n"+made.Lines(), "press Enter when it is on paper")
		if err != nil {
			return err
		}
		prompt := "type the passphrase from the paper (empty: show it again): "
		for {
			typed, err := askSecret(terminal, prompt)
			if err != nil {
				return err
			}
			empty, differs := typed.Len() == 0, keygen.Compare(made, typed.Bytes())
			typed.Destroy()
			if empty {
				break
			}
			if differs == nil {
				return nil
			}
			prompt = fmt.Sprintf("%v; again: ", differs)
		}
	}
}
