package transcript

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// closedIn is a transcript of which only the closing lines matter: the names of steps, and "|" for a stop.
func closedIn(steps, lines string) *Transcript {
	t := &Transcript{People: []Person{{Name: "Ben", Roles: []string{roleWitness}, Initials: "BE"}}}
	t.Steps = strings.Fields(steps)
	for i, name := range strings.Fields(lines) {
		l := Line{Seq: i + 1, Step: name, Event: EventDone, Data: map[string]string{"by": "Ben", "initials": "BE"}}
		if name == "|" {
			l = Line{Seq: i + 1, Event: EventResume}
		}
		t.Lines = append(t.Lines, l)
	}
	return t
}

// TestOrder: what an honest run closes is taken, wherever it was stopped; what was passed over, or closed out of its turn, is not.
func TestOrder(t *testing.T) {
	t.Parallel()
	const (
		usual  = "identity roll-call machine clock entropy generate backups drill exports transcript"
		twice  = "identity roll-call machine clock entropy generate machine backups drill machine exports transcript"
		rotate = "identity roll-call machine clock restore entropy generate backups drill rotate transcript"
		tail   = " entropy generate backups drill exports"
	)
	for _, c := range []struct {
		steps, lines string
		ok           bool
	}{
		{usual, "identity machine clock" + tail, true},
		{usual, "identity | identity machine clock" + tail, true},
		{usual, "identity machine | identity | identity machine clock" + tail, true},
		{usual, "identity machine clock | identity machine" + tail, true},
		{usual, "identity machine clock | identity machine clock" + tail, true},
		{usual, "identity machine clock entropy | identity machine" + tail, true},
		{usual, "identity machine clock entropy | identity machine | identity machine entropy | identity machine clock" + tail, true},
		{usual, "identity machine clock" + tail + " | identity machine restore", true},
		{usual, "identity machine clock entropy generate backups | identity machine restore drill exports", true},
		{usual, "identity machine clock entropy generate backups drill | identity machine restore | identity machine restore exports", true},
		{twice, "identity machine clock entropy generate machine backups drill machine exports", true},
		{twice, "identity machine clock entropy generate | identity machine entropy generate machine backups drill machine exports", true},
		{twice, "identity machine clock entropy generate machine backups drill | identity machine restore exports", true}, // it was measured in the plan's turn
		{twice, "identity machine clock entropy generate machine backups drill | identity machine restore machine exports", true},
		{rotate, "identity machine clock restore entropy | identity machine restore entropy generate backups drill rotate", true},
		{rotate, "identity machine clock | identity machine restore entropy generate backups drill rotate", true},
		{rotate, "identity machine | identity machine clock restore entropy generate backups drill rotate", true},
		{rotate, "identity machine clock restore entropy generate backups drill | identity machine restore rotate", true},

		{usual, "", false},
		{usual, "identity machine clock entropy generate drill backups exports", false},
		{usual, "identity machine clock drill" + tail, false},
		{usual, "identity machine machine clock" + tail, false},
		{usual, "identity machine clock restore" + tail, false},
		{usual, "identity machine clock" + tail + " exports", false},
		{usual, "identity machine clock entropy | identity machine generate backups exports", false},
		{usual, "identity machine clock entropy | identity machine backups drill exports", false},          // generate was not reached
		{usual, "identity machine clock entropy generate backups drill | machine identity exports", false}, // another order
		{usual, "identity machine clock entropy generate backups drill | identity exports", false},         // the machine may be another one
		{usual, "identity machine clock entropy generate backups drill | machine exports", false},          // the program may be
		{usual, "identity machine clock entropy generate backups drill | exports", false},                  //
		{usual, "identity machine clock entropy generate backups drill | identity machine machine exports", false},
		{usual, "identity machine clock entropy generate backups drill | identity machine restore clock exports", false},
		{usual, "identity machine clock" + tail + " |", false},                                                      //
		{usual, "identity machine clock" + tail + " | identity", false},                                             //
		{usual, "identity machine clock" + tail + " | identity machine entropy", false},                             // and not on from there
		{twice, "identity machine clock entropy generate backups drill machine exports", false},                     // once too few
		{rotate, "identity machine clock | identity machine entropy generate backups drill rotate", false},          // no old key
		{rotate, "identity machine clock restore | identity machine restore generate backups drill rotate", false},  // entropy was not reached
		{rotate, "identity machine clock restore | identity machine restore clock entropy generate backups", false}, //
	} {
		so := closedIn(c.steps, c.lines)
		if missing := so.missingSteps(so.initials()); (len(missing) == 0) != c.ok {
			t.Errorf("%s\nof %s: %q", c.lines, c.steps, missing)
		}
	}
}

