package ceremony

import (
	"fmt"
	"slices"
	"strings"
)

// Planned is a file that the ceremony will put.
type Planned struct {
	Name, What string
	Secret     bool
}

// FileName is where the file of a kind is put for a key: "key.pem" when there is one key, "LABEL.pem" when there are several.
// A sheet is "sheet.txt" or "LABEL.sheet.txt".
func (p *Plan) FileName(label, kind string) string {
	switch {
	case len(p.Keys) > 1:
		return label + "." + kind
	case strings.Contains(kind, "."):
		return kind
	}
	return "key." + kind
}

// SheetName is how sheet i, from 0, of a key is called: "sheet.txt" or "share-2.txt", with the code before it where a key is written in several
// codes, and the label where there are several keys.
func (p *Plan) SheetName(label string, b Backup, i int) string {
	name := "sheet.txt"
	if b.Of > 1 {
		name = fmt.Sprintf("share-%d.txt", i+1)
	}
	if len(p.Backups) > 1 {
		name = b.Code + "-" + name
	}
	return p.FileName(label, name)
}

// Files lists the files that the ceremony puts, but those that a signing format names, in the order of its steps.
func (p *Plan) Files() (files []Planned) {
	add := func(secret bool, name, what string) { files = append(files, Planned{name, what, secret}) }
	add(false, PlanName, "this plan, byte for byte")
	if p.PutsOnPaper() {
		for _, key := range p.BackedUp() {
			for _, b := range p.Backups {
				if b.Code == CodeLines {
					name := "sheet.txt"
					if len(p.Backups) > 1 {
						name = b.Code + "-" + name
					}
					add(true, p.FileName(key.Label, name), "the sealed sheet of "+key.Label)
					add(true, p.FileName(key.Label, strings.TrimSuffix(name, ".txt")+".pdf"), "the same, laid out for a printer")
				}
			}
		}
	}
	if p.Kind == KindRotate {
		for _, key := range p.New() {
			name := key.Label + ".replaces-" + key.Replaces + ".txt"
			add(false, name, "the statement that "+key.Label+" replaces "+key.Replaces)
			add(false, name+".sig", "its signature by "+key.Replaces)
		}
	}
	if p.PutsFiles() {
		for _, key := range p.Keys {
			files = append(files, p.filesOf(key)...)
		}
	}
	if p.Kind == KindDestroy {
		add(false, "destruction.txt", "the certificate of destruction")
	}
	add(false, TranscriptName, "the transcript, signed; sigtool verify checks it")
	return files
}

func (p *Plan) filesOf(key Key) []Planned {
	files := []Planned{{p.FileName(key.Label, "pub"), "the public key of " + key.Label, false}}
	if key.Certificate != nil {
		files = append(files, Planned{p.FileName(key.Label, "crt"), "the certificate of " + key.Label, false})
	}
	imports := false
	for _, e := range key.Exports {
		what := key.Label + ", sealed by the passphrase (" + e.Target + ")"
		switch {
		case e.Target == ExportPKCS8:
			what = key.Label + ", sealed by the passphrase (PKCS#8)"
		case e.Target == ExportAge:
			what = key.Label + ", sealed to age recipients: " + fmt.Sprint(len(e.Recipients))
		case e.Wrap != "":
			what = key.Label + ", wrapped to " + e.Wrap + " (" + e.Target + ")"
		}
		name := p.FileName(key.Label, e.ending())
		files = append(files, Planned{name, what, true})
		if !e.Own() {
			imports = true
			for _, suffix := range e.suffixes() {
				files = append(files, Planned{name + suffix, "what goes with " + name, true})
			}
		}
	}
	if imports {
		files = append(files, Planned{p.FileName(key.Label, importText), "how the files of " + key.Label + " are imported, and how that is checked", false})
	}
	return files
}

// importText is how the name of the file ends that says how exports are imported.
const importText = "import.txt"

// Sheet is a sheet of paper that the ceremony makes, or that there is already.
type Sheet struct {
	Key, Code, Share, Holder string // Share: "2 of 5", or ""
	Copies                   int
}

// Sheets lists the sheets of Backups, key by key; Holder is who has it in hand where the plan names nobody. Of a plan that makes no paper,
// they are those to be destroyed.
func (p *Plan) Sheets() (list []Sheet) {
	keys := p.BackedUp()
	if p.Kind == KindDestroy {
		keys = p.Keys
	}
	for _, key := range keys {
		for _, b := range p.Backups {
			for i := range b.Sheets() {
				s := Sheet{Key: key.Label, Code: b.Code, Holder: b.Holder(i), Copies: b.Copies}
				if b.Shares() {
					s.Share = fmt.Sprintf("%d of %d", i+1, b.Of)
				}
				if s.Holder == "" {
					s.Holder = p.Operator().Name
				}
				list = append(list, s)
			}
		}
	}
	return list
}

// Reach says who can use the keys afterwards, and what it takes: as far as this plan makes copies of them.
func (p *Plan) Reach() (list []string) {
	add := func(format string, args ...any) {
		if text := fmt.Sprintf(format, args...); !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	passphrase := p.Passphrase.Holder
	if passphrase == "" {
		passphrase = p.Operator().Name
	}
	if p.PutsOnPaper() {
		for _, b := range p.Backups {
			p.reachOf(b, passphrase, add)
		}
	}
	for _, key := range p.Keys {
		for _, e := range key.Exports {
			name := p.FileName(key.Label, e.ending())
			switch {
			case e.Target == ExportAge:
				add("whoever has the file %s, with an identity of one of its recipients: %d", name, len(e.Recipients))
			case e.Wrap != "":
				add("whoever has the file %s, and may use the wrapping key %s (%s)", name, e.Pinned, e.Wrap)
			default:
				add("whoever has the file %s, with the passphrase, which %s keeps", name, passphrase)
			}
		}
		if key.Fingerprint != "" && p.Kind != KindDestroy {
			add("%s: as before, whoever brings its paper (%s)", key.Label, key.Paper)
		}
	}
	return list
}

func (p *Plan) reachOf(b Backup, passphrase string, add func(string, ...any)) {
	holders := b.Holders
	if len(holders) == 0 {
		holders = []string{p.Operator().Name}
	}
	switch {
	case b.Clear():
		add("%s alone: the sheet (%s) is the key in the clear", holders[0], b.Code)
	case b.Code == CodeLines && holders[0] == passphrase:
		add("%s alone: keeps the sealed sheet (%s) and the passphrase", passphrase, b.Code)
	case b.Code == CodeLines:
		add("%s and %s together: the sealed sheet (%s) and the passphrase", holders[0], passphrase, b.Code)
	default:
		var names []string
		alone := ""
		for _, name := range holders {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
			has := len(slices.DeleteFunc(slices.Clone(holders), func(other string) bool { return other != name }))
			if len(b.Holders) == 0 || has >= b.Need {
				alone = name
			}
		}
		if alone != "" {
			add("%s alone: keeps %d or more of the sheets (%s)", alone, b.Need, b.Code)
			return
		}
		add("any %d of the %d sheets (%s) together, which are with %s", b.Need, b.Of, b.Code, strings.Join(names, ", "))
	}
}
