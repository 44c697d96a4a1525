package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/internal/issue"
	"sigtool/internal/secret"
	"sigtool/keygen"
	"sigtool/keygen/export"
)

func exportCommand(out *reporter) *cli.Command {
	command := &cli.Command{
		Name:      "export",
		Usage:     "give a key the form that a key vault, a security module or another tool takes",
		UsageText: "sigtool export TARGET -k KEY [--wrap PUB] -o OUT",
		Description: takenKeys() + "\n\n" + examples(
			"sigtool export pkcs8 -k key.pem --new-passphrase-file new.pass -o new.pem",
			"sigtool export azure-byok --help"),
		Action: func(c *cli.Context) error { // help, but a failure
			c.App.Writer = c.App.ErrWriter
			_ = cli.ShowSubcommandHelp(c)
			return usageHint("sigtool export --help says what each takes", "export: to what? %s", strings.Join(targetNames(), ", "))
		},
	}
	for _, target := range export.All() {
		command.Subcommands = append(command.Subcommands, exportTo(target, out))
	}
	return command
}

// exportKey is the straight line of export: read what was asked, refuse what can't go there, open the key, make the files and open them
// again, write, read back, say what comes next. The new passphrase is shown when nothing is left that could fail but the disk.
func exportKey(c *cli.Context, out *reporter, target *export.Target) error {
	out.configure(c)
	settings, err := exportSettings(c, target)
	if err != nil {
		return err
	}
	defer secret.Wipe(settings.Wrap)
	way, key, err := openForExport(c, out, target, settings)
	if err != nil {
		return err
	}
	defer key.Destroy()
	pool := keygen.NewPool(rand.Reader)
	defer pool.Destroy()
	passphrase, err := exportPassphrase(c, target, pool)
	if err != nil {
		return err
	}
	if passphrase != nil {
		defer passphrase.Secret.Destroy()
	}
	result, err := way.Make(export.Key{Signer: key.Signer, Passphrase: secretOf(passphrase)})
	if err != nil {
		return exportError(c, target, err)
	}
	defer result.Destroy()
	if passphrase != nil && c.String("new-passphrase-file") == "" {
		if err := showAndTypeBack("The passphrase of "+filepath.Clean(c.String("output")), passphrase); err != nil {
			return err
		}
	}
	if err := writeExport(c, result, secretOf(passphrase)); err != nil {
		return err
	}
	return sayExport(c, out, &exported{target, way, key.Signer.Public(), result})
}

// openForExport refuses, before it asks for a passphrase, what can be refused then, and after it what that left open.
func openForExport(c *cli.Context, out *reporter, target *export.Target, settings *export.Settings) (*export.Export, *keygen.Key, error) {
	name := c.String("key")
	data, err := readSmall(name, maxKeyFile)
	if err != nil {
		return nil, nil, err
	}
	defer secret.Wipe(data)
	if err := refuseStated(target.Refuse, name, data); err != nil {
		return nil, nil, err
	}
	way, err := target.Prepare(*settings)
	if err != nil {
		return nil, nil, exportError(c, target, err)
	}
	if err := refuseStated(way.Refuse, name, data); err != nil {
		return nil, nil, err
	}
	if err := freeToWrite(c, way); err != nil {
		return nil, nil, err
	}
	if err := showWrapping(c, out, way); err != nil {
		return nil, nil, err
	}
	if seals(c, target) && c.String("new-passphrase-file") == "" {
		if err := someoneSees(); err != nil {
			return nil, nil, err
		}
	}
	key, err := openKey(name, data, passphrases(c))
	if err != nil {
		return nil, nil, err
	}
	if err := takesKey(c, target, way, settings, key); err != nil {
		key.Destroy()
		return nil, nil, err
	}
	if key.Rehearsal {
		out.warn("%s: REHEARSAL: the key was made in a rehearsal of a ceremony, and is not for use", name)
	}
	return way, key, nil
}

// refuseStated refuses a key that the target can't take, as far as the file tells without its passphrase.
func refuseStated(refuse func(keygen.Algorithm) error, name string, data []byte) error {
	if refuse == nil {
		return nil
	}
	among := keygen.StatedAmong(data)
	if len(among) == 0 || slices.ContainsFunc(among, func(alg keygen.Algorithm) bool { return refuse(alg) == nil }) {
		return nil
	}
	if len(among) > 1 {
		name += ", whichever key is in it"
	}
	return fmt.Errorf("%s: %w", name, refuse(among[0]))
}

// takesKey tells whether the key, now that it is open, may go there with what goes along.
func takesKey(c *cli.Context, target *export.Target, way *export.Export, settings *export.Settings, key *keygen.Key) error {
	alg, err := keygen.AlgorithmOf(key.Signer.Public())
	if err == nil {
		err = target.Refuse(alg)
	}
	if err == nil && way.Refuse != nil {
		err = way.Refuse(alg)
	}
	if err == nil {
		err = keygen.Check(key.Signer)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.String("key"), err)
	}
	if len(settings.Chain) > 0 {
		return belongs(c.String("cert"), settings.Chain, key.Signer, "-k")
	}
	return nil
}

// exportPassphrase is a new passphrase that seals what leaves, not shown yet; nil where nothing is sealed by one.
func exportPassphrase(c *cli.Context, target *export.Target, pool *keygen.Pool) (*keygen.Passphrase, error) {
	if !seals(c, target) {
		return nil, nil
	}
	style, err := styleOf(c)
	if err != nil {
		return nil, err
	}
	return keygen.NewPassphrase(style, pool.Reader("passphrase"))
}

func secretOf(passphrase *keygen.Passphrase) *secret.Bytes {
	if passphrase == nil {
		return nil
	}
	return passphrase.Secret
}

// exportError says which file or target it was, and where the flags of that are explained.
func exportError(c *cli.Context, target *export.Target, err error) error {
	if strings.HasPrefix(issue.ID(err), "wrapping-key") { // it, or that its time is over
		return fmt.Errorf("%s: %w", c.String("wrap"), err)
	}
	if errors.Is(err, export.ErrOption) {
		hint := issue.Hint(err)
		if hint == "" {
			hint = "sigtool export " + target.Name + " --help"
		}
		text := strings.TrimPrefix(err.Error(), export.ErrOption.Error()+": ")
		return usageHint(hint, "%s: %s", target.Name, strings.TrimPrefix(text, target.Name+": "))
	}
	return fmt.Errorf("%s: %w", target.Name, err)
}
