package ceremony_test

import (
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sigtool/ceremony"
	"sigtool/ceremony/ceremonytest"
	"sigtool/ceremony/transcript"
)

// start begins a plan of testdata with an operator who knows what to do.
func start(t *testing.T, name string, mode ceremony.Mode, world *ceremonytest.World) (*ceremony.Run, *ceremonytest.Operator) {
	t.Helper()
	return startOf(t, ceremonytest.Plan(t, "..", name), mode, world)
}

func startOf(t *testing.T, plan *ceremony.Plan, mode ceremony.Mode, world *ceremonytest.World) (*ceremony.Run, *ceremonytest.Operator) {
	t.Helper()
	run, err := ceremony.NewRun(plan, world.Effects("test"), mode)
	if err != nil {
		t.Fatal(err)
	}
	return run, &ceremonytest.Operator{World: world}
}

// unsealed is one.yaml without what is sealed by a passphrase, or five.yaml with a key that is made at once: for what is asked alike in either.
func unsealed(t *testing.T, name string) *ceremony.Plan {
	t.Helper()
	plan, err := ceremony.ParsePlan([]byte(strings.NewReplacer("exports: [pkcs8]", "exports: none", "passphrase: {style: base58, holder: Ada Example}\n", "",
		"code: lines", "code: words", "rsa4096", "p256").Replace(string(ceremonytest.Read(t, "..", name)))))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func log(t *testing.T, world *ceremonytest.World) *transcript.Transcript {
	t.Helper()
	log, err := transcript.Check(world.Files[ceremony.TranscriptName])
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// TestWholeCeremonies holds the ceremony of one and that of five, with a printer and without, in earnest and as a rehearsal.
func TestWholeCeremonies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		plan   string
		mode   ceremony.Mode
		byHand bool
		files  []string
	}{
		{"one.yaml", ceremony.Production, false, []string{"plan.yaml", "sheet.txt", "key.pub", "key.pem", "transcript.jsonl"}},
		{"one.yaml", ceremony.Rehearsal, true, []string{"plan.yaml", "sheet.txt", "key.pub", "key.pem", "transcript.jsonl"}},
		{"five.yaml", ceremony.Production, true, []string{"plan.yaml", "key.pub", "key.crt", "transcript.jsonl"}},
		{"five.yaml", ceremony.Rehearsal, false, []string{"plan.yaml", "key.pub", "key.crt", "transcript.jsonl"}},
	} {
		world := ceremonytest.New()
		world.ByHand = c.byHand
		run, operator := start(t, c.plan, c.mode, world)
		if err := ceremony.Drive(run, operator); err != nil {
			t.Fatalf("%s: %v", c.plan, err)
		}
		if !reflect.DeepEqual(world.Order, c.files) || world.Journal != nil {
			t.Errorf("%s: files %q, journal %d bytes", c.plan, world.Order, len(world.Journal))
		}
		got := log(t, world)
		if err := got.Complete(); err != nil || got.Outcome != transcript.Done || got.Rehearsal != (c.mode == ceremony.Rehearsal) {
			t.Errorf("%s: %s, %v", c.plan, got.Outcome, err)
		}
		inOrder(t, operator.Seen, got.Steps)
		for _, p := range operator.Seen {
			if p.Shown != nil && !destroyed(p) {
				t.Errorf("%s: the secret of step %s is still there", c.plan, p.Step)
			}
		}
		run.Answer(ceremony.Answer{})
		run.GiveUp(errors.New("late"))
		if run.Err() != nil || run.Prompt().Step != "" {
			t.Error("a ceremony that is done takes another answer")
		}
	}
}

// inOrder checks that prompts come step by step, with what a front end shows around them.
func inOrder(t *testing.T, seen []ceremony.Prompt, want []string) {
	t.Helper()
	var steps []string
	for _, p := range seen {
		if len(steps) == 0 || steps[len(steps)-1] != p.Step {
			steps = append(steps, p.Step)
		}
		if p.Title == "" || p.Number != len(steps) || p.Of != len(want) || len(p.Stages) != p.Of || p.Stages[p.Number-1] != p.Title {
			t.Errorf("step %s: %+v", p.Step, p)
		}
		if p.Kind == ceremony.Copy {
			lines := strings.Split(strings.TrimRight(p.Look(), "\n"), "\n")
			if len(lines) > 16 || slices.ContainsFunc(lines, func(l string) bool { return len(l) > 76 }) {
				t.Errorf("a screen of %d lines: %q", len(lines), lines)
			}
		}
	}
	if !reflect.DeepEqual(steps, want) {
		t.Errorf("steps %v, not %v", steps, want)
	}
}

