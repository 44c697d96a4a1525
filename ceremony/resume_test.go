package ceremony_test

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"sigtool/ceremony"
	"sigtool/ceremony/ceremonytest"
	"sigtool/ceremony/transcript"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// TestKilledAtEveryQuestion goes on from what a process that is killed at each question leaves. Of the plan whose key is sealed, which
// takes its time, it is the first question of each step.
func TestKilledAtEveryQuestion(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]*strings.Replacer{
		"one.yaml":          strings.NewReplacer(),
		"five.yaml":         strings.NewReplacer("rsa4096", "p256"),                                                                                                                // which is made at once
		"five.yaml, sealed": strings.NewReplacer("rsa4096", "p256", "exports: none", "exports: [pkcs8]", "entropy:", "passphrase: {style: base58, holder: Eve Example}\nentropy:"), // by a passphrase that no paper can be held against
	} {
		file, _, _ := strings.Cut(name, ",")
		plan, err := ceremony.ParsePlan([]byte(change.Replace(string(ceremonytest.Read(t, "..", file)))))
		if err != nil {
			t.Fatal(err)
		}
		world := ceremonytest.New()
		run, err := ceremony.NewRun(plan, world.Effects("test"), ceremony.Production)
		if err != nil {
			t.Fatal(err)
		}
		operator, step := &ceremonytest.Operator{World: world}, ""
		for !run.Done() {
			at := run.Prompt()
			if world.Journal != nil && (name == "five.yaml" || at.Step != step) { // else the transcript stands
				left := world.Copy()
				goOn(t, name, plan, left, operator.In(left), at)
			}
			step = at.Step
			a, err := operator.Ask(at)
			if err != nil {
				t.Fatal(err)
			}
			run.Answer(a)
		}
	}
}

// goOn resumes, and checks that a key is void until its paper was proven, and comes back afterwards.
func goOn(t *testing.T, name string, plan *ceremony.Plan, world *ceremonytest.World, operator *ceremonytest.Operator, at ceremony.Prompt) {
	t.Helper()
	so, err := transcript.ReadJournal(world.Journal)
	if err != nil {
		t.Fatalf("%s, %s: %v", name, at.Step, err)
	}
	proven := strings.Contains(string(world.Journal), `"event":"proven"`)
	world.Seed = 2
	run, err := ceremony.Resume(plan, world.Effects("test"), world.Journal)
	if len(so.Keys) > 0 && !proven {
		if !errors.Is(err, ceremony.ErrVoid) || log(t, world).Outcome != transcript.Failed || world.Journal != nil {
			t.Errorf("%s, %s: not void: %v", name, at.Step, err)
		}
		if strings.Contains(string(world.Files[ceremony.TranscriptName]), `"event":"sheet"`) != strings.Contains(err.Error(), "destroy the sheets") {
			t.Errorf("%s, %s: %v", name, at.Step, err)
		}
		return
	}
	if err != nil {
		t.Fatalf("%s, %s: %v", name, at.Step, err)
	}
	if err := ceremony.Drive(run, operator); err != nil {
		t.Fatalf("%s, %s (%s): %v", name, at.Step, at.Ask, err)
	}
	if got := log(t, world); got.Complete() != nil || got.Outcome != transcript.Done {
		t.Errorf("%s, %s: %v", name, at.Step, got.Complete())
	}
	if world.Files["key.pub"] == nil {
		t.Errorf("%s, %s: files %v", name, at.Step, world.Order)
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
	pool := keygen.NewPool(keygen.Opened(opening))
	pool.Add("dice", []byte(throws))
	key, seed, err := keygen.Generate(pool, keygen.RSA4096, "key root")
	if err != nil {
		t.Fatal(err)
	}
	secret.Wipe(seed)
	if fp := keygen.Fingerprint(key.(crypto.Signer).Public()); fp != got.Keys[0].Fingerprint {
		t.Errorf("made %s, not %s", fp, got.Keys[0].Fingerprint)
	}
	production := ceremonytest.New()
	run, operator = start(t, "one.yaml", ceremony.Production, production)
	if err := ceremony.Drive(run, operator); err != nil || len(ceremonytest.Events(log(t, production), "opening")) != 0 {
		t.Error("a ceremony in earnest gave its opening away")
	}
}
