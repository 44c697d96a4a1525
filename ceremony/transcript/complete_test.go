package transcript

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigtool/keygen"
)

// entry is a line to be written.
type entry struct {
	step, event string
	data        map[string]string
}

func done(step string) entry {
	return entry{step, EventDone, map[string]string{"by": "Ben", "initials": "BE"}}
}

// exported is an export to the key that wrapping("SHA256:a") approves.
var exported = entry{"bags", EventExported, map[string]string{"label": "p256", "target": "vault", "wrapping": "SHA256:a"}}

func wrapping(fingerprint string) entry {
	return entry{"identity", EventWrapping, map[string]string{"label": "p256", "target": "vault", "fingerprint": fingerprint}}
}

// whole are the lines of a small ceremony in which nothing is missing. The line "key" stands for that of the key p256.
func whole() []entry {
	return []entry{
		{"identity", EventOutput, nil},
		{"identity", "compared", map[string]string{"words": "1 2 3"}},
		done("identity"),
		{"roll-call", EventPresent, map[string]string{"name": "Ada", "initials": "AE"}},
		{"roll-call", EventPresent, map[string]string{"name": "Ben", "initials": "BE"}},
		{"roll-call", EventPresent, map[string]string{"name": "Cy", "initials": "CE"}},
		{"machine", EventFinding, map[string]string{"check": "links", "severity": "ok", "verdict": "ok", "detail": "no link"}},
		{"machine", EventFinding, map[string]string{"check": "swap", "severity": "block", "verdict": "exception", "detail": "/dev/sda2"}},
		{"machine", EventException, map[string]string{"check": "swap", "reason": "it is encrypted", "by": "Ben", "initials": "BE"}},
		done("machine"),
		{"clock", "clock", map[string]string{"machine": "2027-01-01T09:00:00Z", "watch": "2027-01-01T09:00:00Z", "by": "Ada", "offset": "0"}},
		done("clock"),
		{"entropy", EventCommitment, map[string]string{"sha256": "00"}},
		{"entropy", EventSource, map[string]string{"source": "kernel", "health": "passed"}},
		{"entropy", EventSource, map[string]string{"source": "dice", "rolls": "100"}},
		done("entropy"),
		{"generate", EventKey, nil},
		done("generate"),
		{"backups", EventSheet, map[string]string{"label": "p256", "code": "shares", "document": "AAAA-AAAA", "share": "1 of 2, any 2 restore", "holder": "Ada", "how": "copied by hand"}},
		{"backups", EventSheet, map[string]string{"label": "p256", "code": "shares", "document": "BBBB-BBBB", "share": "2 of 2, any 2 restore", "holder": "Cy", "how": "printed", "copies": "2"}},
		done("backups"),
		{"drill", EventRefused, map[string]string{"try": "1"}},
		{"drill", EventProven, map[string]string{"label": "p256", "quorum": "1 2", "from": "typed from the paper"}},
		done("drill"),
		{"bags", EventBag, map[string]string{"document": "AAAA-AAAA", "holder": "Ada", "bag": "1"}},
		{"bags", EventBag, map[string]string{"document": "BBBB-BBBB", "holder": "Cy", "bag": "2"}},
		{"bags", EventBag, map[string]string{"document": "BBBB-BBBB", "holder": "Cy", "bag": "3"}},
		done("bags"),
	}
}

func wholeHeader() Header {
	h := header()
	h.Rehearsal, h.DualControl = false, true
	h.Steps = []string{"identity", "roll-call", "machine", "clock", "entropy", "generate", "backups", "drill", "bags", "transcript"}
	return h
}

// wholeCeremony writes and seals the small ceremony, changed.
func wholeCeremony(t testing.TB, change func([]entry) []entry) []byte {
	t.Helper()
	return ceremonyOf(t, wholeHeader(), change)
}