// destroyed tells whether what a prompt showed was wiped: reading it panics then.
func destroyed(p ceremony.Prompt) (gone bool) {
	defer func() { gone = recover() != nil }()
	p.Shown.Bytes()
	return false
}

// once answers a step in another way, the first time that it asks for something of a kind.
func once(step string, kind ceremony.AnswerKind, a ceremony.Answer, err error) func(ceremony.Prompt) (ceremony.Answer, error, bool) {
	done := false
	return func(p ceremony.Prompt) (ceremony.Answer, error, bool) {
		if done || p.Step != step || p.Kind != kind {
			return ceremony.Answer{}, nil, false
		}
		done = true
		return a, err, true
	}
}

// TestRefusedAnswers gives steps a wrong answer first: it must be said why, asked again and recorded, without a hidden answer.
func TestRefusedAnswers(t *testing.T) {
	t.Parallel()
	const canary = "canary"
	for _, c := range []struct {
		plan, step string
		kind       ceremony.AnswerKind
		answer     ceremony.Answer
		said       string // to the operator
		logged     bool
	}{
		{"one.yaml", ceremony.StepIdentity, ceremony.TypeBack, ceremony.Answer{Text: canary}, "these are not words ", true},
		{"one.yaml", ceremony.StepRollCall, ceremony.Initials, ceremony.Answer{Text: "A1"}, "initials are letters alone", true},
		{"one.yaml", ceremony.StepRollCall, ceremony.Initials, ceremony.Answer{Text: "XYZ"}, "these are not the initials that Ada Example gave before", true},
		{"five.yaml", ceremony.StepRollCall, ceremony.Initials, ceremony.Answer{Text: "CE"}, "these are the initials of Cleo Example", true},
		{"one.yaml", ceremony.StepClock, ceremony.Line, ceremony.Answer{Text: "noon"}, "a time is written as", true},
		{"one.yaml", ceremony.StepEntropy, ceremony.Secret, ceremonytest.Hidden(canary), "character 1 is not a roll; the line was not taken", false},
		{"one.yaml", ceremony.StepEntropy, ceremony.Secret, ceremonytest.Hidden(" "), "the line is empty", false},
		{"one.yaml", ceremony.StepEntropy, ceremony.Secret, ceremonytest.Hidden(strings.Repeat("1", 4097)), "that is more than 4096 rolls", false},
		{"one.yaml", ceremony.StepEntropy, ceremony.Secret, ceremony.Answer{Text: "123456"}, "an answer is needed", false},
		{"one.yaml", ceremony.StepPassphrase, ceremony.TypeBack, ceremonytest.Hidden(canary), "group 1 differs from what was shown", false},
		{"one.yaml", ceremony.StepBackups, ceremony.Confirm, ceremony.Answer{Text: "no"}, "type yes, or give the ceremony up", true},
		{"one.yaml", ceremony.StepDrill, ceremony.Paper, ceremonytest.Hidden(canary), "", false},
		{"five.yaml", ceremony.StepDrill, ceremony.Paper, ceremonytest.Hidden(canary), "", false},
		{"one.yaml", ceremony.StepBags, ceremony.Line, ceremony.Answer{Text: "A/1"}, "a bag has a number", true},
	} {
		world := ceremonytest.New()
		plan := unsealed(t, c.plan)
		if c.step == ceremony.StepPassphrase || c.step == ceremony.StepDrill {
			plan = quick(t, c.plan)
		}
		run, operator := startOf(t, plan, ceremony.Production, world)
		operator.Instead = once(c.step, c.kind, c.answer, nil)
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
		if len(refused) != 1 || refused[0].Step != c.step || refused[0].Data["try"] != "1" || (refused[0].Data["why"] != "") != c.logged {
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
	run, operator := startOf(t, unsealed(t, "one.yaml"), ceremony.Production, world)
	operator.Instead = once(ceremony.StepEntropy, ceremony.Secret, ceremonytest.Hidden(strings.Repeat("123456", 20)), nil)
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

// TestGivenUp ends a ceremony at every question: the transcript says so, the error too, and no key is left.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	for n := 0; giveUpAt(t, unsealed(t, "one.yaml"), n, ""); n++ {
	}
	for n := 0; giveUpAt(t, ceremonytest.Plan(t, "..", "one.yaml"), n, ceremony.StepPassphrase); n++ {
	}
	for n := 0; giveUpAt(t, ceremonytest.Plan(t, "..", "one.yaml"), n, ceremony.StepDrill); n++ {
	}
}

// giveUpAt gives a ceremony up at question n of a step, or of all; false where there is none.
func giveUpAt(t *testing.T, plan *ceremony.Plan, n int, step string) bool {
	t.Helper()
	world := ceremonytest.New()
	run, err := ceremony.NewRun(plan, world.Effects("test"), ceremony.Production)
	if err != nil {
		t.Fatal(err)
	}
	asked, last := 0, ceremony.Prompt{}
	operator := &ceremonytest.Operator{World: world, Instead: func(p ceremony.Prompt) (ceremony.Answer, error, bool) {
		if step == "" || p.Step == step {
			asked, last = asked+1, p
		}
		return ceremony.Answer{}, errors.New("the lights went out"), asked == n+1
	}}
	err = ceremony.Drive(run, operator)
	if asked <= n {
		return false
	}
	if !errors.Is(err, ceremony.ErrGivenUp) || err.Error() != "the ceremony was given up: the lights went out" {
		t.Errorf("%s: %v", last.Step, err)
	}
	got := log(t, world)
	if got.Outcome != transcript.GivenUp && !strings.HasPrefix(last.Text[0], "The ceremony is done") {
		t.Errorf("%s: outcome %s, %s", last.Step, got.Outcome, got.Why)
	}
	return true
}

// TestMediumThatFails has each file fail once, and then come back other than it was written: people put it right, and nothing is lost.
func TestMediumThatFails(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"sheet.txt", "key.pem", "key.pub", ceremony.TranscriptName} {
		for _, how := range []string{"fails", "comes back changed"} {
			world := ceremonytest.New()
			if how == "fails" {
				world.Fail[name] = 2
			} else {
				world.Spoil = name
			}
			plan := unsealed(t, "one.yaml")
			if name == "sheet.txt" || name == "key.pem" {
				plan = ceremonytest.Plan(t, "..", "one.yaml")
			}
			run, operator := startOf(t, plan, ceremony.Production, world)
			if err := ceremony.Drive(run, operator); err != nil {
				t.Errorf("%s %s: %v", name, how, err)
				continue
			}
			warned := slices.ContainsFunc(operator.Seen, func(p ceremony.Prompt) bool {
				return p.Warning == "A file could not be written." && strings.HasPrefix(p.Text[0], name+": ")
			})
			if !warned || log(t, world).Complete() != nil {
				t.Errorf("%s %s: warned %v", name, how, warned)
			}
		}
	}
}

func TestJournalThatFails(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	run, operator := startOf(t, unsealed(t, "one.yaml"), ceremony.Production, world)
	warned := 0
	operator.Instead = func(p ceremony.Prompt) (ceremony.Answer, error, bool) {
		if p.Step == ceremony.StepDrill && p.Kind == ceremony.Paper && warned == 0 {
			world.Full = 6
		}
		if p.Warning == "The journal of the ceremony can't be written." {
			warned++
			if transcript, err := transcript.ReadJournal(world.Journal); err != nil || transcript.Outcome != "" {
				t.Errorf("the journal in between: %v", err)
			}
		}
		return ceremony.Answer{}, nil, false
	}
	if err := ceremony.Drive(run, operator); err != nil || warned == 0 || log(t, world).Complete() != nil {
		t.Errorf("%v, warned %d times", err, warned)
	}
}

func TestGeneratorThatFails(t *testing.T) {
	t.Parallel()
	for _, bytes := range []int64{0, 1024, 1087, 1088, 1100, 1160} {
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
