package main

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"sigtool/ceremony"
	"sigtool/ceremony/transcript"
)

// TestNotPaper: what a ceremony writes of a sheet that was never paper is what a reader of its transcript looks for.
func TestNotPaper(t *testing.T) {
	t.Parallel()
	if !strings.Contains(ceremony.FromSheet, transcript.NotPaper) || strings.Contains(ceremony.FromTyping+ceremony.FromFile, transcript.NotPaper) {
		t.Error("transcript.NotPaper is not in ceremony.FromSheet alone")
	}
}

// signs has the plan sign a file, and the transcript a line of it, changed.
func signs(change func(*transcript.Line)) func(*transcript.Transcript, *ceremony.Plan) {
	return func(t *transcript.Transcript, p *ceremony.Plan) {
		p.Sign = []ceremony.ToSign{{Key: "baker", File: "a.tar", Format: "raw", SHA256: "ab"}}
		l := transcript.Line{Seq: 99, Event: transcript.EventSigned, Data: map[string]string{"file": "a.tar", "sha256": "ab", "format": "raw", "key": "baker", "output": "a.tar.sig"}}
		change(&l)
		t.Lines = append(t.Lines, l)
	}
}

// leaves has the plan wrap a key for a vault, and the transcript say that it left so, changed.
func leaves(change func(approved, left map[string]string)) func(*transcript.Transcript, *ceremony.Plan) {
	return func(t *transcript.Transcript, p *ceremony.Plan) {
		p.Keys[0].Exports = []ceremony.Export{{Target: "vault", Wrap: "kek.pem", Pinned: "SHA256:a"}}
		approved := map[string]string{"label": "baker", "target": "vault", "fingerprint": "SHA256:a"}
		left := map[string]string{"label": "baker", "target": "vault", "wrapping": "SHA256:a", "output": "key.vault"}
		t.Outputs = append(t.Outputs, transcript.Output{Name: "key.vault", Secret: true})
		change(approved, left)
		t.Lines = append(t.Lines, transcript.Line{Event: transcript.EventWrapping, Data: approved}, transcript.Line{Seq: 99, Event: transcript.EventExported, Data: left})
	}
}

// cameBack has the plan bring a key back, and the transcript say that another one did.
func cameBack(t *transcript.Transcript, p *ceremony.Plan) {
	p.Keys = append(p.Keys, ceremony.Key{Label: "old", Algorithm: "p256", Fingerprint: "SHA256:a", Paper: "lines"})
	p.Steps = append(p.Steps, ceremony.StepRestore)
	t.Steps = p.Steps
	t.Keys = append(t.Keys, transcript.Key{Label: "old", Algorithm: "p256", Fingerprint: "SHA256:b", Restored: true})
}

