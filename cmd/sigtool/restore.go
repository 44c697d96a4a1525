package main

import (
	"crypto"
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"sigtool/backup"
	"sigtool/internal/term"
	"sigtool/keygen"
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
	sheet, err := readSheet(c, out)
	if err != nil {
		return err
	}
	defer sheet.Destroy()
	showCorrections(out, sheet)
	opened, err := openSealed(c, sheet.Restored, false)
	if err != nil {
		return errorIn(input{name: sheet.name}, err)
	}
	defer opened.Destroy()
	public, err := proven(sheet.Restored, opened)
	if err == nil {
		err = verify.PaperIsOf(sheet.Restored, policy)
	}
	if err == nil && len(policy.Keys) == 0 {
		err = unproven(sheet.Restored)
	}
	if errors.Is(err, verify.ErrNotAccepted) {
		err = withHint(err, hintOtherPaper)
	}
	if err != nil {
		return errorIn(input{name: sheet.name}, err)
	}
	return sayRestored(c, out, sheet, sheet.name, public)
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
	sheet, err := readSheet(c, out)
	if err != nil {
		return err
	}
	defer sheet.Destroy()
	showCorrections(out, sheet)
	opened, err := openSealed(c, sheet.Restored, onTerminal())
	if err != nil {
		return errorIn(input{name: sheet.name}, err)
	}
	defer opened.Destroy()
	public, err := proven(sheet.Restored, opened)
	if err == nil {
		err = unproven(sheet.Restored)
	}
	if err != nil {
		return errorIn(input{name: sheet.name}, err)
	}
	if err := writeRestored(c, out, sheet.Restored, opened, target); err != nil {
		return err
	}
	return sayRestored(c, out, sheet, target, public)
}

func onTerminal() bool {
	terminal, err := term.Open()
	if err != nil {
		return false
	}
	terminal.Close()
	return term.IsTerminal(os.Stdin.Fd())
}

// sayRestored says what came back, and how far it is proven that it is the key.
func sayRestored(c *cli.Context, out *reporter, sheet *sheetRead, target string, public crypto.PublicKey) error {
	named := len(c.StringSlice("key")) > 0
	warnings := sheet.warnings()
	switch {
	case public == nil && named:
		warnings = append(warnings, "the key is sealed and was not opened: that it is the one named is what the sheet says, not proven")
	case public != nil && !named && sheet.Fingerprint == "":
		warnings = append(warnings, fmt.Sprintf("nothing on the sheet says which key it is: compare %s with your records, or try sigtool backup verify --key PUB", keygen.Fingerprint(public)))
	}
	if out.json {
		return out.object(restoredObject(sheet, target, public, named, warnings))
	}
	out.info("%s: %s", target, aboutSheet(sheet.Restored, showsSecret(out)))
	for _, warning := range warnings[len(sheet.warnings()):] {
		out.warn("%s: %s", target, warning)
	}
	switch {
	case public != nil && named:
		out.info("the key comes back: it is %s, which -k names", keygen.Fingerprint(public))
	case public != nil && sheet.Fingerprint != "":
		out.info("the key comes back: it is the one whose fingerprint the sheet names")
	case public == nil && sheet.Kind == backup.KindAgeKey:
		out.info("the key is whole, and still sealed: --identity FILE proves it")
	case public == nil && sheet.Kind == backup.KindSealedKey:
		out.info("the key is whole, and still sealed: its passphrase proves it (--passphrase-file FILE, or sigtool key check)")
	}
	return nil
}

func restoredObject(sheet *sheetRead, target string, public crypto.PublicKey, named bool, warnings []string) sheetObject {
	key, proven := sheet.Fingerprint, public != nil && (named || sheet.Fingerprint != "")
	if public != nil {
		key = keygen.Fingerprint(public)
	}
	return sheetObject{
		File: target, OK: true, Code: sheet.Code, Document: sheet.DocumentID, Kind: string(sheet.Kind), Key: key, Proven: &proven,
		Shares: sheet.Shares, Corrections: sheet.Corrections, Warnings: warnings,
	}
}
