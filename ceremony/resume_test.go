package ceremony_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"sigtool/ceremony"
	"sigtool/ceremony/ceremonytest"
	"sigtool/ceremony/transcript"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// TestKilledAtEveryQuestion goes on from what a process that is killed at each question leaves. Of plans whose keys are sealed, which
// takes its time, it is the first question of each step.
func TestKilledAtEveryQuestion(t *testing.T) {
	t.Parallel()
	twice := "steps: [identity, roll-call, machine, clock, entropy, generate, backups, drill, bags, machine, exports, destroy, transcript]\nanswers:"
	for _, c := range []struct {
		plan   string
		first  bool // the first question of each step alone
		change *strings.Replacer
	}{
		{"one.yaml", true, strings.NewReplacer()},
		{"five.yaml", false, strings.NewReplacer("rsa4096", "p256")},                   // which is made at once
		{"five.yaml", true, strings.NewReplacer("rsa4096", "p256", "answers:", twice)}, // the machine is measured twice
		{"five.yaml", true, strings.NewReplacer("rsa4096", "p256", "exports: none", "exports: [pkcs8]", "entropy:", // sealed by a passphrase that no paper can be held against
			"passphrase: {style: base58, holder: Eve Example}\nentropy:")},
		{"sign.yaml", false, strings.NewReplacer()},
		{"restore.yaml", false, strings.NewReplacer()},
		{"rotate.yaml", true, strings.NewReplacer()},
		{"destroy.yaml", false, strings.NewReplacer()},
	} {
		world := ceremonytest.New()
		world.Inputs["hello.txt"] = []byte("hello\n")
		text := c.change.Replace(string(ceremonytest.Read(t, "..", c.plan)))
		if fingerprint := regexp.MustCompile(`SHA256:[A-Za-z0-9+/]{43}=`); fingerprint.MatchString(text) {
			label := regexp.MustCompile(`label: (\S+)`).FindStringSubmatch(text)[1]
			text = fingerprint.ReplaceAllLiteralString(text, keygen.Fingerprint(oldKey(t, world, label).Public()))
		}
		plan, err := ceremony.ParsePlan([]byte(text))
		if err != nil {
			t.Fatalf("%s: %v", c.plan, err)
		}
		killAtEach(t, c.plan, plan, world, c.first)
	}
}

func killAtEach(t *testing.T, name string, plan *ceremony.Plan, world *ceremonytest.World, first bool) {
	t.Helper()
	run, err := ceremony.NewRun(plan, world.Effects("test"), ceremony.Production)
	if err != nil {
		t.Fatal(err)
	}
	operator, step := &ceremonytest.Operator{World: world}, 0
	for !run.Done() {
		at := run.Prompt()
		if world.Journal != nil && (!first || at.Number != step) { // else the transcript stands
			left := world.Copy()
			goOn(t, name, plan, left, operator.In(left), at)
		}
		step = at.Number
		a, err := operator.Ask(at)
		if err != nil {
			t.Fatal(err)
		}
		run.Answer(a)
	}
	if run.Err() != nil {
		t.Errorf("%s: %v", name, run.Err())
	}
}

