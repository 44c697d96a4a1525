package ceremony

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"sigtool/backup"
	"sigtool/backup/lines"
	"sigtool/backup/words"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// sheetStep seals the keys and puts their sheets, to be printed.
func (r *Run) sheetStep() ([]Step, error) {
	return []Step{notice(StepSheet, Prompt{Text: []string{"The keys are sealed with the passphrase and laid out for the paper …"}}, func() ([]Step, error) {
		var names []string
		for _, m := range r.made {
			if err := r.layOut(m); err != nil {
				return nil, fmt.Errorf("key %s: %w", m.plan.Label, err)
			}
			names = append(names, r.fileName(m, "sheet.txt"))
		}
		return []Step{r.confirmPrinted(names)}, nil
	})}, nil
}

func (r *Run) confirmPrinted(names []string) Step {
	text := []string{fmt.Sprintf("Print %s on paper now, copies: %d. A printer may remember what it printed.", strings.Join(names, ", "), r.plan.Backup.Copies)}
	if r.plan.Backup.Code == CodeWords {
		text = append(text, "These sheets hold the keys in the clear. Whoever sees the file or the paper has the keys.")
	}
	return Step{ID: StepSheet, Prompt: Prompt{Kind: Confirm, Text: text, Ask: "Type yes when the paper is in your hand"},
		Take: func(Answer) ([]Step, error) { return nil, r.log.Append(StepSheet, "printed", nil) }}
}

// layOut seals one key and puts its sheet.
func (r *Run) layOut(m *made) error {
	pkcs8, err := keygen.MarshalPrivateWithSeed(m.signer, m.seed.Bytes()) // the seed stays with its key
	if err != nil {
		return err
	}
	defer secret.Wipe(pkcs8)
	if m.pem, err = keygen.Seal(pkcs8, r.passphrase.Secret.Bytes(), keygen.PBKDF2, r.world.Rand); err != nil {
		return err
	}
	payload, err := r.payload(m)
	if err != nil {
		return err
	}
	sheets, err := r.codec().Encode(payload, backup.Meta{
		Date: r.world.Now(), Holder: r.plan.Backup.Holder, Note: r.plan.Title, Rehearsal: r.mode == Rehearsal,
	}, backup.Split{})
	if err != nil {
		return err
	}
	m.sheet = sheets[0]
	if err := r.put(StepSheet, r.fileName(m, "sheet.txt"), m.sheet.Text, true); err != nil {
		return err
	}
	return r.log.Append(StepSheet, "sheet", map[string]string{
		"label": m.plan.Label, "code": m.sheet.Code, "document": m.sheet.DocumentID, "copies": strconv.Itoa(r.plan.Backup.Copies),
		"holder": r.plan.Backup.Holder,
	})
}

func (r *Run) codec() backup.Codec {
	if r.plan.Backup.Code == CodeWords {
		return words.Codec{}
	}
	return lines.Codec{}
}

// payload is what goes on paper: the sealed key as lines, the seed as words.
func (r *Run) payload(m *made) (backup.Payload, error) {
	p := backup.Payload{
		Kind: backup.KindSeed, Label: m.plan.Label, Algorithm: string(m.plan.Algorithm), Fingerprint: m.fingerprint,
		Derivation: keygen.Derivation(m.plan.Algorithm), Secret: m.seed,
	}
	if r.plan.Backup.Code == CodeLines {
		der, ok := keygen.SealedDER(m.pem)
		if !ok {
			return p, errors.New("the sealed key can't be read back")
		}
		p.Kind, p.Derivation, p.Secret = backup.KindSealedKey, "", r.keep(secret.From(der))
	}
	return p, nil
}

// readBackStep has every sheet read from the paper and makes the key from it again.
func (r *Run) readBackStep() ([]Step, error) {
	var steps []Step
	for _, m := range r.made {
		name := r.fileName(m, "sheet.txt")
		steps = append(steps, Step{ID: StepReadBack, Prompt: Prompt{
			Kind: Paper, Hidden: r.plan.Backup.Code == CodeWords, Sheet: name,
			Text: []string{fmt.Sprintf("Read the sheet of key %s back, from the paper and not from the file, so that it is proven that this paper brings the key back.", m.plan.Label)},
			Ask:  "The lines of " + name,
		}, Take: func(a Answer) ([]Step, error) { return r.readBack(m, a) }})
	}
	return steps, nil
}

func (r *Run) readBack(m *made, a Answer) ([]Step, error) {
	restored, err := r.codec().Decode(a.Secret.Bytes())
	if err != nil {
		return nil, refusal{err.Error()}
	}
	defer restored.Destroy()
	if err := r.proves(m, restored); err != nil {
		return nil, refusal{"this sheet does not bring the key back: " + err.Error()}
	}
	from, warning := a.From, ""
	if bytes.Equal(a.Secret.Bytes(), m.sheet.Text) { // nobody types like a printer
		from, warning = FromSheet, "This was read from the sheet's own file, which proves nothing about the paper."
	}
	err = r.log.Append(StepReadBack, "proven", map[string]string{
		"label": m.plan.Label, "from": from, "corrections": strconv.Itoa(len(restored.Corrections)),
	})
	return []Step{notice(StepReadBack, Prompt{
		Warning: warning,
		Text:    []string{fmt.Sprintf("The sheet brings back the key %s: the fingerprint is the same.", m.plan.Label)}, Table: corrections(restored),
	}, nil)}, err
}

// proves makes the key from what the sheet gave and compares fingerprints.
func (r *Run) proves(m *made, restored *backup.Restored) error {
	if restored.Fingerprint != "" && restored.Fingerprint != m.fingerprint { // words alone, without their head, have none
		return errors.New("it is the sheet of another key")
	}
	if restored.Kind == backup.KindSealedKey && r.plan.Backup.Code == CodeLines {
		return r.opened(m, keygen.EncodeSealed(restored.Secret.Bytes()))
	}
	if restored.Kind != backup.KindSeed || r.plan.Backup.Code != CodeWords {
		return fmt.Errorf("it holds a secret of another kind, %s", restored.Kind)
	}
	signer, err := keygen.FromSeed(m.plan.Algorithm, restored.Secret.Bytes())
	if err != nil {
		return err
	}
	if keygen.Fingerprint(signer.Public()) != m.fingerprint {
		return errors.New("it is another key")
	}
	return nil
}

// corrections lists what was put right, by its place; what stood there would show a piece of the secret.
func corrections(restored *backup.Restored) [][2]string {
	var table [][2]string
	for _, c := range restored.Corrections {
		table = append(table, [2]string{"put right", c.Place() + ": " + c.Why})
	}
	for _, h := range restored.HeaderDiffers {
		table = append(table, [2]string{"differs", h})
	}
	return table
}
