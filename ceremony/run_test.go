package ceremony_test

import (
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"sigtool/ceremony"
	"sigtool/ceremony/ceremonytest"
	"sigtool/ceremony/transcript"
)

// start begins one.yaml with an operator who knows what to do.
func start(t *testing.T, mode ceremony.Mode, world *ceremonytest.World) (*ceremony.Run, *ceremonytest.Operator) {
	t.Helper()
	run, err := ceremony.NewRun(ceremonytest.Plan(t, "..", "one.yaml"), world.Effects("test"), mode)
	if err != nil {
		t.Fatal(err)
	}
	return run, &ceremonytest.Operator{World: world}
}

func log(t *testing.T, world *ceremonytest.World) *transcript.Transcript {
	t.Helper()
	log, err := transcript.Check(world.Files[ceremony.TranscriptName])
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestEveryStepInOrder(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	run, operator := start(t, ceremony.Production, world)
	if err := ceremony.Drive(run, operator); err != nil {
		t.Fatal(err)
	}
	var steps []string
	for _, p := range operator.Seen {
		if len(steps) == 0 || steps[len(steps)-1] != p.Step {
			steps = append(steps, p.Step)
		}
		if p.Title == "" || p.Number != len(steps) || p.Of != 10 || p.Rehearsal {
			t.Errorf("step %s: %+v", p.Step, p)
		}
	}
	if !reflect.DeepEqual(steps, ceremony.Steps()) {
		t.Errorf("steps %v", steps)
	}
	if got := log(t, world); got.Outcome != transcript.Done || got.Rehearsal {
		t.Errorf("%+v", got)
	}
	for _, p := range operator.Seen {
		if p.Shown != nil && !destroyed(p) {
			t.Errorf("the secret of step %s is still there", p.Step)
		}
	}
	run.Answer(ceremony.Answer{})
	run.GiveUp(errors.New("late"))
	if run.Err() != nil || run.Prompt().Step != "" {
		t.Error("a ceremony that is done takes another answer")
	}
}

// destroyed tells whether what a prompt showed was wiped: reading it panics then.
func destroyed(p ceremony.Prompt) (gone bool) {
	defer func() { gone = recover() != nil }()
	p.Shown.Bytes()
	return false
}

// once answers a step in another way, the first time that it asks.
func once(step string, a ceremony.Answer, err error) func(ceremony.Prompt) (ceremony.Answer, error, bool) {
	done := false
	return func(p ceremony.Prompt) (ceremony.Answer, error, bool) {
		if done || p.Step != step || p.Kind == ceremony.Notice {
			return ceremony.Answer{}, nil, false
		}
		done = true
		return a, err, true
	}
}

// TestRefusedAnswers gives each step a wrong answer first: it must be said why, asked again and logged, without a hidden answer.
func TestRefusedAnswers(t *testing.T) {
	t.Parallel()
	const canary = "canary"
	for _, c := range []struct {
		step   string
		answer ceremony.Answer
		said   string // to the operator
		logged string
	}{
		{ceremony.StepPlan, ceremony.Answer{Text: canary}, "these are not the last two words of the digest", "these are not the last two words of the digest"},
		{ceremony.StepEntropy, ceremonytest.Hidden(canary), "character 1 is not a roll; the line was not taken", ""},
		{ceremony.StepEntropy, ceremonytest.Hidden(" "), "the line is empty", ""},
		{ceremony.StepEntropy, ceremonytest.Hidden(strings.Repeat("1", 4097)), "that is more than 4096 rolls", ""},
		{ceremony.StepEntropy, ceremony.Answer{Text: "123456"}, "an answer is needed", ""},
		{ceremony.StepPassphrase, ceremonytest.Hidden(canary), "group 1 differs from what was shown", ""},
		{ceremony.StepSheet, ceremony.Answer{Text: "no"}, "type yes, or give the ceremony up", "type yes, or give the ceremony up"},
		{ceremony.StepReadBack, ceremonytest.Hidden(canary), "", ""},
	} {
		world := ceremonytest.New()
		run, operator := start(t, ceremony.Production, world)
		operator.Instead = once(c.step, c.answer, nil)
		if err := ceremony.Drive(run, operator); err != nil {
			t.Errorf("%s: %v", c.step, err)
			continue
		}
		var said []string
		for _, p := range operator.Seen {
			if p.Refused != "" {
				said = append(said, p.Step+" "+p.Refused)
			}
		}
		if len(said) != 1 || !strings.HasPrefix(said[0], c.step+" "+c.said) {
			t.Errorf("%s: said %q, not %q", c.step, said, c.said)
		}
		refused := ceremonytest.Events(log(t, world), "refused")
		if len(refused) != 1 || refused[0].Step != c.step || refused[0].Data["try"] != "1" || refused[0].Data["why"] != c.logged {
			t.Errorf("%s: logged %v", c.step, refused)
		}
		if strings.Contains(string(world.Files[ceremony.TranscriptName]), canary) {
			t.Errorf("%s: the answer is in the transcript", c.step)
		}
	}
}

func TestDiceThatAreNotThrown(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	run, operator := start(t, ceremony.Production, world)
	operator.Instead = once(ceremony.StepEntropy, ceremonytest.Hidden(strings.Repeat("123456", 20)), nil)
	if err := ceremony.Drive(run, operator); err != nil {
		t.Fatal(err)
	}
	warned := false
	for _, p := range operator.Seen {
		warned = warned || strings.HasPrefix(p.Warning, "All rolls are put away, for they do not look thrown: ")
	}
	if got := ceremonytest.Events(log(t, world), "refused"); !warned || len(got) != 1 || got[0].Data["why"] != "the health test failed" {
		t.Errorf("warned %v, logged %v", warned, got)
	}
	for _, line := range ceremonytest.Events(log(t, world), "source") {
		if line.Data["source"] == "dice" && (line.Data["rolls"] != "100" || line.Data["bits"] != "258.5") {
			t.Errorf("counted %v", line.Data)
		}
	}
}

// TestGivenUp ends a ceremony at every question: the transcript says so, the error too, and there is no key.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	for _, step := range []string{ceremony.StepPlan, ceremony.StepEntropy, ceremony.StepPassphrase, ceremony.StepSheet, ceremony.StepReadBack} {
		world := ceremonytest.New()
		run, operator := start(t, ceremony.Production, world)
		operator.Instead = once(step, ceremony.Answer{}, errors.New("the lights went out"))
		err := ceremony.Drive(run, operator)
		if !errors.Is(err, ceremony.ErrGivenUp) || err.Error() != "the ceremony was given up: the lights went out" {
			t.Errorf("%s: %v", step, err)
		}
		got := log(t, world)
		if got.Outcome != transcript.GivenUp || got.Why != err.Error() {
			t.Errorf("%s: outcome %s, %s", step, got.Outcome, got.Why)
		}
		if sheet := world.Files["sheet.txt"] != nil; world.Files["key.pem"] != nil || sheet != (step == ceremony.StepSheet || step == ceremony.StepReadBack) {
			t.Errorf("%s: files %v", step, world.Order)
		}
	}
}

