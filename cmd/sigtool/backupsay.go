package main

import (
	"github.com/urfave/cli/v2"

	"sigtool/backup"
	"sigtool/backup/print"
	"sigtool/internal/secret"
)

// sheetObject is the JSON object of a sheet. It holds nothing of the secret.
type sheetObject struct {
	File        string              `json:"file"`
	OK          bool                `json:"ok"`
	Code        string              `json:"code"`
	Document    string              `json:"document"`
	Kind        string              `json:"kind"`
	Key         string              `json:"key,omitempty"`
	Shares      []backup.Share      `json:"shares,omitempty"`
	Proven      *bool               `json:"proven,omitempty"` // whether the key was made or opened; where it came from paper
	Corrections []backup.Correction `json:"corrections,omitempty"`
	Warnings    []string            `json:"warnings,omitempty"`
}

// sayCreated warns of what the sheets give away, and says what was made.
func sayCreated(c *cli.Context, out *reporter, asked sheetsAsked, sheets []*backup.Sheet, payload backup.Payload) error {
	where := asked.target + asked.to
	switch {
	case asked.to == "" && len(sheets) > 1:
		out.warn("%s: holds every share, and so the key: print it, give each holder one, then remove it", where)
	case !payload.Kind.Sealed() && payload.Kind != backup.KindData && len(sheets) == 1:
		out.warn("%s: whoever has this sheet has the key: it is not sealed", where)
	}
	if where == "-" {
		return nil
	}
	if out.json {
		object := sheetObject{File: where, OK: true, Code: sheets[0].Code, Document: sheets[0].DocumentID, Kind: string(payload.Kind), Key: payload.Fingerprint}
		for _, sheet := range sheets {
			if sheet.Share != nil {
				object.Shares = append(object.Shares, *sheet.Share)
			}
		}
		return out.object(object)
	}
	for _, sheet := range sheets {
		if sheet.Share != nil {
			out.info("%s: sheet %s (%s), set %s, %s, of %s", where, sheet.DocumentID, sheet.Code, sheet.Share.Set, *sheet.Share, payload.Fingerprint)
			continue
		}
		out.info("%s: sheet %s (%s) of %s", where, sheet.DocumentID, sheet.Code, payload.Fingerprint)
	}
	if asked.to == "" {
		out.info("it was read back as it will be printed; after printing, prove the paper: sigtool backup verify --key PUB, with a photo or -")
	}
	return nil
}

// passphraseSheet writes the passphrase to a sheet of its own, which names the key's.
func passphraseSheet(c *cli.Context, out *reporter, asked sheetsAsked, chosen *chosenPayload, key *backup.Sheet) error {
	target := c.String("passphrase-sheet")
	if target == "" {
		return nil
	}
	payload := backup.Payload{
		Kind: backup.KindPassphrase, Label: chosen.payload.Label, Algorithm: chosen.payload.Algorithm,
		Fingerprint: chosen.payload.Fingerprint, Secret: secret.From(append([]byte(nil), chosen.passphrase.Bytes()...)),
	}
	defer payload.Secret.Destroy()
	meta := asked.meta
	meta.Companion = "the sealed key: another paper, document " + key.DocumentID
	asked.target, asked.to, asked.meta = target, "", meta
	if isRoll(asked.paper) {
		asked.paper = print.A4
	}
	sheets, err := asked.codec.Encode(payload, meta, backup.Split{})
	if err != nil {
		return err
	}
	defer destroySheets(sheets)
	if err := bringsBack(asked, sheets, payload); err != nil {
		return err
	}
	if err := deliver(out, asked, sheets, payload); err != nil {
		return err
	}
	out.info("%s: sheet %s, the passphrase: keep it apart from the key's", target, sheets[0].DocumentID)
	return nil
}
