package transcript

import (
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	"sigtool/internal/pgpwords"
)

// TestKeysOfTheirRun: a key is made from what was told and thrown in its own run of the program.
func TestKeysOfTheirRun(t *testing.T) {
	t.Parallel()
	const at = 15 // behind the commitment and the sources
	for _, c := range []struct {
		name   string
		change func([]entry) []entry
		want   string
	}{
		{"all again", nil, ""},
		{"no dice in the second run", without("entropy", EventSource, 4), "key p256 was made without dice, by a run of the program that had none"},
		{"no commitment in the second run", without("entropy", EventCommitment, 2), "key p256 was made, and the run of the program that made it had committed to no randomness"},
		{"nothing in the second run", func(e []entry) []entry {
			from := slices.IndexFunc(e, func(l entry) bool { return l.event == EventResume })
			return append(e[:from:from], slices.DeleteFunc(e[from:], func(l entry) bool { return l.step == "entropy" && l.event != EventDone })...)
		}, "key p256 was made, and the run of the program that made it had committed to no randomness; " +
			"key p256 was made without kernel, by a run of the program that had none; key p256 was made without dice, by a run of the program that had none"},
		{"no dice in the first run, killed before them", without("entropy", EventSource, 2), ""},
		{"coins behind the key", func(e []entry) []entry {
			return append(e, entry{"bags", EventSource, map[string]string{"source": "coins", "tosses": "100"}})
		}, "key p256 was made without coins, by a run of the program that had none"},
	} {
		got, err := Check(wholeCeremony(t, func(e []entry) []entry {
			e = stopped(e, at)
			if c.change != nil {
				e = c.change(e)
			}
			return e
		}))
		if err != nil {
			t.Fatal(c.name, err)
		}
		err = got.Complete()
		if c.want == "" && err != nil || c.want != "" && (!errors.Is(err, ErrIncomplete) || !strings.HasSuffix(err.Error(), ErrIncomplete.Error()+": "+c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// TestOnJournal: what is said of a ceremony that was stopped holds for the lines whose digest was compared, whatever a line says of itself.
func TestOnJournal(t *testing.T) {
	t.Parallel()
	const rest = " rest on the journal that was on the medium, which nobody had signed"
	prev := func(l Line) string {
		sum, _ := hex.DecodeString(l.Prev)
		return strings.ToUpper(strings.Join(pgpwords.Of(sum)[:leastWords], "  "))
	}
	lines := closedIn("", "identity machine clock drill bags | identity machine | identity machine exports").Lines
	for i := range lines {
		lines[i].Prev = link([]byte(lines[i].Step + strings.Repeat("x", i)))
	}
	say := func(event string, at int, data map[string]string) *Transcript {
		so := &Transcript{Lines: slices.Clone(lines)}
		so.Lines[at].Event, so.Lines[at].Data = event, data
		return so
	}
	for _, c := range []struct {
		name string
		so   *Transcript
		want string
	}{
		{"never stopped", &Transcript{Lines: lines[:5]}, ""},
		{"once", &Transcript{Lines: lines[:8]}, "stopped and resumed once: lines 1 to 5" + rest},
		{"twice", &Transcript{Lines: lines}, "stopped and resumed 2 times: lines 1 to 8" + rest},
		{"compared", say(EventCompared, 9, map[string]string{"words": prev(lines[3])}),
			"stopped and resumed 2 times: lines 1 to 3 are those of which the witness had noted the words; lines 4 to 8" + rest},
		{"compared, with a number of its own", say(EventCompared, 9, map[string]string{"lines": "8", "words": prev(lines[3])}),
			"stopped and resumed 2 times: lines 1 to 3 are those of which the witness had noted the words; lines 4 to 8" + rest},
		{"all compared", say(EventCompared, 9, map[string]string{"words": prev(lines[8])}), "stopped and resumed 2 times: lines 1 to 8 are those of which the witness had noted the words"},
		{"compared before the last stop, which nobody signed", say(EventCompared, 6, map[string]string{"words": prev(lines[3])}), "stopped and resumed 2 times: lines 1 to 8" + rest},
		{"compared with lines of this run", say(EventCompared, 10, map[string]string{"words": prev(lines[9])}),
			"stopped and resumed 2 times: lines 1 to 8" + rest + ", and which was not compared: the words that were compared are not those of this record"},
		{"other words", say(EventCompared, 9, map[string]string{"words": strings.Join(pgpwords.Of(make([]byte, 6)), " ")}),
			"stopped and resumed 2 times: lines 1 to 8" + rest + ", and which was not compared: the words that were compared are not those of this record"},
		{"words in other places", say(EventCompared, 9, map[string]string{"words": strings.Join(strings.Fields(prev(lines[3]))[1:], " ")}),
			"stopped and resumed 2 times: lines 1 to 8" + rest + ", and which was not compared: the words that were compared are not those of this record"},
		{"too few words", say(EventCompared, 9, map[string]string{"words": strings.Join(strings.Fields(prev(lines[3]))[:5], " ")}),
			"stopped and resumed 2 times: lines 1 to 8" + rest + ", and which was not compared: the words that were compared are not those of this record"},
		{"no words", say(EventCompared, 9, nil), "stopped and resumed 2 times: lines 1 to 8" + rest + ", and which was not compared: the words that were compared are not those of this record"},
		{"not compared", say(EventNotCompared, 9, map[string]string{"reason": "the words were\nnot at hand"}),
			"stopped and resumed 2 times: lines 1 to 8" + rest + ", and which was not compared: the words were\uFFFDnot at hand"},
	} {
		if got := c.so.OnJournal(); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestReportStops: the report tells who went on, what was compared, and which findings nobody answered.
func TestReportStops(t *testing.T) {
	t.Parallel()
	got, err := Check(wholeCeremony(t, func(e []entry) []entry {
		e = stopped(e, 8)
		at := slices.IndexFunc(e, func(l entry) bool { return l.event == EventResumedBy })
		return slices.Insert(e, at+1, entry{"identity", EventNotCompared, map[string]string{"reason": "no words were noted"}}, entry{"drill", "shown again", map[string]string{"document": "AAAA-AAAA"}})
	}))
	if err != nil {
		t.Fatal(err)
	}
	text := string(got.Report().Markdown())
	for _, want := range []string{
		"## Stops", "Stopped and resumed once: lines 1 to 12 rest on the journal", "and which was not compared: no words were noted.", "| resume | lines: 12 |",
		"| resumed by | front: tui<br>program: sigtool test |", "| journal not compared | reason: no words were noted |",
		"| swap | exception<br>not answered: the program was stopped | /dev/sda2 |", "| swap | exception | /dev/sda2 |", "| shown again | document: AAAA-AAAA |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(text, "MISSING") || strings.Count(text, "not answered") != 1 {
		t.Error("a ceremony that was stopped and done is reported as another")
	}
	if t.Failed() {
		t.Log(text)
	}
}
