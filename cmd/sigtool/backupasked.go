package main

import (
	"crypto/rand"
	"fmt"
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
)

// sheetsAsked is what backup create was asked for.
type sheetsAsked struct {
	codec      backup.Codec
	split      backup.Split
	meta       backup.Meta
	recipients []age.Recipient
	target, to string
	paper      print.Paper

	passphraseTarget string
}

// askedSheets checks what can be checked before the key is opened.
func askedSheets(c *cli.Context) (asked sheetsAsked, err error) {
	if asked.split, err = splitAsked(c); err != nil {
		return asked, err
	}
	code := c.String("code")
	switch {
	case code == "" && len(asked.split.Groups) > 0:
		code = "shares"
	case code == "":
		code = "lines"
	}
	var ok bool
	asked.codec, ok = backupall.ByName(code)
	asked.target, asked.to, asked.passphraseTarget = c.String("output"), c.String("to"), c.String("passphrase-sheet")
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
	case asked.passphraseTarget == "-", asked.passphraseTarget != "" && asked.passphraseTarget == asked.target:
		return asked, usageHint("--passphrase-sheet FILE, another than the key's", "a key and its passphrase must not lie on one sheet")
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
	for _, target := range []string{asked.target, asked.passphraseTarget} {
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
	holders := c.StringSlice("holder")
	if len(holders) == 1 {
		meta.Holder = holders[0]
	}
	if len(holders) > 1 && len(holders) != split.Sheets() {
		return meta, usagef("%d holders are named for %d sheets", len(holders), split.Sheets())
	}
	if err := meta.Valid(); err != nil {
		return meta, usagef("%v", err)
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
