package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/internal/fileio"
	"sigtool/internal/secret"
	"sigtool/keygen"
	"sigtool/keygen/export"
)

func exportCommand(out *reporter) *cli.Command {
	command := &cli.Command{
		Name:      "export",
		Usage:     "give a key the form that a key vault, a security module or another tool takes",
		UsageText: "sigtool export TARGET -k KEY [--wrap PUB] -o OUT",
		Description: examples(
			"sigtool export azure-byok -k key.pem --wrap kek.pem --kid https://v.vault.azure.net/keys/kek/1 -o key.byok",
			"sigtool export tezos -k key.pem -o key.tezos",
			"sigtool export pkcs8 -k key.pem --kdf scrypt --new-passphrase-file new.pass -o new.pem"),
	}
	for _, target := range export.All() {
		command.Subcommands = append(command.Subcommands, exportTo(target, out))
	}
	return command
}

func exportTo(target *export.Target, out *reporter) *cli.Command {
	own := []cli.Flag{
		&cli.StringFlag{Name: "key", Aliases: []string{"k"}, Usage: "export the private key in `KEY`, sealed or plain"},
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `OUT` (0600, never overwritten)"},
		&cli.StringFlag{Name: "label", Usage: "call the key `TEXT` there", DefaultText: "the name of KEY, without its ending"},
		certFlag, nowFlag,
	}
	usage := "-k KEY"
	if target.Wraps != "" {
		own = append(own,
			&cli.StringFlag{Name: "wrap", Usage: "wrap the key to `PUB`: " + target.Wraps},
			&cli.StringFlag{Name: "wrap-fingerprint", Usage: "stop unless that wrapping key has the fingerprint `SHA256:...`"})
		usage += " --wrap PUB"
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
	return &cli.Command{
		Name:      target.Name,
		Usage:     target.Summary,
		UsageText: "sigtool export " + target.Name + " " + usage + " -o OUT\n\nTakes: " + target.Takes,
		Flags:     verbFlags(append(own, passphraseFlags...)...),
		Action:    func(c *cli.Context) error { return exportKey(c, out, target) },
	}
}

func exportFlag(option export.Option) cli.Flag {
	switch {
	case option.Value == "":
		return &cli.BoolFlag{Name: option.Name, Usage: option.Help}
	case option.Many:
		return &cli.StringSliceFlag{Name: option.Name, Usage: option.Help}
	}
	return &cli.StringFlag{Name: option.Name, Usage: option.Help}
}

// exportKey is the straight line of export: read what was asked, refuse what can't go there, open the key, make the files and open them
// again, write, read back, say what comes next.
func exportKey(c *cli.Context, out *reporter, target *export.Target) error {
	out.configure(c)
	settings, err := exportSettings(c, target)
	if err != nil {
		return err
	}
	data, err := readSmall(c.String("key"), maxKeyFile)
	if err != nil {
		return err
	}
	defer secret.Wipe(data)
	if alg, known := keygen.Stated(data); known {
		if err := target.Refuse(alg); err != nil {
			return fmt.Errorf("%s: %w", c.String("key"), err)
		}
	}
	way, err := target.Prepare(*settings)
	if err != nil {
		return err
	}
	if pinned := c.String("wrap-fingerprint"); pinned != "" && pinned != way.Wrapping {
		return withHint(fmt.Errorf("%s: the wrapping key is %s, not %s", c.String("wrap"), way.Wrapping, pinned), "fetch the wrapping key again, over a way that you trust")
	}
	key, err := openKey(c.String("key"), data, passphrases(c))
	if err != nil {
		return err
	}
	defer key.Destroy()
	alg, err := keygen.AlgorithmOf(key.Signer.Public())
	if err == nil {
		err = target.Refuse(alg)
	}
	if err == nil {
		err = keygen.Check(key.Signer)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.String("key"), err)
	}
	passphrase, err := exportPassphrase(c, target, settings)
	if err != nil {
		return err
	}
	defer passphrase.Destroy()
	result, err := way.Make(export.Key{Signer: key.Signer, Passphrase: passphrase})
	if err != nil {
		return fmt.Errorf("%s: %w", target.Name, err)
	}
	defer result.Destroy()
	if err := writeExport(c, result, passphrase); err != nil {
		return err
	}
	return sayExport(c, out, target, way, key.Signer.Public(), result)
}

