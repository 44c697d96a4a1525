package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"sigtool/backup"
	"sigtool/internal/term"
	"sigtool/verify"
)

var sheetAlgorithm = &cli.StringFlag{Name: "algorithm", Aliases: []string{"a"}, Usage: "the key's `ALG`, for words, codex32 and shares without the sheet's head"}

var codeFlag = &cli.StringFlag{Name: "code", Usage: "read the sheet as `CODE`", DefaultText: "what it looks like"}

var identityFlag = &cli.StringFlag{Name: "identity", Usage: "open a key sealed to an age recipient by an identity in `FILE` (AGE-SECRET-KEY-...)"}

func backupVerifyCommand(out *reporter) *cli.Command {
	own := append([]cli.Flag{codeFlag, sheetAlgorithm, identityFlag,
		&cli.StringSliceFlag{Name: "key", Aliases: []string{"k"}, Usage: "the sheet must bring back the key in `PUB`"}}, passphraseFlags...)
	return &cli.Command{
		Name:      "verify",
		Usage:     "tell whether paper brings the key back, without writing a secret anywhere",
		UsageText: "sigtool backup verify [--key PUB] SHEET...",
		Flags:     verbFlags(own...),
		Action:    func(c *cli.Context) error { return verifyBackup(c, out) },
	}
}

func backupRestoreCommand(out *reporter) *cli.Command {
	own := append([]cli.Flag{codeFlag,
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the key to `KEY` (0600, never overwritten)"},
		sheetAlgorithm, identityFlag,
		&cli.BoolFlag{Name: "no-passphrase", Usage: "leave a key that comes back from its 32 bytes unsealed"},
	}, append(sealFlags, passphraseFlags...)...)
	return &cli.Command{
		Name:      "restore",
		Usage:     "bring a key back from paper; every correction is shown",
		UsageText: "sigtool backup restore -o KEY SHEET...",
		Flags:     verbFlags(own...),
		Action:    func(c *cli.Context) error { return restoreBackup(c, out) },
	}
}

// readSheet reads the sheets given, pages and shares in any order, and decodes them.
func readSheet(c *cli.Context, out *reporter) (*backup.Restored, error) {
	if c.NArg() == 0 {
		return nil, usageHint("a file, a photo, a scan or a PDF; - is standard input, or typed at the terminal", "no SHEET given")
	}
	read, err := readPapers(c.Args().Slice(), c.String("code"))
	if err != nil {
		return nil, err
	}
	defer read.destroy()
	restored, err := read.decode(c.String("code"))
	if err != nil {
		showHints(out, err)
		return nil, errorIn(input{name: c.Args().First()}, err)
	}
	if asked := c.String("algorithm"); restored.Algorithm == "" {
		restored.Algorithm = asked
	} else if asked != "" && asked != restored.Algorithm {
		defer restored.Destroy()
		return nil, usagef("-a %s: the sheet's head says %s", asked, restored.Algorithm)
	}
	return restored, nil
}

// showHints prints what wrong words may have been. That is a piece of the secret, so it is for a person at the terminal alone.
func showHints(out *reporter, err error) {
	var damage *backup.Damage
	if errors.As(err, &damage) && showsSecret(out) {
		for _, hint := range damage.Hints() {
			out.line("%s", hint)
		}
	}
}

// showsSecret tells whether pieces of a sheet may be shown: to a person at the terminal, who holds the paper, and to no log.
func showsSecret(out *reporter) bool { return !out.json && term.IsTerminal(out.err.Fd()) }

// showCorrections prints every place where a sheet was put right: nothing is corrected in silence. What stood there is a piece of the
// secret.
func showCorrections(c *cli.Context, out *reporter, restored *backup.Restored) {
	for _, correction := range restored.Corrections {
		shown := ""
		if showsSecret(out) && (correction.Was != "" || correction.Is != "") {
			shown = fmt.Sprintf(": read %q, is %q", correction.Was, correction.Is)
		}
		out.line("%s: corrected: %s%s (%s)", c.Args().First(), correction.Place(), shown, correction.Why)
	}
	for _, difference := range restored.HeaderDiffers {
		out.warn("%s: %s", c.Args().First(), difference)
	}
	if len(restored.Corrections) > 0 {
		out.warn("%s: the paper is damaged or was misread: print a new sheet from the restored key", c.Args().First())
	}
}

func verifyBackup(c *cli.Context, out *reporter) error {
	out.configure(c)
	var policy verify.Policy
	for _, name := range c.StringSlice("key") {
		public, _, err := publicKey(name, passphrases(c))
		if err != nil {
			return err
		}
		policy.Keys = append(policy.Keys, public)
	}
	restored, err := readSheet(c, out)
	if err != nil {
		return err
	}
	defer restored.Destroy()
	showCorrections(c, out, restored)
	public, err := proven(c, restored, false)
	if err == nil {
		err = verify.PaperIsOf(restored, policy)
	}
	if err != nil {
		return errorIn(input{name: c.Args().First()}, err)
	}
	return sayRestored(c, out, restored, c.Args().First(), public != nil)
}

// restoreBackup is a straight line: read the paper, show what was corrected, prove that the key is the one the sheet names, write.
func restoreBackup(c *cli.Context, out *reporter) error {
	out.configure(c)
	target := c.String("output")
	if target == "" {
		return usageHint("-o KEY; backup verify proves a sheet without writing a key", "where should the key go?")
	}
	for _, fresh := range []string{target, c.String("new-passphrase-file")} {
		if err := newSecret(fresh); err != nil {
			return err
		}
	}
	restored, err := readSheet(c, out)
	if err != nil {
		return err
	}
	defer restored.Destroy()
	showCorrections(c, out, restored)
	public, err := proven(c, restored, onTerminal())
	if err != nil {
		return err
	}
	if err := writeRestored(c, out, restored, target); err != nil {
		return err
	}
	return sayRestored(c, out, restored, target, public != nil)
}

func onTerminal() bool {
	terminal, err := term.Open()
	if err != nil {
		return false
	}
	terminal.Close()
	return term.IsTerminal(os.Stdin.Fd())
}

func sayRestored(c *cli.Context, out *reporter, restored *backup.Restored, target string, opened bool) error {
	if out.json {
		return out.object(sheetObject{target, true, restored.Code, restored.DocumentID, string(restored.Kind), restored.Fingerprint, restored.Shares, restored.Corrections})
	}
	out.info("%s: %s", target, aboutSheet(restored))
	out.info("%s", whetherItComesBack(restored, opened, len(c.StringSlice("key")) > 0))
	return nil
}

// whetherItComesBack says what was proven of a key; named tells that -k said which key it must be.
func whetherItComesBack(restored *backup.Restored, opened, named bool) string {
	switch {
	case restored.Kind == backup.KindAgeKey && !opened:
		return "the key is whole, and still sealed: --identity FILE proves it"
	case restored.Kind == backup.KindSealedKey && !opened:
		return "the key is whole, and still sealed: its passphrase proves it (--passphrase-file FILE, or sigtool key check)"
	case !opened:
		return "what it holds is whole; it is no key, so no fingerprint proves it"
	case named:
		return "the key comes back: it is the one that -k names"
	case restored.Fingerprint != "":
		return "the key comes back: it is the one whose fingerprint the sheet names"
	}
	return "the sheet names no fingerprint: compare what sigtool key show prints with your records, or name the key: sigtool backup verify --key PUB"
}