// TestStoppedAnywhere stops at every place of the small ceremony at which a program can be killed, up to the dice and behind the drill.
func TestStoppedAnywhere(t *testing.T) {
	t.Parallel()
	all := whole()
	dice := slices.IndexFunc(all, func(e entry) bool { return e.event == EventCommitment })
	drill := slices.IndexFunc(all, func(e entry) bool { return e.event == EventDone && e.step == "drill" })
	for at := 1; at <= len(all); at++ {
		if at > dice+4 && at < drill { // its keys are void
			continue
		}
		got, err := Check(wholeCeremony(t, func(e []entry) []entry { return stopped(e, at) }))
		if err != nil {
			t.Fatal(err)
		}
		if err := got.Complete(); err != nil {
			t.Errorf("stopped after %v: %v", all[at-1], err)
		}
	}
}

// stopped is the small ceremony that was stopped after so many lines, and gone on with.
func stopped(e []entry, at int) []entry {
	again := []entry{{"x", EventResume, nil}, {"identity", EventResumedBy, map[string]string{"program": "sigtool test", "front": "tui"}}, done("identity")}
	for _, l := range e[3:10] { // roll call and machine
		if l.event == EventPresent || l.step == "machine" {
			again = append(again, l)
		}
	}
	next := e[at:]
	start := func(step string) []entry {
		return e[slices.IndexFunc(e, func(l entry) bool { return l.step == step }):]
	}
	before := func(step string) bool {
		return at <= slices.IndexFunc(e, func(l entry) bool { return l.step == step && l.event == EventDone })
	}
	switch {
	case before("clock"):
		next = start("clock")
	case before("generate"):
		next = start("entropy")
	default:
		again = append(again, entry{"restore", EventRestored, nil}, done("restore"))
	}
	return slices.Concat(e[:at], again, next)
}

// TestFindingsBeforeStop: what nobody answered because the program was killed is measured anew; what ends a ceremony ends it for good.
func TestFindingsBeforeStop(t *testing.T) {
	t.Parallel()
	const answer = "the exception for swap has no reason with the right initials"
	blocked := entry{"bags", EventFinding, map[string]string{"check": "links", "severity": "block", "verdict": "blocked", "detail": "eth0"}}
	open := entry{"bags", EventFinding, map[string]string{"check": "usb", "severity": "block", "verdict": "exception", "detail": "a keyboard"}}
	for _, c := range []struct {
		name   string
		change func([]entry) []entry
		want   string
	}{
		{"killed before the reason", func(e []entry) []entry { return stopped(e, 8) }, ""},
		{"killed before the reason in a later step", func(e []entry) []entry { return stopped(append(e, open), len(e)+1) }, ""},
		{"found after the stop", func(e []entry) []entry { return append(stopped(e, 8), open) }, "the exception for usb has no reason with the right initials"},
		{"not answered after the stop", func(e []entry) []entry { return without("machine", EventException, 1)(stopped(e, 8)) }, answer},
		{"the reason of another run", func(e []entry) []entry { return without("machine", EventException, 2)(stopped(e, 9)) }, answer},
		{"forbidden before the stop", func(e []entry) []entry { return stopped(append(e, blocked), len(e)+1) }, "the plan lets nothing go on after what was found about links"},
	} {
		got, err := Check(wholeCeremony(t, c.change))
		if err != nil {
			t.Fatal(c.name, err)
		}
		err = got.Complete()
		if c.want == "" && err != nil || c.want != "" && (!errors.Is(err, ErrIncomplete) || !strings.HasSuffix(err.Error(), ": "+c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
