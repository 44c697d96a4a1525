package main

import (
	"crypto"
	"crypto/rand"
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"sigtool/backup"
	"sigtool/internal/fileio"
	"sigtool/internal/secret"
	"sigtool/internal/term"
	"sigtool/keygen"
	"sigtool/verify"
)

var sheetAlgorithm = &cli.StringFlag{Name: "algorithm", Aliases: []string{"a"}, Usage: "the key's `ALG`, for words, codex32 and shares without the sheet's head"}

var codeFlag = &cli.StringFlag{Name: "code", Usage: "read the sheet as `CODE`", DefaultText: "what it looks like"}

func backupVerifyCommand(out *reporter) *cli.Command {
	own := append([]cli.Flag{codeFlag, sheetAlgorithm,
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
		sheetAlgorithm,
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
	public, err := proven(restored, passphrases(c), passphrases(c).given())
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
	public, err := proven(restored, passphrases(c), passphrases(c).given() || restored.Kind == backup.KindSealedKey && onTerminal())
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

// proven makes the key from what the paper gave, and compares its fingerprint with the sheet's. A sealed key is opened only where the
// passphrase is to be had; nil without an error says that it was not opened.
func proven(restored *backup.Restored, source passphraseSource, open bool) (crypto.PublicKey, error) {
	switch restored.Kind {
	case backup.KindSeed:
		if _, err := keygen.ParseAlgorithm(restored.Algorithm); err != nil {
			return nil, usageHint("-a ALG, as the sheet's head names it", "the 32 bytes alone do not say for which algorithm the key is")
		}
	case backup.KindSealedKey:
		if !open {
			return nil, nil
		}
		key, err := openKey("the key from paper", restored.Secret.Bytes(), source)
		if err != nil {
			return nil, err
		}
		if keygen.Fingerprint(key.Signer.Public()) != restored.Fingerprint {
			return nil, fmt.Errorf("%w: it brings back %s, not %s", backup.ErrDamaged, keygen.Fingerprint(key.Signer.Public()), restored.Fingerprint)
		}
		return key.Signer.Public(), keygen.SelfTest(key.Signer)
	}
	return verify.KeyOnPaper(restored)
}

// writeRestored writes the key as a file: sealed as it was on paper, or sealed anew where it was in the clear in words.
func writeRestored(c *cli.Context, out *reporter, restored *backup.Restored, target string) error {
	switch restored.Kind {
	case backup.KindSealedKey:
		return fileio.WriteSecret(target, keygen.EncodeSealed(restored.Secret.Bytes()))
	case backup.KindSeed:
		return writeSeed(c, out, restored, target)
	case backup.KindKey:
		out.warn("%s: the key is not sealed, as it was on paper; sigtool key passphrase seals it", target)
		text := keygen.EncodePlain(restored.Secret.Bytes())
		defer secret.Wipe(text)
		return fileio.WriteSecret(target, text)
	}
	return fileio.WriteSecret(target, restored.Secret.Bytes())
}

func writeSeed(c *cli.Context, out *reporter, restored *backup.Restored, target string) error {
	key, err := keygen.FromSeed(keygen.Algorithm(restored.Algorithm), restored.Secret.Bytes())
	if err != nil {
		return err
	}
	pool := keygen.NewPool(rand.Reader)
	defer pool.Destroy()
	sealed, err := sealKey(c, out, &keygen.Key{Signer: key, Seed: restored.Secret}, pool, c.String("new-passphrase-file"))
	if err != nil {
		return err
	}
	defer sealed.destroy()
	files := newKeyFiles{key: target, passphrase: c.String("new-passphrase-file")}
	if err := writeSecrets(files, sealed); err != nil {
		return err
	}
	return sealed.matches(target, key.Public())
}

func sayRestored(c *cli.Context, out *reporter, restored *backup.Restored, target string, opened bool) error {
	if out.json {
		return out.object(sheetObject{target, true, restored.Code, restored.DocumentID, string(restored.Kind), restored.Fingerprint, restored.Shares, restored.Corrections})
	}
	out.info("%s: %s", target, aboutSheet(restored))
	switch {
	case restored.Kind == backup.KindSealedKey && !opened:
		out.info("the key is whole, and still sealed: sigtool key check proves it with its passphrase")
	case opened && restored.Fingerprint != "":
		out.info("the key comes back: it is the one whose fingerprint the sheet names")
	case opened:
		out.info("the sheet names no fingerprint: compare what sigtool key show prints with your records")
	}
	return nil
}

func sealDER(der []byte, passphrase *secret.Bytes) ([]byte, error) {
	text, err := keygen.Seal(der, passphrase.Bytes(), keygen.PBKDF2, rand.Reader)
	if err != nil {
		return nil, err
	}
	sealed, ok := keygen.SealedDER(text)
	if !ok {
		return nil, errors.New("the key could not be sealed")
	}
	return sealed, nil
}
