package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"filippo.io/age"
	"github.com/urfave/cli/v2"

	"sigtool/backup"
	backupall "sigtool/backup/all"
	"sigtool/backup/print"
	"sigtool/internal/fileio"
	"sigtool/keygen"
	"sigtool/verify"
)

func backupCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "backup",
		Usage:     "put a key on paper, check the paper, bring the key back",
		UsageText: "sigtool backup create|verify|restore",
		Description: examples(
			"sigtool backup create -k key.pem -o sheet.pdf",
			"sigtool backup create --code words -k key.pem -o words.pdf",
			"sigtool backup create --code shares --need 2 --of 3 -k key.pem -o shares.pdf",
			"sigtool backup verify --key key.pub photo1.jpg photo2.jpg",
			"sigtool backup restore -o key.pem sheet.pdf",
			"sigtool backup restore -o key.pem -            # type it from the paper"),
		Subcommands: []*cli.Command{backupCreateCommand(out), backupVerifyCommand(out), backupRestoreCommand(out)},
	}
}

func backupCreateCommand(out *reporter) *cli.Command {
	own := append([]cli.Flag{
		&cli.StringFlag{Name: "key", Aliases: []string{"k"}, Usage: "the private key in `KEY`; a sealed one goes on paper sealed, by lines"},
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `SHEET` (.pdf, .png, else text; a folder gets a PDF for each share; 0600, never overwritten; - is standard output)"},
		&cli.StringFlag{Name: "to", Usage: "print on `DEVICE`, a printer that takes raw bytes (/dev/usb/lp0)"},
		&cli.StringFlag{Name: "paper", Value: "a4", Usage: "lay it out for `PAPER`: a4, letter, or with --to a roll of 58mm or 80mm (ESC/POS)"},
		&cli.StringFlag{Name: "code", Usage: "write it in `CODE`: " + strings.Join(codeNames(), ", "), DefaultText: "lines; shares with --need and --of"},
		&cli.IntFlag{Name: "need", Usage: "`M` of the shares bring the key back (with --group: of the groups)"},
		&cli.IntFlag{Name: "of", Usage: "make `N` shares"},
		&cli.StringSliceFlag{Name: "group", Usage: "a group of shares, `M/N`; may be given again (shares)"},
		&cli.StringSliceFlag{Name: "recipient", Usage: "seal the key to the age `RECIPIENT` (age1...) instead of a passphrase; may be given again (lines)"},
		&cli.StringFlag{Name: "label", Usage: "call the key `TEXT` on the sheet", DefaultText: "the key file's name"},
		&cli.StringSliceFlag{Name: "holder", Usage: "print the `NAME` of who keeps the sheet; once, or once for each share"},
		&cli.StringFlag{Name: "passphrase-sheet", Usage: "write the passphrase of a sealed key to a sheet of its own, `SHEET`"},
		nowFlag}, passphraseFlags...)
	return &cli.Command{
		Name:      "create",
		Usage:     "write a key's paper sheets, and read them back before it says so",
		UsageText: "sigtool backup create [--code lines|words|codex32|shares] [--need M --of N] -k KEY -o SHEET",
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

// sheetsAsked is what backup create was asked for.
type sheetsAsked struct {
	codec      backup.Codec
	split      backup.Split
	meta       backup.Meta
	recipients []age.Recipient
	target, to string
	paper      print.Paper
}

// createBackup is a straight line: open the key, choose what goes on paper, encode, decode again and make the key of it, lay out, read
// that back too, write.
func createBackup(c *cli.Context, out *reporter) error {
	out.configure(c)
	asked, err := askedSheets(c)
	if err != nil {
		return err
	}
	chosen, err := payloadOf(c, asked.codec, asked.recipients)
	if err != nil {
		return err
	}
	defer chosen.destroy()
	asked.meta.Companion = chosen.companion()
	if c.String("passphrase-sheet") != "" && chosen.passphrase == nil {
		return usageHint("leave --passphrase-sheet out", "%s: on this paper the key is not sealed by a passphrase, so none belongs to it", c.String("key"))
	}
	sheets, err := asked.codec.Encode(chosen.payload, asked.meta, asked.split)
	if err != nil {
		return usageOr(err)
	}
	defer destroySheets(sheets)
	if err := bringsBack(asked, sheets, chosen.payload); err != nil {
		return err
	}
	if err := deliver(out, asked, sheets, chosen.payload); err != nil {
		return err
	}
	if err := sayCreated(c, out, asked, sheets, chosen.payload); err != nil {
		return err
	}
	return passphraseSheet(c, out, asked, chosen, sheets[0])
}

// deliver writes or prints the sheets.
func deliver(out *reporter, asked sheetsAsked, sheets []*backup.Sheet, payload backup.Payload) error {
	if asked.to != "" {
		return sendTo(asked.to, sheets, asked.paper, payload)
	}
	files, err := render(asked.target, sheets, asked.paper)
	if err != nil {
		return err
	}
	defer wipeRendered(files)
	if isFolder(asked.target) {
		if err := os.MkdirAll(asked.target, 0o700); err != nil {
			return err
		}
	}
	if err := readBackRendered(files, payload); err != nil {
		return err
	}
	return writeRendered(out, files)
}

func destroySheets(sheets []*backup.Sheet) {
	for _, sheet := range sheets {
		sheet.Destroy()
	}
}

// usageOr makes a mistake of the command line of what a codec says of a split.
func usageOr(err error) error {
	if errors.Is(err, backup.ErrNoShares) {
		return usageHint("--code shares or --code codex32", "%v: --need and --of are not for it", err)
	}
	return err
}

// askedSheets checks what can be checked before the key is opened.
func askedSheets(c *cli.Context) (asked sheetsAsked, err error) {
	if asked.split, err = splitAsked(c); err != nil {
		return asked, err
	}
	code := c.String("code")
	if code == "" {
		code = map[bool]string{true: "shares", false: "lines"}[len(asked.split.Groups) > 0]
	}
	var ok bool
	asked.codec, ok = backupall.ByName(code)
	asked.target, asked.to = c.String("output"), c.String("to")
	switch {
	case !ok:
		return asked, usagef("--code: %q is none of %s", code, strings.Join(codeNames(), ", "))
	case c.Args().Present():
		return asked, usageHint("-k KEY names the key, -o SHEET the sheet", "backup create takes no argument: %q", c.Args().First())
	case c.String("key") == "":
		return asked, usageHint("-k KEY", "which key?")
	case asked.target == "" && asked.to == "":
		return asked, usageHint("-o SHEET, or --to DEVICE", "where should the sheet go?")
	case asked.target != "" && asked.to != "":
		return asked, usagef("-o and --to exclude each other")
	case code == "shares" && len(asked.split.Groups) == 0:
		return asked, usageHint("--need 2 --of 3", "how many shares, and how many of them bring the key back?")
	}
	if asked.recipients, err = keygen.ParseRecipients(c.StringSlice("recipient")); err != nil {
		return asked, usagef("--recipient: %v", err)
	}
	if len(asked.recipients) > 0 && !asked.codec.Takes(backup.KindAgeKey) {
		return asked, usageHint("--code lines", "--recipient: %s holds the key's 32 bytes as they are", code)
	}
	if asked.paper, err = paperNamed(c.String("paper")); err != nil {
		return asked, err
	}
	if isRoll(asked.paper) && asked.to == "" {
		return asked, usageHint("--to /dev/usb/lp0", "a roll is for a printer that takes raw bytes")
	}
	if asked.meta, err = metaAsked(c, asked.split); err != nil {
		return asked, err
	}
	for _, target := range []string{asked.target, c.String("passphrase-sheet")} {
		if err := freshSheet(target); err != nil {
			return asked, err
		}
	}
	return asked, nil
}

// freshSheet refuses a target that is there already, or of a kind that sheets are not made in.
func freshSheet(target string) error {
	switch ext := strings.ToLower(filepath.Ext(target)); {
	case ext == ".jpg" || ext == ".jpeg":
		return usageHint("-o sheet.png", "%s: sheets are made as .pdf, .png or text", target)
	case target != "" && target != "-" && exists(target) && !isFolder(target):
		return withHint(fmt.Errorf("%s: %w", target, fileio.ErrExists), "a sheet is never overwritten: choose another name")
	}
	return nil
}

func metaAsked(c *cli.Context, split backup.Split) (backup.Meta, error) {
	now, err := timeOf(c)
	if err != nil {
		return backup.Meta{}, err
	}
	meta := backup.Meta{Date: now}
	switch holders := c.StringSlice("holder"); len(holders) {
	case 0, split.Sheets():
	case 1:
		meta.Holder = holders[0]
	default:
		return meta, usagef("%d holders are named for %d sheets", len(holders), split.Sheets())
	}
	if len(c.StringSlice("holder")) == 1 {
		meta.Holder = c.StringSlice("holder")[0]
	}
	return meta, nil
}

// splitAsked reads --need, --of and --group.
func splitAsked(c *cli.Context) (backup.Split, error) {
	split := backup.Split{Rand: rand.Reader}
	need, of := c.Int("need"), c.Int("of")
	for _, text := range c.StringSlice("group") {
		m, n, ok := strings.Cut(text, "/")
		group := backup.Group{Need: atoi(m), Of: atoi(n)}
		if !ok || group.Need < 1 || group.Of < group.Need {
			return split, usagef("--group: %q is not M/N, as in 2/3", text)
		}
		split.Groups = append(split.Groups, group)
	}
	switch {
	case len(split.Groups) > 0 && c.IsSet("of"):
		return split, usagef("--of and --group exclude each other")
	case len(split.Groups) > 0:
		split.Threshold = need
		if need == 0 {
			split.Threshold = len(split.Groups)
		}
		if split.Threshold < 1 || split.Threshold > len(split.Groups) {
			return split, usagef("--need %d of %d groups", need, len(split.Groups))
		}
	case !c.IsSet("need") && !c.IsSet("of"):
		return split, nil
	case need < 1 || of < need:
		return split, usageHint("--need 2 --of 3", "--need %d --of %d: any M of N shares bring the key back", need, of)
	default:
		split.Groups, split.Threshold = []backup.Group{{Need: need, Of: of}}, 1
	}
	if holders := c.StringSlice("holder"); len(holders) > 1 {
		split.Holders = holders
	}
	return split, nil
}

func atoi(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

// bringsBack decodes the sheets, makes the key of what comes back and compares both with what they were made from.
func bringsBack(asked sheetsAsked, sheets []*backup.Sheet, payload backup.Payload) error {
	var texts [][]byte
	for _, sheet := range sheets {
		texts = append(texts, sheet.Text)
	}
	restored, err := asked.codec.Decode(texts...)
	if err != nil {
		return notReadBack(err)
	}
	defer restored.Destroy()
	if !restored.Sound() || !restored.Secret.Equal(payload.Secret) {
		return notReadBack(errors.New("it holds something else"))
	}
	if _, err := verify.KeyOnPaper(restored); err != nil {
		return notReadBack(err)
	}
	return nil
}
