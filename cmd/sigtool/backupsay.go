package main

import (
	"fmt"

	"sigtool/backup"
	"sigtool/backup/print"
)

// sheetObject is the JSON object of a sheet. It holds nothing of the secret.
type sheetObject struct {
	File        string              `json:"file"`
	OK          bool                `json:"ok"`
	Code        string              `json:"code"`
	Document    string              `json:"document,omitempty"`
	Kind        string              `json:"kind"`
	Key         string              `json:"key,omitempty"`
	Shares      []backup.Share      `json:"shares,omitempty"`
	Proven      *bool               `json:"proven,omitempty"` // whether the key was made or opened; where it came from paper
	Corrections []backup.Correction `json:"corrections,omitempty"`
	Warnings    []string            `json:"warnings,omitempty"`
}

// say warns of what the sheets give away, and says what was made. Of a passphrase's sheet it says no number: that is of a digest, and a
// log that had it would let guesses be tried.
func (j *sheetJob) say(out *reporter) error {
	where, payload := j.target+j.to, j.payload
	switch {
	case j.to == "" && len(j.sheets) > 1:
		out.warn("%s: holds every share, and so the key: print it, give each holder one, then remove it", where)
	case !payload.Kind.Sealed() && payload.Kind != backup.KindPassphrase && len(j.sheets) == 1:
		out.warn("%s: whoever has this sheet has the key: it is not sealed", where)
	}
	switch {
	case where == "-":
		return nil
	case out.json:
		return out.object(j.object(where))
	case payload.Kind == backup.KindPassphrase:
		out.info("%s: the sheet of the passphrase of %s: keep it apart from the key's", where, payload.Fingerprint)
		return nil
	}
	for _, sheet := range j.sheets {
		share := ""
		if sheet.Share != nil {
			share = fmt.Sprintf(", set %s, %s,", sheet.Share.Set, *sheet.Share)
		}
		out.info("%s: sheet %s (%s)%s of %s", where, sheet.DocumentID, sheet.Code, share, payload.Fingerprint)
	}
	if j.to != "" {
		out.info("printed; now prove the paper: sigtool backup verify --key PUB, with a photo or -")
	} else {
		out.info("it was read back as it will be printed; after printing, prove the paper: sigtool backup verify --key PUB, with a photo or -")
	}
	return nil
}

func (j *sheetJob) object(where string) sheetObject {
	object := sheetObject{File: where, OK: true, Code: j.sheets[0].Code, Kind: string(j.payload.Kind), Key: j.payload.Fingerprint}
	if j.payload.Kind != backup.KindPassphrase {
		object.Document = j.sheets[0].DocumentID
	}
	for _, sheet := range j.sheets {
		if sheet.Share != nil {
			object.Shares = append(object.Shares, *sheet.Share)
		}
	}
	return object
}

// passphraseJob is the sheet of the passphrase, which names the key's.
func passphraseJob(asked sheetsAsked, chosen *chosenPayload, key *backup.Sheet) *sheetJob {
	payload := backup.Payload{
		Kind: backup.KindPassphrase, Label: chosen.payload.Label, Algorithm: chosen.payload.Algorithm,
		Fingerprint: chosen.payload.Fingerprint, Secret: chosen.passphrase,
	}
	asked.target, asked.to = asked.passphraseTarget, ""
	asked.meta.Companion = "the sealed key: another paper, document " + key.DocumentID
	if isRoll(asked.paper) {
		asked.paper = print.A4
	}
	return &sheetJob{sheetsAsked: asked, payload: payload}
}
