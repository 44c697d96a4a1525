package main

import (
	"errors"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/backup"
	backupall "sigtool/backup/all"
	"sigtool/internal/secret"
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

// createBackup is a straight line: open the key, choose what goes on paper, encode, decode again and make the key of it, lay out, read
// that back too, write. The passphrase's sheet goes the same way, and nothing is written before both are proven.
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
	asked.meta.Companion = chosen.companion(asked.passphraseTarget)
	if asked.passphraseTarget != "" && chosen.passphrase == nil {
		return usageHint("leave --passphrase-sheet out", "%s: on this paper the key is not sealed by a passphrase, so none belongs to it", c.String("key"))
	}
	jobs := []*sheetJob{{sheetsAsked: asked, payload: chosen.payload}}
	defer func() {
		for _, job := range jobs {
			job.destroy()
		}
	}()
	if err := jobs[0].make(); err != nil {
		return err
	}
	if asked.passphraseTarget != "" {
		jobs = append(jobs, passphraseJob(asked, chosen, jobs[0].sheets[0]))
		if err := jobs[1].make(); err != nil {
			return err
		}
	}
	if err := deliver(out, jobs); err != nil {
		return err
	}
	for _, job := range jobs {
		if err := job.say(out); err != nil {
			return err
		}
	}
	return nil
}

// sheetJob is the sheets of one payload on their way to a file or a printer.
type sheetJob struct {
	sheetsAsked
	payload backup.Payload
	sheets  []*backup.Sheet
	files   []rendered // empty for a printer
	printed []byte     // what a printer gets
}

func (j *sheetJob) destroy() {
	for _, sheet := range j.sheets {
		sheet.Destroy()
	}
	wipeRendered(j.files)
	secret.Wipe(j.printed)
}

// make encodes the payload, lays it out, and proves that both bring it back.
func (j *sheetJob) make() (err error) {
	if j.sheets, err = j.codec.Encode(j.payload, j.meta, j.split); err != nil {
		return usageOr(err)
	}
	if err := j.bringsBack(); err != nil {
		return err
	}
	if j.to != "" {
		if j.printed, err = forPrinter(j.sheets, j.paper); err != nil {
			return err
		}
		return readBackRendered([]rendered{{j.to, j.printed}}, j.payload)
	}
	if j.files, err = render(j.target, j.sheets, j.paper); err != nil {
		return err
	}
	return readBackRendered(j.files, j.payload)
}

// deliver prints what is for the printer, and writes the rest.
func deliver(out *reporter, jobs []*sheetJob) error {
	var files []rendered
	for _, job := range jobs {
		files = append(files, job.files...)
		if isFolder(job.target) {
			if err := os.MkdirAll(job.target, 0o700); err != nil {
				return err
			}
		}
	}
	for _, job := range jobs {
		if job.to != "" {
			if err := sendTo(job.to, job.printed); err != nil {
				return err
			}
		}
	}
	return writeRendered(out, files)
}

// usageOr makes a mistake of the command line of what a codec says of what was asked for.
func usageOr(err error) error {
	if errors.Is(err, backup.ErrNoShares) {
		return usageHint("--code shares or --code codex32", "%v: --need and --of are not for it", err)
	}
	return usagef("%v", err)
}

// bringsBack decodes the sheets, makes the key of what comes back and compares both with what they were made from.
func (j *sheetJob) bringsBack() error {
	var texts [][]byte
	for _, sheet := range j.sheets {
		texts = append(texts, sheet.Text)
	}
	restored, err := j.codec.Decode(texts...)
	if err != nil {
		return notReadBack(err)
	}
	defer restored.Destroy()
	if err := isPayload(restored, j.payload); err != nil {
		return err
	}
	if _, err := verify.KeyOnPaper(restored); err != nil {
		return notReadBack(err)
	}
	return nil
}

// isPayload tells whether what was read back is what was put on paper, without a correction.
func isPayload(restored *backup.Restored, payload backup.Payload) error {
	if restored.Label != payload.Label {
		return withHint(notReadBack(errors.New("its label does not come back")), "choose another --label")
	}
	if !restored.Sound() || !restored.Secret.Equal(payload.Secret) {
		return notReadBack(errors.New("it holds something else"))
	}
	return nil
}
