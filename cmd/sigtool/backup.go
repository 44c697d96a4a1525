package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/backup"
	backupall "sigtool/backup/all"
	"sigtool/internal/fileio"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

func backupCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "backup",
		Usage:     "put a key on paper, check the paper, bring the key back",
		UsageText: "sigtool backup create|verify|restore",
		Description: examples(
			"sigtool backup create -k key.pem -o sheet.txt",
			"sigtool backup verify --key key.pub sheet.txt",
			"sigtool backup restore -o key.pem sheet.txt",
			"sigtool backup restore -o key.pem -            # type the lines, then Ctrl-D"),
		Subcommands: []*cli.Command{backupCreateCommand(out), backupVerifyCommand(out), backupRestoreCommand(out)},
	}
}

func backupCreateCommand(out *reporter) *cli.Command {
	own := append([]cli.Flag{
		&cli.StringFlag{Name: "key", Aliases: []string{"k"}, Usage: "the private key in `KEY`; a sealed one goes on paper sealed"},
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the sheet to `SHEET` (text, 0600, never overwritten; - is standard output)"},
		&cli.StringFlag{Name: "code", Value: "lines", Usage: "write it in `CODE`: " + strings.Join(codeNames(), " or ")},
		&cli.StringFlag{Name: "label", Usage: "call the key `TEXT` on the sheet", DefaultText: "the key file's name"},
		&cli.StringFlag{Name: "holder", Usage: "print the `NAME` of who keeps the sheet"},
		nowFlag}, passphraseFlags...)
	return &cli.Command{
		Name:      "create",
		Usage:     "write a key's paper sheet, and read it back before it says so",
		UsageText: "sigtool backup create [--code lines|words] -k KEY -o SHEET",
		Flags:     verbFlags(own...),
		Action:    func(c *cli.Context) error { return createBackup(c, out) },
	}
}

func codeNames() []string {
	var names []string
	for _, codec := range backupall.List() {
		names = append(names, codec.Name())
	}
	return names
}

// createBackup is a straight line: open the key, choose what goes on paper, encode, decode again and compare, write.
func createBackup(c *cli.Context, out *reporter) error {
	out.configure(c)
	codec, target, err := sheetAsked(c)
	if err != nil {
		return err
	}
	now, err := timeOf(c)
	if err != nil {
		return err
	}
	payload, err := payloadOf(c, codec)
	if err != nil {
		return err
	}
	defer payload.Secret.Destroy()
	sheet, err := codec.Encode(payload, backup.Meta{Date: now, Holder: c.String("holder")})
	if err != nil {
		return err
	}
	defer sheet.Destroy()
	if err := readsBack(codec, sheet.Text, payload); err != nil {
		return err
	}
	if target == "-" {
		return out.data(sheet.Text)
	}
	if err := fileio.WriteSecret(target, sheet.Text); err != nil {
		return err
	}
	if payload.Kind != backup.KindSealedKey {
		out.warn("%s: whoever has this sheet has the key: it is not sealed", target)
	}
	if out.json {
		return out.object(sheetObject{target, true, sheet.Code, sheet.DocumentID, string(payload.Kind), payload.Fingerprint, nil})
	}
	out.info("%s: sheet %s (%s) of %s", target, sheet.DocumentID, sheet.Code, payload.Fingerprint)
	return nil
}

// sheetObject is the JSON object of a sheet. It holds nothing of the secret.
type sheetObject struct {
	File        string              `json:"file"`
	OK          bool                `json:"ok"`
	Code        string              `json:"code"`
	Document    string              `json:"document"`
	Kind        string              `json:"kind"`
	Key         string              `json:"key,omitempty"`
	Corrections []backup.Correction `json:"corrections,omitempty"`
}

