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
		{"a sheet", func(_ *transcript.Transcript, p *ceremony.Plan) { p.Backups[0].Of = 3 }, "key baker is on 1 sheets of lines, and the plan has 3"},
		{"a file", func(_ *transcript.Transcript, p *ceremony.Plan) {
			p.Sign = []ceremony.ToSign{{Key: "baker", File: "a.tar"}}
		}, "a.tar was not signed by baker"},
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
