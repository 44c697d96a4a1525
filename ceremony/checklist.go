package ceremony

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"sigtool/internal/document"
	"sigtool/internal/pgpwords"
)

// Checklist is the script of a ceremony on paper, one copy for everybody: what is done, by whom, with boxes for the time and for initials.
// It has the digests of the plan and of the program, which are compared from it on the day, so it is made on another machine.
func Checklist(p *Plan, program [sha256.Size]byte) *document.Document {
	d := &document.Document{Title: p.Title}
	d.Add(document.Block{
		Text:  "The script of a key ceremony. Everybody brings a copy of their own, made on another machine than the one that is used on the day, and writes on it.",
		Table: p.summary(),
	})
	d.Add(p.roll()...)
	plan := p.Digest()
	d.Add(document.Block{NewPage: true, Heading: "The digest of the plan (SHA-256)", Text: "In figures, and in words that are read aloud without a slip, each with its number."}, digestBlock(plan))
	if program == [sha256.Size]byte{} {
		d.Add(document.Block{Heading: "The digest of the program (SHA-256)", Text: "It was not known where this was made. Take it from the release, and write it here."}, wordBoxes())
	} else {
		d.Add(document.Block{Heading: "The digest of the program (SHA-256)", Text: "Of the very program that made this paper. Compare it with the one that the release names, too."}, digestBlock(program))
	}
	d.Add(p.aims()...)
	for i, o := range p.Outline() {
		b := document.Block{Heading: fmt.Sprintf("Step %d: %s", i+1, o.Title), NewPage: i == 0,
			Table: &document.Table{Head: []string{"who", "what", "time", "initials"}, Widths: []int{24, 70, 13, 13}, Boxes: true}}
		for _, act := range o.Acts {
			b.Table.Rows = append(b.Table.Rows, []string{act.Who, act.What})
		}
		if o.Closes != "" {
			b.Table.Rows = append(b.Table.Rows, []string{o.Closes, "Was it done as the plan says? Initials on the screen close the step."})
		}
		d.Add(b)
		d.Add(p.forms(o.ID)...)
	}
	d.Add(lastPages(p)...)
	return d
}

// summary is what kind of ceremony it is, and where and when.
func (p *Plan) summary() *document.Table {
	dual := "required: no one person can use the keys"
	if p.Waived {
		dual = "waived: one person alone may be able to use the keys"
	}
	t := &document.Table{Widths: []int{22, 78}, Boxes: true, Rows: [][]string{{"kind", p.Kind}}}
	if p.Purpose != "" {
		t.Rows = append(t.Rows, []string{"purpose", p.Purpose})
	}
	t.Rows = append(t.Rows, []string{"dual control", dual})
	for _, k := range p.Keys {
		t.Rows = append(t.Rows, []string{"key", k.String()})
	}
	return &document.Table{Widths: t.Widths, Boxes: true, Rows: append(t.Rows, []string{"place and date"}, []string{"begun, ended"}, []string{"rehearsal or in earnest"})}
}

// roll is who is there.
func (p *Plan) roll() []document.Block {
	t := &document.Table{Head: []string{"name", "role", "initials", "identity seen by"}, Widths: []int{30, 34, 14, 22}, Boxes: true}
	for _, name := range p.names() {
		var roles []string
		for _, who := range p.People {
			if who.Name == name {
				roles = append(roles, who.Role)
				if who.Key != "" {
					roles[len(roles)-1] += " (own key)"
				}
			}
		}
		t.Rows = append(t.Rows, []string{name, strings.Join(roles, ", ")})
	}
	t.Rows = append(t.Rows, nil, nil)
	return []document.Block{{Heading: "People", Table: t}}
}

// aims is what there will be in the end.
func (p *Plan) aims() (blocks []document.Block) {
	t := &document.Table{Head: []string{"file", "what it is"}, Widths: []int{34, 66}}
	for _, f := range p.Files() {
		what := f.What
		if f.Secret {
			what += " (secret)"
		}
		t.Rows = append(t.Rows, []string{f.Name, what})
	}
	for _, s := range p.Sign {
		t.Rows = append(t.Rows, []string{"(signed) " + s.File, fmt.Sprintf("the signature of %s by %s, as the format %s names it", s.File, s.Key, s.Format)})
	}
	blocks = append(blocks, document.Block{Heading: "The files that there will be", Table: t})
	if reach := p.Reach(); len(reach) > 0 {
		blocks = append(blocks, document.Block{Heading: "Who can use the keys then", Text: strings.Join(reach, "\n")})
	}
	if warnings := p.Warnings(); len(warnings) > 0 {
		blocks = append(blocks, document.Block{Heading: "To be thought about beforehand", Text: strings.Join(warnings, "\n")})
	}
	return blocks
}