func ceremonyOf(t testing.TB, h Header, change func([]entry) []entry) []byte {
	t.Helper()
	signers := keys(t, keygen.P256)
	entries := whole()
	if change != nil {
		entries = change(entries)
	}
	w, err := NewWriter(h, ownKey(), clock(), nil)
	for _, p := range [][2]string{{"Ada", "operator"}, {"Ben", "witness"}, {"Cy", "holder"}} {
		err = errors.Join(err, w.Person(p[0], p[1], ""))
	}
	for _, e := range entries {
		switch e.event {
		case EventKey:
			err = errors.Join(err, w.Key(e.step, "p256", "p256", "", signers["p256"].Public()))
		case EventResume:
			journal := w.raw
			var resumeErr error
			w, _, resumeErr = Resume(journal, otherKey(1), clock(), nil)
			err = errors.Join(err, resumeErr)
		case EventRestored:
			err = errors.Join(err, w.Restored(e.step, "p256", "p256", signers["p256"].Public()))
		case EventOutput:
			err = errors.Join(err, w.Output(e.step, PlanName, []byte("plan"), false))
		default:
			err = errors.Join(err, w.Append(e.step, e.event, e.data))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	before := w.Complete()
	raw, err := w.Seal(Done, "", signers, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Check(raw)
	if err != nil {
		t.Fatal(err)
	}
	if after := got.Complete(); fmt.Sprint(before) != fmt.Sprint(after) || errors.Is(before, ErrIncomplete) != errors.Is(after, ErrIncomplete) {
		t.Fatalf("before the seal: %v; after it: %v", before, after)
	}
	return raw
}

// without leaves out the nth line of an event in a step.
func without(step, event string, n int) func([]entry) []entry {
	return func(entries []entry) []entry {
		return slices.DeleteFunc(entries, func(e entry) bool {
			if e.step == step && e.event == event {
				n--
				return n == 0
			}
			return false
		})
	}
}

// with changes a value of the nth line of an event in a step.
func with(step, event string, n int, key, value string) func([]entry) []entry {
	return func(entries []entry) []entry {
		for _, e := range entries {
			if e.step == step && e.event == event {
				if n--; n == 0 {
					e.data[key] = value
				}
			}
		}
		return entries
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	const closed = "step %s was not closed by the right initials, or not in its turn"
	for _, c := range []struct {
		name   string
		change func([]entry) []entry
		want   string
	}{
		{"nothing", nil, ""},
		{"identity open", without("identity", EventDone, 1), strings.Replace(closed, "%s", "identity", 1)},
		{"drill open", without("drill", EventDone, 1), strings.Replace(closed, "%s", "drill", 1)},
		{"closed by the operator", func(e []entry) []entry {
			return with("clock", EventDone, 1, "initials", "AE")(with("clock", EventDone, 1, "by", "Ada")(e))
		}, strings.Replace(closed, "%s", "clock", 1)},
		{"closed by nobody", with("clock", EventDone, 1, "by", "Eve"), strings.Replace(closed, "%s", "clock", 1)},
		{"closed with other initials", with("clock", EventDone, 1, "initials", "B"), strings.Replace(closed, "%s", "clock", 1)},
		{"closed out of turn", func(e []entry) []entry {
			return append(e[:3:3], append([]entry{done("clock")}, without("clock", EventDone, 1)(e[3:])...)...)
		},
			strings.Replace(closed, "%s", "clock", 1)},
		{"absent", without("roll-call", EventPresent, 3), `"Cy" was not at the roll call`},
		{"the same initials", with("roll-call", EventPresent, 3, "initials", "ae"), `"Ada" and "Cy" have the same initials`},
		{"the same initials in other letters", func(e []entry) []entry {
			return with("roll-call", EventPresent, 1, "initials", "\u212As")(with("roll-call", EventPresent, 3, "initials", "K\u017F")(e))
		}, `"Ada" and "Cy" have the same initials`},
		{"the same initials, small", with("clock", EventDone, 1, "initials", "be"), ""},
		{"an exception without its line", without("machine", EventException, 1), "the exception for swap has no reason with the right initials"},
		{"an exception without a reason", with("machine", EventException, 1, "reason", ""), "the exception for swap has no reason with the right initials"},
		{"an exception with other initials", with("machine", EventException, 1, "initials", "AE"), "the exception for swap has no reason with the right initials"},
		{"an exception of another check", with("machine", EventException, 1, "check", "links"), "the exception for swap has no reason with the right initials"},
		{"an exception before its finding", func(e []entry) []entry { e[7], e[8] = e[8], e[7]; return e },
			"the exception for swap has no reason with the right initials"},
		{"a finding that blocks", with("machine", EventFinding, 1, "verdict", "blocked"), "the plan lets nothing go on after what was found about links"},
		{"no commitment", without("entropy", EventCommitment, 1), "key p256 was made, and the run of the program that made it had committed to no randomness"},
		{"a commitment behind the key", func(e []entry) []entry {
			return append(without("entropy", EventCommitment, 1)(e), entry{"bags", EventCommitment, nil})
		},
			"key p256 was made, and the run of the program that made it had committed to no randomness"},
		{"a step that the plan does not have", func(e []entry) []entry { return append(e, done("destroy")) }, "line 33 closes step destroy out of its turn"},
		{"a step again", func(e []entry) []entry { return append(e, done("machine")) }, "line 33 closes step machine out of its turn"},
		{"a step before its turn, and in it", func(e []entry) []entry { return slices.Insert(e, 3, done("drill")) }, "line 8 closes step drill out of its turn"},
		{"no proof", without("drill", EventProven, 1), "key p256 was not brought back from its paper"},
		{"the proof of another key", with("drill", EventProven, 1, "label", "p384"), "key p256 was not brought back from its paper"},
		{"no bag", without("bags", EventBag, 1), `sheet AAAA-AAAA of "Ada" has no bag`},
		{"a bag for one of two copies", without("bags", EventBag, 3), `sheet BBBB-BBBB of "Cy" has no bag`},
		{"a bag without a number", with("bags", EventBag, 1, "bag", ""), `sheet AAAA-AAAA of "Ada" has no bag`},
		{"the bag of another sheet", with("bags", EventBag, 1, "document", "CCCC-CCCC"), `sheet AAAA-AAAA of "Ada" has no bag`},
		{"an export", func(e []entry) []entry { return append(e, wrapping("SHA256:a"), exported) }, ""},
		{"an export without a wrapping key", func(e []entry) []entry {
			return append(e, entry{"bags", EventExported, map[string]string{"label": "p256", "target": "ssh", "wrapping": ""}})
		}, ""},
		{"an export to another key than the approved one", func(e []entry) []entry { return append(e, wrapping("SHA256:b"), exported) },
			"key p256 left for vault wrapped to a key that nobody approved"},
		{"an export before its approval", func(e []entry) []entry { return append(e, exported, wrapping("SHA256:a")) },
			"key p256 left for vault wrapped to a key that nobody approved"},
		{"two things", func(e []entry) []entry { return without("bags", EventBag, 1)(without("drill", EventProven, 1)(e)) },
			`key p256 was not brought back from its paper; sheet AAAA-AAAA of "Ada" has no bag`},
		{"everything", func(e []entry) []entry {
			return slices.DeleteFunc(e, func(e entry) bool { return e.event == EventDone || e.event == EventPresent })
		},
			`"Ada" was not at the roll call; "Ben" was not at the roll call; "Cy" was not at the roll call; ` +
				strings.Replace(closed, "%s", "identity", 1) + "; " + strings.Replace(closed, "%s", "machine", 1) + "; " + strings.Replace(closed, "%s", "clock", 1) + "; and 6 more"},
	} {
		got, err := Check(wholeCeremony(t, c.change))
		if err != nil {
			t.Fatal(c.name, err)
		}
		err = got.Complete()
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (!errors.Is(err, ErrIncomplete) || err.Error() != ErrIncomplete.Error()+": "+c.want):
			t.Errorf("%s: %v\nwant %s", c.name, err, c.want)
		}
	}
}

// TestCompleteDepends: what a plan does not have is not missed, and a rehearsal goes on where the plan would not let it.
func TestCompleteDepends(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header func(*Header)
		change func([]entry) []entry
	}{
		"no step bags": {func(h *Header) { h.Steps = slices.DeleteFunc(h.Steps, func(s string) bool { return s == "bags" }) },
			func(e []entry) []entry { return without("bags", EventDone, 1)(without("bags", EventBag, 1)(e)) }},
		"no new keys": {func(h *Header) { h.Kind = "sign" }, without("drill", EventProven, 1)},
		"a rehearsal": {func(h *Header) { h.Rehearsal = true }, with("machine", EventFinding, 1, "verdict", "blocked")},
	} {
		h := wholeHeader()
		c.header(&h)
		got, err := Check(ceremonyOf(t, h, c.change))
		if err != nil {
			t.Fatal(err)
		}
		if err := got.Complete(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := Check(sealed(t, GivenUp, nil))
	if err != nil || got.Complete() != nil {
		t.Error("a ceremony that was given up can't be incomplete", err)
	}
}
