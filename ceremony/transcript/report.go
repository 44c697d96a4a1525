package transcript

import (
	"encoding/hex"
	"fmt"
	"strings"

	"sigtool/internal/document"
	"sigtool/internal/pgpwords"
	"sigtool/keygen"
)

// Report is what a checked transcript says, for people who read it. Everything in it comes from the transcript and can be drawn again.
func (t *Transcript) Report() *document.Document {
	d := &document.Document{Title: "Key ceremony: " + one(t.Title)}
	if t.Rehearsal {
		d.Mark = "REHEARSAL: nothing made here is for use"
	}
	t.reportSummary(d)
	t.reportDigests(d)
	t.reportPeople(d)
	t.reportSteps(d)
	t.reportResumes(d)
	t.reportMachine(d)
	t.reportTable(d, "The clock", "The clock of the machine was recorded and not set.", EventClock,
		column{"Watch of", 3, "by"}, column{"Machine", 3, "machine"}, column{"Watch", 3, "watch"}, column{"Seconds between", 2, "offset"})
	t.reportKeys(d)
	t.reportPaper(d)
	t.reportFiles(d)
	t.reportTable(d, "Destroyed", "What was destroyed in front of the witness, as far as people can see: no program can vouch for it.", EventDestroyed,
		column{"What", 5, "what"}, column{"Seen by", 2, "by"})
	t.reportTable(d, "Missing", "What was to be destroyed and was not there.", EventMissing, column{"What", 5, "what"}, column{"Of", 2, "holder"})
	t.reportRest(d)
	t.reportSeal(d)
	return d
}

// column is a column of a table: its head, its share of the width, and what of a line's data stands in it.
type column struct {
	head  string
	width int
	key   string
}

// reportTable adds a table of all lines of an event, if there are any.
func (t *Transcript) reportTable(d *document.Document, heading, text, event string, columns ...column) {
	table := &document.Table{}
	for _, c := range columns {
		table.Head, table.Widths = append(table.Head, c.head), append(table.Widths, c.width)
	}
	for _, l := range t.Lines {
		if l.Event != event {
			continue
		}
		var row []string
		for _, c := range columns {
			row = append(row, clockText(one(l.Data[c.key])))
		}
		table.Rows = append(table.Rows, row)
	}
	addTable(d, heading, text, table)
}

// addTable adds a table that has rows.
func addTable(d *document.Document, heading, text string, table *document.Table) {
	if len(table.Rows) > 0 {
		d.Add(document.Block{Heading: heading, Text: text, Table: table})
	}
}

func (t *Transcript) reportSummary(d *document.Document) {
	first, last := t.Lines[0], t.last()
	rows := [][]string{{"Outcome", t.Outcome}}
	if t.Why != "" {
		rows = append(rows, []string{"Because", one(t.Why)})
	}
	mode, control := "production", "no person alone could use a key"
	if t.Rehearsal {
		mode = "rehearsal"
	}
	if !t.DualControl {
		control = "waived by the plan: one person alone may be able to use a key"
	}
	rows = append(rows, []string{"Kind", one(t.Kind) + ", " + mode}, []string{"Dual control", control},
		[]string{"Begun", clockText(first.Time)}, []string{"Ended", clockText(last.Time) + ", after " + between(first.Time, last.Time)},
		[]string{"Program", one(t.Program) + "; front end: " + one(t.Front)})
	text := "This report was drawn from the transcript, which is the record: sigtool verify checks it, and sigtool ceremony report draws this again."
	if err := t.Complete(); err != nil {
		text += "\nSOMETHING IS MISSING. " + capital(one(err.Error())) + "."
	}
	if t.Outcome != Done {
		text += "\nThe ceremony was not done. Keys that were made in it are void and must not be used."
	}
	d.Add(document.Block{Text: text, Table: &document.Table{Widths: []int{1, 4}, Rows: rows}})
}