// goOn resumes, is killed once more at the next question, and resumes again. Before its paper was proven a key is void, and so is paper;
// otherwise the ceremony ends as planned.
func goOn(t *testing.T, name string, plan *ceremony.Plan, world *ceremonytest.World, operator *ceremonytest.Operator, at ceremony.Prompt) {
	t.Helper()
	made := plan.PutsOnPaper() && (strings.Contains(string(world.Journal), `"event":"key"`) || strings.Contains(string(world.Journal), `"event":"sheet"`))
	proven := strings.Count(string(world.Journal), `"event":"proven"`) == len(plan.BackedUp())*len(plan.Backups)
	var run *ceremony.Run
	for n := range 2 {
		world.Seed = byte(2 + n)
		var err error
		run, err = ceremony.Resume(plan, world.Effects("test"), world.Journal)
		if made && !proven {
			if !errors.Is(err, ceremony.ErrVoid) || log(t, world).Outcome != transcript.Failed || world.Journal != nil {
				t.Errorf("%s, %s: not void: %v", name, at.Step, err)
			}
			if strings.Contains(string(world.Files[ceremony.TranscriptName]), `"event":"laid out"`) != strings.Contains(err.Error(), "destroy the sheets") {
				t.Errorf("%s, %s: %v", name, at.Step, err)
			}
			return
		}
		if err != nil {
			t.Errorf("%s, %s: %v", name, at.Step, err)
			return
		}
	}
	if err := ceremony.Drive(run, operator); err != nil {
		t.Errorf("%s, %s (%s): %v", name, at.Step, at.Ask, err)
		return
	}
	if got := log(t, world); got.Complete() != nil || got.Outcome != transcript.Done {
		t.Errorf("%s, %s: %v", name, at.Step, got.Complete())
	}
	for _, f := range plan.Files() {
		if world.Files[f.Name] == nil && !strings.HasSuffix(f.Name, ".pdf") { // which this world has no printer's layout for
			t.Errorf("%s, %s: there is no %s among %v", name, at.Step, f.Name, world.Order)
		}
	}
}

func TestResumeRefuses(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	run, operator := start(t, "one.yaml", ceremony.Production, world)
	journal := bytes.Clone(world.Journal)
	if _, err := ceremony.Resume(ceremonytest.Plan(t, "..", "five.yaml"), world.Effects("test"), journal); err == nil || err.Error() != "the journal is that of another plan" {
		t.Errorf("another plan: %v", err)
	}
	if err := ceremony.Drive(run, operator); err != nil {
		t.Fatal(err)
	}
	if _, err := ceremony.Resume(ceremonytest.Plan(t, "..", "one.yaml"), world.Effects("test"), world.Files[ceremony.TranscriptName]); err == nil {
		t.Error("a ceremony that is over was resumed")
	}
	if _, err := ceremony.Resume(ceremonytest.Plan(t, "..", "one.yaml"), world.Effects("test"), []byte("no journal")); err == nil {
		t.Error("no journal was resumed")
	}
}

// TestOpening makes the key of a rehearsal again from the opening in its transcript and the dice, and compares the commitment.
func TestOpening(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	run, operator := start(t, "five.yaml", ceremony.Rehearsal, world)
	throws := ""
	operator.Instead = func(p ceremony.Prompt) (ceremony.Answer, error, bool) {
		if p.Step == ceremony.StepEntropy && p.Kind == ceremony.Secret {
			line := operator.Throw(50)
			throws += line
			return ceremony.Answer{Secret: secret.From([]byte(line))}, nil, true
		}
		return ceremony.Answer{}, nil, false
	}
	if err := ceremony.Drive(run, operator); err != nil {
		t.Fatal(err)
	}
	got := log(t, world)
	opening, err := hex.DecodeString(ceremonytest.Events(got, "opening")[0].Data["kernel"])
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(append([]byte("sigtool/v1/commitment\x00"), opening...))
	if ceremonytest.Events(got, "commitment")[0].Data["sha256"] != hex.EncodeToString(sum[:]) {
		t.Error("the opening is not what was committed to")
	}
	sample := make([]byte, 1024) // of the health test, which has no part in it
	rand.NewChaCha8([32]byte{}).Read(sample)
	kernel, err := keygen.Commit(bytes.NewReader(append(sample, opening...)))
	if err != nil {
		t.Fatal(err)
	}
	pool := keygen.NewPool(kernel)
	pool.Add("dice", []byte(throws))
	key, seed, err := keygen.Generate(pool, keygen.RSA4096, "key root")
	if err != nil {
		t.Fatal(err)
	}
	secret.Wipe(seed)
	if fp := keygen.Fingerprint(key.Public()); fp != got.Keys[0].Fingerprint {
		t.Errorf("made %s, not %s", fp, got.Keys[0].Fingerprint)
	}
	production := ceremonytest.New()
	run, operator = start(t, "one.yaml", ceremony.Production, production)
	if err := ceremony.Drive(run, operator); err != nil || len(ceremonytest.Events(log(t, production), "opening")) != 0 {
		t.Error("a ceremony in earnest gave its opening away")
	}
}