// digestBlock is a digest in figures and in words.
func digestBlock(sum [sha256.Size]byte) document.Block {
	var b strings.Builder
	figures := hex.EncodeToString(sum[:])
	for i := 0; i < len(figures); i += 4 {
		b.WriteString(figures[i : i+4])
		b.WriteString(map[bool]string{true: "\n", false: " "}[i%32 == 28])
	}
	b.WriteByte('\n')
	words := pgpwords.Of(sum[:])
	for row := range len(words) / 4 {
		for column := range 4 {
			at := row*4 + column
			fmt.Fprintf(&b, "%2d %-20s", at+1, words[at])
		}
		b.WriteByte('\n')
	}
	return document.Block{Code: trimLines(b.String())}
}

func trimLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// wordBoxes are numbered boxes to write the words of a digest into.
func wordBoxes() document.Block {
	t := &document.Table{Widths: []int{4, 21, 4, 21, 4, 21, 4, 21}, Boxes: true}
	const rows = sha256.Size / 4
	for row := range rows {
		var cells []string
		for column := range 4 {
			cells = append(cells, fmt.Sprint(row*4+column+1), "")
		}
		t.Rows = append(t.Rows, cells)
	}
	return document.Block{Table: t}
}

// forms are what is written down in a step besides initials.
func (p *Plan) forms(step string) []document.Block {
	form := func(text string, head []string, widths []int, rows ...[]string) []document.Block {
		return []document.Block{{Text: text, Table: &document.Table{Head: head, Widths: widths, Rows: rows, Boxes: true, Tall: step == StepGenerate}}}
	}
	switch step {
	case StepIdentity:
		var rows [][]string
		for _, w := range p.wrappings() {
			rows = append(rows, []string{w.Wrap + "\nfor " + w.key + ", " + w.Target, w.Pinned})
		}
		if rows == nil {
			return nil
		}
		return form("The wrapping keys to bring, in the folder of inputs:", []string{"file", "fingerprint", "compared with its source"}, []int{26, 54, 20}, rows...)
	case StepClock:
		return form("What the clocks say, in UTC:", []string{"the machine's clock", "watch of " + p.Operator().Name, "watch of " + p.Witness().Name, "off by"}, nil, nil)
	case StepRestore:
		return form("The sheets that are opened:", []string{"bag number", "sheet, as its head says", "holder", "bag whole?"}, []int{26, 30, 28, 16}, slices.Repeat([][]string{nil}, 3*len(p.Old()))...)
	case StepEntropy:
		return append([]document.Block{{Text: "The digest of the kernel's part, in words, before anybody throws:"}}, wordBoxes())
	case StepGenerate:
		var rows [][]string
		for _, k := range p.New() {
			rows = append(rows, []string{k.Label + "\n" + string(k.Algorithm)})
		}
		return form("The fingerprints, to be compared with the screen once more:", []string{"key", "fingerprint, as it was read aloud"}, []int{24, 76}, rows...)
	case StepBags:
		var rows [][]string
		for _, s := range p.Sheets() {
			for copy := range s.Copies {
				what := s.Key + "\n" + s.Code + " " + s.Share
				if s.Copies > 1 {
					what += fmt.Sprintf(" copy %d", copy+1)
				}
				rows = append(rows, []string{what, s.Holder})
			}
		}
		if p.Has(StepPassphrase) {
			rows = append(rows, []string{"the passphrase", p.passphraseHolder()})
		}
		return form("The papers and their bags:", []string{"paper", "holder", "document number", "bag number", "by holder", "by witness"}, []int{20, 20, 18, 20, 11, 11}, rows...)
	case StepTranscript:
		return append([]document.Block{{Text: "The digest of the transcript, in words, as it was read aloud:"}}, wordBoxes())
	}
	return nil
}

// lastPages are for what did not go as planned, and for the signatures.
func lastPages(p *Plan) []document.Block {
	var people [][]string
	for _, name := range p.names() {
		people = append(people, []string{name})
	}
	return []document.Block{
		{NewPage: true, Heading: "Exceptions", Text: "Whatever did not go as it stands here, however small: what happened, why it went on, and who agreed. Strike out the rows that stay empty.",
			Table: &document.Table{Head: []string{"time", "step", "what happened, and the reason to go on", "who", "initials"}, Widths: []int{11, 11, 50, 16, 12}, Boxes: true, Tall: true,
				Rows: slices.Repeat([][]string{{"", "", "", ""}}, 14)}},
		{NewPage: true, Heading: "Signatures", Text: "We were there from the roll call to the end. What is written on these pages is what was done, and every exception stands on its page.",
			Table: &document.Table{Head: []string{"name", "signature", "place and date"}, Widths: []int{30, 44, 26}, Boxes: true, Tall: true, Rows: append(people, nil, nil)}},
	}
}