// reportDigests writes what people compared by reading aloud.
func (t *Transcript) reportDigests(d *document.Document) {
	plan, _ := hex.DecodeString(t.Plan)
	program, _ := hex.DecodeString(t.Binary)
	for _, digest := range []struct {
		name string
		sum  []byte
	}{{"transcript, the file that this was drawn from", t.SHA256[:]}, {"plan", plan}, {"program", program}} {
		code := hex.EncodeToString(digest.sum)
		words := pgpwords.Of(digest.sum) // of even and odd places: all at once, then four to a line
		for i := 0; i+4 <= len(digest.sum); i += 4 {
			code += fmt.Sprintf("\n%x %x  %s", digest.sum[i:i+2], digest.sum[i+2:i+4], strings.Join(words[i:i+4], " "))
		}
		d.Add(document.Block{Heading: "SHA-256 of the " + digest.name, Code: code})
	}
}

func (t *Transcript) reportPeople(d *document.Document) {
	table := &document.Table{Head: []string{"Name", "Roles", "Initials", "Own key"}, Widths: []int{3, 4, 2, 6}}
	for _, p := range t.People {
		key := one(p.Key)
		switch {
		case p.Public != nil:
			key += "\nsigned"
		case p.Key != "":
			key += "\ndid not sign"
		}
		initials := one(p.Initials)
		if initials == "" {
			initials = "absent"
		}
		table.Rows = append(table.Rows, []string{one(p.Name), one(strings.Join(p.Roles, ", ")), initials, key})
	}
	addTable(d, "People", "", table)
}

func (t *Transcript) reportKeys(d *document.Document) {
	table := &document.Table{Head: []string{"Label", "Algorithm", "Came from", "Fingerprint"}, Widths: []int{2, 2, 2, 9}}
	for _, k := range t.Keys {
		from := "made here"
		if k.Restored {
			from = "paper"
		}
		names := k.Fingerprint
		for _, n := range Addresses(k.Public) {
			names += "\n" + n.Label + " " + n.Value
		}
		table.Rows = append(table.Rows, []string{one(k.Label), one(k.Algorithm), from, names})
	}
	addTable(d, "Keys", "", table)
	sources := &document.Table{Head: []string{"Source", "What it gave"}, Widths: []int{1, 4}}
	for _, l := range t.Lines {
		switch l.Event {
		case EventCommitment:
			sources.Rows = append(sources.Rows, []string{"commitment", "told before anybody threw: SHA-256 " + one(l.Data["sha256"])})
		case EventSource:
			sources.Rows = append(sources.Rows, []string{one(l.Data["source"]), one(strings.Join(pairs(l.Data, "source"), ", "))})
		}
	}
	addTable(d, "Randomness", "", sources)
}

func (t *Transcript) reportFiles(d *document.Document) {
	table := &document.Table{Head: []string{"File", "Bytes", "SHA-256"}, Widths: []int{3, 1, 5}}
	for _, o := range t.Outputs {
		name := o.Name
		if o.Secret {
			name += "\nsecret"
		}
		table.Rows = append(table.Rows, []string{name, fmt.Sprint(o.Size), o.SHA256[:32] + "\n" + o.SHA256[32:]})
	}
	addTable(d, "Files that were made", "", table)
	t.reportTable(d, "Wrapping keys", "What secret keys may leave wrapped to: each was compared and approved at the beginning.", EventWrapping,
		column{"Key", 2, "label"}, column{"For", 2, "target"}, column{"File", 2, "file"}, column{"Algorithm", 2, "algorithm"}, column{"Fingerprint", 8, "fingerprint"})
	t.reportTable(d, "Exports", "", EventExported,
		column{"Key", 2, "label"}, column{"For", 2, "target"}, column{"File", 3, "output"}, column{"Wrapped to", 8, "wrapping"})
	t.reportTable(d, "Files that were signed", "", EventSigned,
		column{"File", 3, "file"}, column{"Key", 2, "key"}, column{"SHA-256", 5, "sha256"}, column{"Signature", 3, "output"})
}

func (t *Transcript) reportSeal(d *document.Document) {
	table := &document.Table{Head: []string{"Signed by", "Algorithm", "Key"}, Widths: []int{3, 3, 9}}
	for i, by := range t.SealedBy() {
		table.Rows = append(table.Rows, []string{one(by.By), t.last().Signatures[i].Alg, keygen.Fingerprint(by.Public)})
	}
	addTable(d, "The seal", "All these signatures match. They prove that nobody changed the transcript after it was sealed; not that the room was as the people in it say.", table)
}
