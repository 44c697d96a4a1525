package transcript

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"sigtool/internal/document"
)

// visit is a stay at a step, from the end of the one before to the last line of its own.
type visit struct {
	step, from, to string
	closed         []string // whose initials
	refused        int
	resumed        bool
}

// visits divides a transcript into stays; the lines of the plan belong to none.
func (t *Transcript) visits() (all []visit) {
	from := t.Lines[0].Time
	for _, l := range t.Lines[1:] {
		switch {
		case l.Event == EventResume:
			all, from = append(all, visit{step: l.Step, from: l.Time, to: l.Time, resumed: true}), l.Time
			continue
		case l.Step == t.Lines[0].Step:
			continue
		}
		if len(all) == 0 || all[len(all)-1].step != l.Step || all[len(all)-1].resumed {
			all = append(all, visit{step: l.Step, from: from})
		}
		v := &all[len(all)-1]
		v.to, from = l.Time, l.Time
		switch l.Event {
		case EventDone:
			v.closed = append(v.closed, l.Data["initials"])
		case EventRefused:
			v.refused++
		}
	}
	return all
}

func (t *Transcript) reportSteps(d *document.Document) {
	table := &document.Table{Head: []string{"Step", "Begun", "Took", "Initials", "Answers refused"}, Widths: []int{3, 4, 3, 2, 3}}
	for _, v := range t.visits() {
		if v.resumed {
			table.Rows = append(table.Rows, []string{"(the program had ended, and went on from its journal)", clockText(v.from)})
			continue
		}
		refused := ""
		if v.refused > 0 {
			refused = strconv.Itoa(v.refused)
		}
		table.Rows = append(table.Rows, []string{one(v.step), clockText(v.from), between(v.from, v.to), one(strings.Join(v.closed, ", ")), refused})
	}
	addTable(d, "Steps", "Times are those of the machine's clock, in UTC.", table)
}

// reportResumes tells who went on after each stop, and whether the journal was compared with what people had noted.
func (t *Transcript) reportResumes(d *document.Document) {
	table := &document.Table{Head: []string{"Line", "Time", "What", "More"}, Widths: []int{1, 3, 3, 6}}
	for _, l := range t.Lines {
		switch l.Event {
		case EventResume, EventResumedBy, EventCompared, EventNotCompared:
			table.Rows = append(table.Rows, []string{strconv.Itoa(l.Seq), clockText(l.Time), l.Event, strings.Join(pairs(l.Data, "key"), "\n")})
		}
	}
	text := t.OnJournal()
	if text != "" {
		text = capital(text) + "."
	}
	addTable(d, "Stops", text, table)
}

func (t *Transcript) reportMachine(d *document.Document) {
	_, superseded := t.exceptions(t.initials())
	table := &document.Table{Head: []string{"Check", "Verdict", "What was seen"}, Widths: []int{2, 2, 6}}
	for _, l := range t.Lines {
		if l.Event != EventFinding {
			continue
		}
		verdict := one(l.Data["verdict"])
		if superseded[l.Seq] {
			verdict += "\nnot answered: the program was stopped"
		}
		table.Rows = append(table.Rows, []string{one(l.Data["check"]), verdict, one(l.Data["detail"])})
	}
	addTable(d, "What was found about the machine", "", table)
	t.reportTable(d, "Exceptions", "The ceremony went on in spite of what was found about these, for a reason.", EventException,
		column{"Check", 2, "check"}, column{"Reason", 6, "reason"}, column{"Agreed by", 2, "by"}, column{"Initials", 1, "initials"})
}

func (t *Transcript) reportPaper(d *document.Document) {
	t.reportTable(d, "Paper", "", EventSheet, column{"Sheet", 3, "document"}, column{"Key", 2, "label"}, column{"Code", 2, "code"}, column{"Share", 5, "share"},
		column{"Holder", 3, "holder"}, column{"Copies", 2, "copies"}, column{"How", 3, "how"})
	drill := "These keys were brought back from their paper."
	if len(t.NotFromPaper()) > 0 {
		drill = "These keys were brought back. NOT ALL WERE READ FROM PAPER: what was read from a sheet's own file proves nothing about the paper."
	}
	t.reportTable(d, "The restore drill", drill, EventProven,
		column{"Key", 2, "label"}, column{"Sheets that were read", 3, "quorum"}, column{"From", 5, "from"})
	t.reportTable(d, "Bags", "", EventBag, column{"What", 3, "document"}, column{"Holder", 3, "holder"}, column{"Number of the bag", 3, "bag"})
}

// told are the events that have a place of their own in a report.
var told = []string{
	EventBegin, EventResume, EventResumedBy, EventCompared, EventNotCompared, EventPerson, EventPresent, EventFinding, EventException, EventClock, EventCommitment, EventSource, EventKey, EventRestored,
	EventSheet, EventProven, EventBag, EventOutput, EventSigned, EventWrapping, EventExported, EventDestroyed, EventMissing, EventDone, EventSigner, EventEnd, EventSeal,
}

// reportRest lists what has no place of its own, so that a report leaves nothing out.
func (t *Transcript) reportRest(d *document.Document) {
	table := &document.Table{Head: []string{"Line", "Time", "Step", "What", "More"}, Widths: []int{1, 3, 2, 2, 5}}
	for _, l := range t.Lines {
		if !slices.Contains(told, l.Event) {
			table.Rows = append(table.Rows, []string{strconv.Itoa(l.Seq), clockText(l.Time), one(l.Step), one(l.Event), strings.Join(pairs(l.Data), "\n")})
		}
	}
	addTable(d, "What else was recorded", "", table)
}

// pairs writes data as "name: value" in the order of names, without those that are told elsewhere.
func pairs(data map[string]string, without ...string) (list []string) {
	for _, key := range slices.Sorted(maps.Keys(data)) {
		if !slices.Contains(without, key) {
			list = append(list, one(key+": "+data[key]))
		}
	}
	return list
}

// maxText is how many characters of a value a report shows.
const maxText = 1000

// one puts a value on one line, so that no value passes for a line of the report's own.
func one(text string) string {
	runes := []rune(strings.ReplaceAll(text, "\n", "\uFFFD"))
	if len(runes) > maxText {
		return string(runes[:maxText]) + "…"
	}
	return string(runes)
}

// clockText writes a time as people read it, and leaves anything else as it is.
func clockText(text string) string {
	at, err := time.Parse(timeLayout, text)
	if err != nil {
		return text
	}
	return at.Format(time.DateTime)
}

// between is how long it was from one line to another. A clock that was set in between shows.
func between(from, to string) string {
	begin, err := time.Parse(timeLayout, from)
	end, endErr := time.Parse(timeLayout, to)
	if err != nil || endErr != nil {
		return ""
	}
	took := end.Sub(begin)
	switch {
	case took < 0:
		return fmt.Sprintf("the clock went back by %d s", int(-took.Seconds()))
	case took < time.Minute:
		return fmt.Sprintf("%d s", int(took.Seconds()))
	case took < time.Hour:
		return fmt.Sprintf("%d min %d s", int(took.Minutes()), int(took.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(took.Hours()), int(took.Minutes())%60)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