// TestAskedByPlan takes away, one after the other, what the plan of testdata/transcript asks for.
func TestAskedByPlan(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../testdata/transcript/transcript.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../testdata/transcript/plan.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(*transcript.Transcript, *ceremony.Plan)
		want   string
	}{
		{"nothing", func(*transcript.Transcript, *ceremony.Plan) {}, ""},
		{"a step", func(t *transcript.Transcript, _ *ceremony.Plan) {
			t.Steps = slices.DeleteFunc(t.Steps, func(s string) bool { return s == ceremony.StepDrill })
		}, "kind, dual control or steps are not those of the plan"},
		{"dual control", func(t *transcript.Transcript, p *ceremony.Plan) { p.Waived = false }, "kind, dual control or steps are not those of the plan"},
		{"a person", func(_ *transcript.Transcript, p *ceremony.Plan) {
			p.People = append(p.People, ceremony.Person{Name: "Ben Example", Role: ceremony.RoleWitness})
		}, "Ben Example, witness is not named"},
		{"a key", func(t *transcript.Transcript, _ *ceremony.Plan) { t.Keys = nil }, "key baker was not made"},
		{"a key of another algorithm", func(_ *transcript.Transcript, p *ceremony.Plan) { p.Keys[0].Algorithm = "p256" }, "key baker was not made"},
		{"a key that was there", func(_ *transcript.Transcript, p *ceremony.Plan) {
			p.Keys[0].Fingerprint, p.Kind, p.Steps = "SHA256:", ceremony.KindSign, append(p.Steps, ceremony.StepRestore)
		}, "kind, dual control or steps are not those of the plan; key baker did not come back"},
		{"another key that came back", func(t *transcript.Transcript, p *ceremony.Plan) { cameBack(t, p) }, "key old did not come back"},
		{"another key that came back in a rehearsal", func(t *transcript.Transcript, p *ceremony.Plan) { cameBack(t, p); t.Rehearsal = true }, ""},
		{"a sheet", func(_ *transcript.Transcript, p *ceremony.Plan) { p.Backups[0].Of = 3 }, "key baker is on 1 sheets of lines, and the plan has 3"},
		{"a file", func(_ *transcript.Transcript, p *ceremony.Plan) {
			p.Sign = []ceremony.ToSign{{Key: "baker", File: "a.tar"}}
		}, "a.tar was not signed by baker"},
		{"fewer dice", func(_ *transcript.Transcript, p *ceremony.Plan) { p.Entropy.Dice = 1 << 20 }, "key baker was made with 100 rolls of dice, and the plan has 1048576"},
		{"no coins", func(_ *transcript.Transcript, p *ceremony.Plan) { p.Entropy.Coins = 5 }, "key baker was made with 0 tosses of coins, and the plan has 5"},
		{"dice of another run", func(t *transcript.Transcript, _ *ceremony.Plan) {
			at := slices.IndexFunc(t.Lines, func(l transcript.Line) bool { return l.Event == transcript.EventKey })
			t.Lines = slices.Insert(t.Lines, at, transcript.Line{Event: transcript.EventResume})
		}, "key baker was made with 0 rolls of dice, and the plan has 100"},
		{"a file with another digest", signs(func(l *transcript.Line) { l.Data["sha256"] = "cd" }),
			"line 99 has a signature that the plan does not: by baker, as raw, of the file a.tar with SHA-256 cd; a.tar was not signed by baker"},
		{"another file", signs(func(l *transcript.Line) { l.Data["file"] = "b.tar" }),
			"line 99 has a signature that the plan does not: by baker, as raw, of the file b.tar with SHA-256 ab; a.tar was not signed by baker"},
		{"a file in another format", signs(func(l *transcript.Line) { l.Data["format"] = "gpg" }),
			"line 99 has a signature that the plan does not: by baker, as gpg, of the file a.tar with SHA-256 ab; a.tar was not signed by baker"},
		{"a file signed by another key", signs(func(l *transcript.Line) { l.Data["key"] = "root" }),
			"line 99 has a signature that the plan does not: by root, as raw, of the file a.tar with SHA-256 ab; a.tar was not signed by baker"},
		{"a file as it should be", signs(func(*transcript.Line) {}), ""},
		{"a file that the plan does not have", func(t *transcript.Transcript, p *ceremony.Plan) {
			signs(func(*transcript.Line) {})(t, p)
			p.Sign = nil
		}, "line 99 has a signature that the plan does not: by baker, as raw, of the file a.tar with SHA-256 ab"},
		{"an export as it should be", leaves(func(_, _ map[string]string) {}), ""},
		{"an export that nobody approved", leaves(func(approved, _ map[string]string) { approved["fingerprint"] = "SHA256:b" }), "the wrapping key of baker for vault was not approved"},
		{"an export to another key", leaves(func(_, left map[string]string) { left["wrapping"] = "SHA256:b" }),
			"line 99 has an export that the plan does not: of key baker to vault; key baker was not exported to vault"},
		{"an export without its file", leaves(func(_, left map[string]string) { left["output"] = "none" }), "key baker was not exported to vault"},
		{"an export of another key", leaves(func(_, left map[string]string) { left["label"] = "other" }),
			"line 99 has an export that the plan does not: of key other to vault; key baker was not exported to vault"},
		{"an export that is not there", func(_ *transcript.Transcript, p *ceremony.Plan) {
			p.Keys[0].Exports = []ceremony.Export{{Target: "pkcs8"}, {Target: "tezos"}}
		}, "key baker was not exported to tezos"},
		{"an export that the plan does not have", func(t *transcript.Transcript, p *ceremony.Plan) {
			leaves(func(_, _ map[string]string) {})(t, p)
			p.Keys[0].Exports = nil
		}, "line 99 has an export that the plan does not: of key baker to vault"},
		{"people who answer after a stop", func(t *transcript.Transcript, _ *ceremony.Plan) {
			t.Lines = append(t.Lines, transcript.Line{Event: transcript.EventResumedBy, Data: map[string]string{"front": "answers"}})
		}, "the answers came from a file, which the plan does not allow"},
		{"people who answer", func(t *transcript.Transcript, _ *ceremony.Plan) { t.Front = "answers" }, "the answers came from a file, which the plan does not allow"},
	} {
		read, err := transcript.Check(bytes.Clone(raw))
		if err != nil {
			t.Fatal(err)
		}
		plan, err := ceremony.ParsePlan(text)
		if err != nil {
			t.Fatal(err)
		}
		c.change(read, plan)
		if got := strings.Join(missingOf(plan, read), "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
