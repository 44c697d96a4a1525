package ceremony

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"

	"sigtool/internal/pgpwords"
)

// TestOutline: every step of every plan says what is done and by whom, by people who are there or by a description of them.
func TestOutline(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"one.yaml", "two.yaml", "five.yaml", "restore.yaml", "sign.yaml", "rotate.yaml", "destroy.yaml"} {
		p := parsed(t, name)
		outline := p.Outline()
		if len(outline) != len(p.Steps) {
			t.Errorf("%s: %d of %d steps are told", name, len(outline), len(p.Steps))
		}
		for i, o := range outline {
			if o.ID != p.Steps[i] || o.Title == "" || len(o.Acts) == 0 {
				t.Errorf("%s: step %s: %+v", name, p.Steps[i], o)
			}
			if closed := o.ID != StepRollCall && o.ID != StepTranscript; closed != (o.Closes == p.Witness().Name) {
				t.Errorf("%s: step %s is closed by %q", name, o.ID, o.Closes)
			}
			for _, act := range o.Acts {
				if act.Who == "" || !strings.HasSuffix(act.What, ".") {
					t.Errorf("%s: step %s: %+v", name, o.ID, act)
				}
			}
		}
	}
}

func TestReach(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ plan, with, want string }{
		{small, "", "Ada alone: keeps the sealed sheet (lines) and the passphrase"},
		{small, "", "whoever has the file key.pem, with the passphrase, which Ada keeps"},
		{small, "code: lines=>code: words", "Ada alone: the sheet (words) is the key in the clear"},
		{small, "code: lines=>code: shares\n    need: 2\n    of: 3", "Ada alone: keeps 2 or more of the sheets (shares)"},
		{small, "code: lines=>code: lines\n    holders: [the notary]", "the notary and Ada together: the sealed sheet (lines) and the passphrase"},
		{two, "", "a: as before, whoever brings its paper (shares)"},
		{strings.Replace(rotating, "restore", "rotate", 1), "", "any 2 of the 2 sheets (shares) together, which are with Ada, Ben"},
	} {
		p, err := ParsePlan([]byte(change(c.plan, c.with)))
		if err != nil {
			t.Errorf("%q: %v", c.with, err)
		} else if got := strings.Join(p.Reach(), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%q: %s, want %s", c.with, got, c.want)
		}
	}
}

func TestPlannedFiles(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"one.yaml":     "plan.yaml sheet.txt sheet.pdf key.pub key.pem transcript.jsonl",
		"two.yaml":     "plan.yaml release.pub release.pem baker-1.pub baker-1.pem transcript.jsonl",
		"five.yaml":    "plan.yaml key.pub key.crt transcript.jsonl",
		"restore.yaml": "plan.yaml key.pub key.age transcript.jsonl",
		"sign.yaml":    "plan.yaml transcript.jsonl",
		"rotate.yaml": "plan.yaml release-2027.lines-sheet.txt release-2027.lines-sheet.pdf release-2027.replaces-release-2022.txt release-2027.replaces-release-2022.txt.sig " +
			"release-2022.pub release-2027.pub release-2027.pem transcript.jsonl",
		"destroy.yaml": "plan.yaml destruction.txt transcript.jsonl",
	} {
		var got []string
		for _, f := range parsed(t, name).Files() {
			got = append(got, f.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %s, want %s", name, strings.Join(got, " "), want)
		}
	}
}

// TestChecklist: the script has what people need on the day, and is the same each time.
func TestChecklist(t *testing.T) {
	t.Parallel()
	program := sha256.Sum256([]byte("a program"))
	for _, name := range []string{"one.yaml", "five.yaml", "restore.yaml", "sign.yaml", "rotate.yaml", "destroy.yaml"} {
		p := parsed(t, name)
		text := string(Checklist(p, program).Markdown())
		if text != string(Checklist(p, program).Markdown()) {
			t.Errorf("%s: not the same twice", name)
		}
		for _, person := range p.names() {
			if !strings.Contains(text, "| "+person+" |") {
				t.Errorf("%s: nowhere to sign for %s", name, person)
			}
		}
		plan := p.Digest()
		for _, sum := range [][]byte{plan[:], program[:]} {
			for _, word := range pgpwords.Of(sum) {
				if !strings.Contains(text, " "+word) {
					t.Errorf("%s: the word %s of a digest is not there", name, word)
				}
			}
		}
		for _, o := range p.Outline() {
			if !strings.Contains(text, ": "+o.Title+"\n") {
				t.Errorf("%s: no step %s", name, o.Title)
			}
		}
		for _, want := range []string{"## Exceptions", "## Signatures", "rehearsal or in earnest", "initials"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not there", name, want)
			}
		}
		for _, s := range p.Sheets() {
			if p.Has(StepBags) && !strings.Contains(text, s.Key+"<br>"+s.Code) {
				t.Errorf("%s: nowhere to write the bag of %s", name, s)
			}
		}
	}
	p := parsed(t, "one.yaml")
	if !bytes.Contains(Checklist(p, [32]byte{}).Markdown(), []byte("It was not known")) {
		t.Error("a digest of a program that nobody knows")
	}
}