func TestWorldThatFails(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"sheet.txt", "key.pem", "key.pub", "key.crt", ceremony.TranscriptName} {
		world := ceremonytest.New()
		world.Fail = name
		run, operator := start(t, ceremony.Production, world)
		err := ceremony.Drive(run, operator)
		if err == nil || !strings.Contains(err.Error(), name+": can't be put") || errors.Is(err, ceremony.ErrGivenUp) {
			t.Errorf("%s can't be put: %v", name, err)
		}
		if name != ceremony.TranscriptName && log(t, world).Outcome != transcript.Failed {
			t.Errorf("%s can't be put: the transcript does not say that it failed", name)
		}

		world = ceremonytest.New()
		world.Spoil = name
		run, operator = start(t, ceremony.Production, world)
		if err := ceremony.Drive(run, operator); err == nil || err.Error() != mention(name)+": what was read back is not what was written" {
			t.Errorf("%s comes back changed: %v", name, err)
		}
	}
}

// mention is how an error names a file: with the key that it is about where that is not plain.
func mention(name string) string {
	if name == "sheet.txt" {
		return "key modules: " + name
	}
	return name
}

func TestGeneratorThatFails(t *testing.T) {
	t.Parallel()
	for _, bytes := range []int64{0, 64, 100, 128, 200, 230} {
		world := ceremonytest.New()
		effects := world.Effects("test")
		effects.Rand = io.LimitReader(effects.Rand, bytes)
		run, err := ceremony.NewRun(ceremonytest.Plan(t, "..", "one.yaml"), effects, ceremony.Production)
		if err == nil {
			err = ceremony.Drive(run, &ceremonytest.Operator{World: world})
		}
		if err == nil || world.Files["key.pem"] != nil {
			t.Errorf("after %d bytes of randomness: %v, files %v", bytes, err, world.Order)
		}
	}
}

func TestMachineOfUnknownSeverity(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New().With(ceremony.Finding{Check: ceremony.CheckSwap, Severity: "odd", Detail: "?"})
	run, operator := start(t, ceremony.Production, world)
	if err := ceremony.Drive(run, operator); !errors.Is(err, ceremony.ErrRefused) {
		t.Errorf("a finding of no known severity: %v", err)
	}
}

func TestMachineNotMeasured(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	world.Findings = world.Findings[1:]
	run, operator := start(t, ceremony.Production, world)
	if err := ceremony.Drive(run, operator); !errors.Is(err, ceremony.ErrRefused) || err.Error() != "the ceremony was refused: links: was not measured" {
		t.Errorf("a check that was left out: %v", err)
	}
}

func TestNewRunNeedsAWorld(t *testing.T) {
	t.Parallel()
	plan := ceremonytest.Plan(t, "..", "one.yaml")
	if _, err := ceremony.NewRun(plan, ceremony.World{}, ceremony.Production); err == nil {
		t.Error("a ceremony began without a world")
	}
	if _, err := ceremony.NewRun(plan, ceremonytest.New().Effects("test"), "drill"); err == nil {
		t.Error("a ceremony began in an unknown mode")
	}
}

// TestPaperOfAnotherKey reads back the sheet of another ceremony with the same plan.
func TestPaperOfAnotherKey(t *testing.T) {
	t.Parallel()
	other := ceremonytest.New()
	run, operator := start(t, ceremony.Production, other)
	operator.Throw(7)
	if err := ceremony.Drive(run, operator); err != nil {
		t.Fatal(err)
	}
	world := ceremonytest.New()
	run, operator = start(t, ceremony.Production, world)
	operator.Instead = once(ceremony.StepReadBack, ceremonytest.Hidden(string(other.Files["sheet.txt"])), nil)
	if err := ceremony.Drive(run, operator); err != nil {
		t.Fatal(err)
	}
	for _, p := range operator.Seen {
		if p.Refused != "" && p.Refused != "this sheet does not bring the key back: it is the sheet of another key" {
			t.Errorf("another key's paper: %q", p.Refused)
		}
	}
	if len(ceremonytest.Events(log(t, world), "refused")) != 1 {
		t.Error("the sheet of another key was taken")
	}
}
