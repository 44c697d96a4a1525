package ceremony

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"sigtool/backup"
	"sigtool/backup/codex32"
	"sigtool/backup/lines"
	"sigtool/backup/shares"
	"sigtool/backup/words"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// codecOf finds a codec by its name; a plan knows no others.
func codecOf(name string) backup.Codec {
	for _, c := range []backup.Codec{lines.Codec{}, words.Codec{}, codex32.Codec{}, shares.Codec{}} {
		if c.Name() == name {
			return c
		}
	}
	return nil
}

// paper is a sheet on its way from the screen or the printer into a bag.
type paper struct {
	label    string // of the key
	backup   Backup
	sheet    *backup.Sheet // nil in a run that goes on where another one stopped
	name     string        // "sheet.txt", "LABEL.share-2.txt"
	document string
	holder   Person
	byHand   bool // copied from the screen
}

func (p *paper) destroy() {
	if p.sheet != nil {
		p.sheet.Destroy()
	}
}

// sealed tells whether the sheet is worth nothing without the passphrase.
func (p *paper) sealed() bool { return p.backup.Code == CodeLines }

// which says which sheet it is: "share 2 of 5 of key root".
func (p *paper) which() string {
	if p.sheet != nil && p.sheet.Share != nil {
		return fmt.Sprintf("share %d of %d of key %s", p.sheet.Share.Index, p.backup.Of, p.label)
	}
	return "the sheet of key " + p.label
}

// encode makes the sheets of one key in one code.
func (r *Run) encode(m *made, b Backup) ([]*paper, error) {
	payload, err := r.payload(m, b.Code)
	if err != nil {
		return nil, err
	}
	split := backup.Split{Rand: r.pool.Reader("shares of " + m.plan.Label)}
	if b.Of > 1 {
		split.Groups, split.Threshold, split.Holders = []backup.Group{{Need: b.Need, Of: b.Of}}, 1, b.Holders
	}
	meta := backup.Meta{Date: r.world.Now(), Note: r.plan.Title, Rehearsal: r.mode == Rehearsal}
	if b.Of <= 1 && len(b.Holders) > 0 {
		meta.Holder = b.Holders[0]
	}
	sheets, err := codecOf(b.Code).Encode(payload, meta, split)
	if err != nil {
		return nil, err
	}
	var out []*paper
	for i, sheet := range sheets {
		out = append(out, &paper{label: m.plan.Label, backup: b, sheet: sheet, name: r.plan.SheetName(m.plan.Label, b, i), document: sheet.DocumentID, holder: r.holderOf(b, i)})
	}
	return out, nil
}

// holderOf is who keeps sheet i; of a plan that names nobody, it is the operator who has it in hand.
func (r *Run) holderOf(b Backup, i int) Person {
	if i < len(b.Holders) {
		return r.person(b.Holders[i])
	}
	return r.plan.Operator()
}

// hands is the person who handles a sheet in the room: a holder who is there, else the operator.
func (r *Run) hands(p *paper) Person {
	if slices.Contains(r.plan.People, p.holder) {
		return p.holder
	}
	return r.plan.Operator()
}

// payload is what goes on paper: the sealed key as lines, the seed as anything else.
func (r *Run) payload(m *made, code string) (backup.Payload, error) {
	p := backup.Payload{
		Kind: backup.KindSeed, Label: m.plan.Label, Algorithm: string(m.plan.Algorithm), Fingerprint: m.fingerprint,
		Derivation: keygen.Derivation(m.plan.Algorithm), Secret: m.seed,
	}
	if code == CodeLines {
		pem, err := r.seal(m)
		if err != nil {
			return p, err
		}
		der, ok := keygen.SealedDER(pem)
		if !ok {
			return p, errors.New("the sealed key can't be read back")
		}
		p.Kind, p.Derivation, p.Secret = backup.KindSealedKey, "", r.keep(secret.From(der))
	}
	if p.Secret == nil {
		return p, fmt.Errorf("the key %s has no seed, so that it can be put on paper as lines alone", m.plan.Label)
	}
	return p, nil
}

// screenLines is how much of a sheet is shown at once, to be copied by hand.
const screenLines = 16

// screens are the pages of a sheet as they are copied by hand: what must be known of the key, and the rows.
func (p *paper) screens() []func() string {
	head := p.head()
	var pages []func() string
	rows := p.sheet.Rows
	for first := true; first || len(rows) > 0; first = false {
		room := screenLines
		if first {
			room -= len(head) + 1
		}
		show := rows[:min(room, len(rows))]
		rows = rows[len(show):]
		above := ""
		if first {
			above = strings.Join(head, "\n") + "\n\n"
		}
		pages = append(pages, func() string {
			text := above
			for _, row := range show {
				text += string(row) + "\n"
			}
			return text
		})
	}
	return pages
}

// head is what must be known of the key, two statements to a line.
func (p *paper) head() (lines []string) {
	if p.sheet.Rehearsal {
		lines = append(lines, "*** REHEARSAL *** write this down too")
	}
	for _, f := range p.sheet.Head {
		switch f.Name {
		case backup.FieldContents, backup.FieldFingerprint, backup.FieldHolder, backup.FieldNote, backup.FieldMade:
			continue
		}
		one := fmt.Sprintf("%-12s %s", f.Name, f.Value)
		if n := len(lines); n > 0 && lines[n-1][0] != '*' && len(lines[n-1]) < headColumn && len(one) <= headColumn {
			lines[n-1] = fmt.Sprintf("%-*s%s", headColumn, lines[n-1], one)
			continue
		}
		lines = append(lines, one)
	}
	return lines
}

// headColumn is where the second statement of a line begins.
const headColumn = 36