// sheetAsked checks what can be checked before the key is opened.
func sheetAsked(c *cli.Context) (backup.Codec, string, error) {
	target := c.String("output")
	codec, ok := backupall.ByName(c.String("code"))
	switch {
	case !ok:
		return nil, "", usagef("--code: %q is none of %s", c.String("code"), strings.Join(codeNames(), ", "))
	case c.Args().Present():
		return nil, "", usageHint("-k KEY names the key, -o SHEET the sheet", "backup create takes no argument: %q", c.Args().First())
	case c.String("key") == "":
		return nil, "", usageHint("-k KEY", "which key?")
	case target == "":
		return nil, "", usageHint("-o SHEET", "where should the sheet go?")
	}
	switch strings.ToLower(filepath.Ext(target)) {
	case ".pdf", ".png", ".jpg", ".jpeg":
		return nil, "", usageHint("-o sheet.txt, printed in a fixed-width font", "%s: sheets are text here", target)
	}
	if target != "-" && exists(target) {
		return nil, "", withHint(fmt.Errorf("%s: %w", target, fileio.ErrExists), "a sheet is never overwritten: choose another name")
	}
	return codec, target, nil
}

// payloadOf chooses what of the key goes on paper: its 32 bytes where the codec takes nothing else, else the sealed key file's
// content, so that the paper is worth nothing without the passphrase. An older sealed form is sealed anew by the same passphrase.
func payloadOf(c *cli.Context, codec backup.Codec) (backup.Payload, error) {
	name := c.String("key")
	data, err := readSmall(name, maxKeyFile)
	if err != nil {
		return backup.Payload{}, err
	}
	defer secret.Wipe(data)
	key, passphrase, err := openKeeping(name, data, passphrases(c))
	if err != nil {
		return backup.Payload{}, err
	}
	if passphrase != nil {
		defer passphrase.Destroy()
	}
	algorithm, err := keygen.AlgorithmOf(key.Signer.Public())
	if err != nil {
		return backup.Payload{}, errorIn(input{name: name}, err)
	}
	payload := backup.Payload{Label: labelOf(c, name), Algorithm: string(algorithm), Fingerprint: keygen.Fingerprint(key.Signer.Public())}
	if !codec.Takes(backup.KindSealedKey) {
		return seedPayload(payload, key, algorithm)
	}
	return keyPayload(payload, key, data, passphrase)
}

func seedPayload(payload backup.Payload, key *keygen.Key, algorithm keygen.Algorithm) (backup.Payload, error) {
	seed, ok := keygen.Seed(key.Signer)
	if !ok {
		return payload, usageHint("--code lines takes every key", "a key for %s does not fit into 24 words", algorithm)
	}
	payload.Kind, payload.Derivation, payload.Secret = backup.KindSeed, keygen.Derivation(algorithm), secret.From(seed)
	return payload, nil
}

func keyPayload(payload backup.Payload, key *keygen.Key, data []byte, passphrase *secret.Bytes) (backup.Payload, error) {
	der, err := keygen.MarshalPrivate(key.Signer)
	if err != nil {
		return payload, err
	}
	if !key.Sealed {
		payload.Kind, payload.Secret = backup.KindKey, secret.From(der)
		return payload, nil
	}
	defer secret.Wipe(der)
	payload.Kind = backup.KindSealedKey
	if sealed, ok := keygen.SealedDER(data); ok {
		payload.Secret = secret.From(sealed)
		return payload, nil
	}
	sealed, err := sealDER(der, passphrase)
	if err != nil {
		return payload, err
	}
	payload.Secret = secret.From(sealed)
	return payload, nil
}

func labelOf(c *cli.Context, name string) string {
	if label := c.String("label"); label != "" {
		return label
	}
	base := filepath.Base(name)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// readsBack decodes a sheet's text and compares it with what it was made from.
func readsBack(codec backup.Codec, text []byte, payload backup.Payload) error {
	restored, err := codec.Decode(text)
	if err == nil {
		defer restored.Destroy()
		if !restored.Sound() || !restored.Secret.Equal(payload.Secret) {
			err = errors.New("it holds something else")
		}
	}
	if err != nil {
		return fmt.Errorf("the sheet does not read back and was not written: %w", err)
	}
	return nil
}