// exportSettings reads the flags, and refuses before any work what could not be written.
func exportSettings(c *cli.Context, target *export.Target) (*export.Settings, error) {
	name, output := c.String("key"), c.String("output")
	switch {
	case c.Args().Present():
		return nil, usageHint("-k KEY names the key, -o OUT the file", "export %s takes no argument: %q", target.Name, c.Args().First())
	case name == "":
		return nil, usageHint("make one with: sigtool keygen -o key.pem", "no key: give it with -k")
	case output == "":
		return nil, usageHint("-o OUT", "where should the key go?")
	case c.Bool("plain") != c.Bool("no-passphrase"):
		return nil, usageHint("give both, or neither: whoever reads an unsealed file has the key", "--plain and --no-passphrase go together")
	}
	for _, fresh := range []string{output, c.String("new-passphrase-file")} {
		if err := newSecret(fresh); err != nil {
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
	s := &export.Settings{Values: export.Values{}, Plain: c.Bool("plain"), KDF: kdf, Label: labelOf(c, name), Output: output, Program: "sigtool " + version, Rand: rand.Reader, Now: now}
	for _, option := range target.Options {
		if !c.IsSet(option.Name) {
			continue
		}
		switch {
		case option.Value == "":
			if c.Bool(option.Name) {
				s.Values[option.Name] = []string{"true"}
			}
		case option.Many:
			s.Values[option.Name] = c.StringSlice(option.Name)
		default:
			s.Values[option.Name] = []string{c.String(option.Name)}
		}
	}
	if wrap := c.String("wrap"); wrap != "" {
		if s.Wrap, err = readSmall(wrap, maxKeyFile); err != nil {
			return nil, err
		}
	}
	if cert := c.String("cert"); cert != "" {
		if s.Chain, err = readChain(cert); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// exportPassphrase is the new passphrase that seals what leaves; nil where nothing is sealed by one.
func exportPassphrase(c *cli.Context, target *export.Target, settings *export.Settings) (*secret.Bytes, error) {
	if !target.Seals || settings.Plain {
		return nil, nil
	}
	pool := keygen.NewPool(rand.Reader)
	defer pool.Destroy()
	return newPassphrase(c, pool, c.String("new-passphrase-file") == "")
}

// writeExport writes the passphrase, then the files, and reads each back.
func writeExport(c *cli.Context, result *export.Result, passphrase *secret.Bytes) error {
	sealed := &sealedKey{passphrase: passphrase}
	return sealed.afterPassphrase(c.String("new-passphrase-file"), func() error {
		for _, file := range result.Files {
			name := c.String("output") + file.Suffix
			if err := fileio.WriteSecret(name, file.Data); err != nil {
				return err
			}
			back, err := fileio.ReadLimited(name, maxKeyFile)
			if err == nil && !bytes.Equal(back, file.Data) {
				err = errors.New("the file just written does not read back, do not use it")
			}
			secret.Wipe(back)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	})
}

// sayExport says what was made, and what to do with it.
func sayExport(c *cli.Context, out *reporter, target *export.Target, way *export.Export, public any, result *export.Result) error {
	name := c.String("output")
	alg, err := keygen.AlgorithmOf(public)
	if err != nil {
		return err
	}
	out.info("%s: %s key %s for %s", filepath.Clean(name), alg, keygen.Fingerprint(public), target.Name)
	if way.Wrapping != "" {
		out.info("wrapped to the %s key %s", way.WrappingAlg, way.Wrapping)
	}
	for _, note := range result.Notes {
		out.info("%s", note)
	}
	for _, warning := range result.Warnings {
		out.warn("%s", warning)
	}
	for _, command := range result.Commands {
		where := ""
		if command.Online {
			where = " (online)"
		}
		out.info("%s%s:\n  %s", command.What, where, strings.TrimSpace(command.Line))
	}
	return nil
}
