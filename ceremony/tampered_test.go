package ceremony_test

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
	"time"

	"sigtool/ceremony"
	"sigtool/ceremony/ceremonytest"
	"sigtool/internal/sigalg"
)

// stopAt leads a ceremony in earnest to the first question of a step, and leaves it there.
func stopAt(t *testing.T, plan *ceremony.Plan, world *ceremonytest.World, step string) *ceremonytest.Operator {
	t.Helper()
	run, err := ceremony.NewRun(plan, world.Effects("test"), ceremony.Production)
	if err != nil {
		t.Fatal(err)
	}
	operator := &ceremonytest.Operator{World: world}
	for run.Prompt().Step != step {
		a, err := operator.Ask(run.Prompt())
		if err != nil || run.Done() {
			t.Fatalf("stopped before %s: %v, %v", step, err, run.Err())
		}
		run.Answer(a)
	}
	world.Seed = 2
	return operator.In(world)
}

func quick(t *testing.T, name string) *ceremony.Plan {
	t.Helper()
	plan, err := ceremony.ParsePlan(bytes.Replace(ceremonytest.Read(t, "..", name), []byte("rsa4096"), []byte("p256"), 1))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func resume(t *testing.T, plan *ceremony.Plan, world *ceremonytest.World, operator *ceremonytest.Operator) error {
	t.Helper()
	run, err := ceremony.Resume(plan, world.Effects("test"), world.Journal)
	if err != nil {
		t.Fatal(err)
	}
	return ceremony.Drive(run, operator)
}

// TestPlantedFiles: what somebody put in the folder while nothing ran is never taken for the ceremony's own.
func TestPlantedFiles(t *testing.T) {
	t.Parallel()
	other := ceremonytest.New()
	other.Seed = 9
	hold(t, other, quick(t, "five.yaml"), &ceremonytest.Operator{World: other})
	for _, name := range []string{"key.pub", "key.crt"} {
		world := ceremonytest.New()
		operator := stopAt(t, quick(t, "five.yaml"), world, ceremony.StepExports)
		world.Files[name] = other.Files[name]
		operator.Instead = func(p ceremony.Prompt) (ceremony.Answer, error, bool) {
			return ceremony.Answer{}, errors.New("somebody was here"), p.Warning == "A file could not be written."
		}
		if err := resume(t, quick(t, "five.yaml"), world, operator); !errors.Is(err, ceremony.ErrGivenUp) {
			t.Errorf("%s of another ceremony was taken: %v", name, err)
		}
	}
}

// TestRecordWords: after the drill the words from the paper are asked for, also where the journal was cut right behind it, and those of
// another journal are refused.
func TestRecordWords(t *testing.T) {
	t.Parallel()
	plan := quick(t, "five.yaml")
	world := ceremonytest.New()
	operator := stopAt(t, plan, world, ceremony.StepBags)
	cut := bytes.LastIndex(world.Journal, []byte(`"event":"proven"`))
	world.Journal = world.Journal[:cut+bytes.IndexByte(world.Journal[cut:], '\n')+1]
	asked := false
	operator.Instead = func(p ceremony.Prompt) (ceremony.Answer, error, bool) {
		words := p.Ask == "The eight words, or none"
		first := words && !asked
		asked = asked || words
		return ceremony.Answer{Text: strings.Repeat("aardvark adroitness ", 4)}, nil, first
	}
	if err := resume(t, plan, world, operator); err != nil || !asked {
		t.Fatalf("%v, asked %v", err, asked)
	}
	got := log(t, world)
	if len(ceremonytest.Events(got, "journal compared")) != 1 || len(ceremonytest.Events(got, "refused")) != 1 {
		t.Errorf("compared %v, refused %v", ceremonytest.Events(got, "journal compared"), ceremonytest.Events(got, "refused"))
	}
}

// TestStatementOfYesterday: a statement that was put before the program was stopped is what the old key signs on another day.
func TestStatementOfYesterday(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	key := oldKey(t, world, "release-2022")
	plan := planOf(t, "rotate.yaml", key)
	world.Fail["release-2027.replaces-release-2022.txt.sig"] = 1
	run, err := ceremony.NewRun(plan, world.Effects("test"), ceremony.Production)
	if err != nil {
		t.Fatal(err)
	}
	operator := &ceremonytest.Operator{World: world}
	for run.Prompt().Warning != "A file could not be written." {
		a, err := operator.Ask(run.Prompt())
		if err != nil {
			t.Fatal(err)
		}
		run.Answer(a)
	}
	world.Clock, world.Seed = world.Clock.Add(24*time.Hour), 2
	if err := resume(t, plan, world, operator.In(world)); err != nil {
		t.Fatal(err)
	}
	statement := world.Files["release-2027.replaces-release-2022.txt"]
	if err := sigalg.VerifyMessage(key.Public(), crypto.SHA256, statement, world.Files["release-2027.replaces-release-2022.txt.sig"]); err != nil {
		t.Error(err)
	}
}

// TestRecordedFileThatChanged: what was recorded has to be there as it was; a sealed key may have been taken away.
func TestRecordedFileThatChanged(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"key.pub": false, "key.pem": true} {
		plan, world := quick(t, "one.yaml"), ceremonytest.New()
		operator := stopAt(t, plan, world, ceremony.StepDestroy)
		// The initials of the exports are forgotten, so that the step is taken once more.
		at := bytes.LastIndex(world.Journal, []byte(`"step":"exports","event":"done"`))
		world.Journal = world.Journal[:bytes.LastIndexByte(world.Journal[:at], '\n')+1]
		sum := sha256.Sum256(world.Files[name])
		delete(world.Files, name)
		operator.Instead = func(p ceremony.Prompt) (ceremony.Answer, error, bool) {
			return ceremony.Answer{}, errors.New("it is gone"), p.Warning == "A file could not be written."
		}
		if err := resume(t, plan, world, operator); (err == nil) != want {
			t.Errorf("%s (%x) is gone: %v", name, sum[:4], err)
		}
	}
}
