package script_test

import (
	"errors"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sigtool/ceremony"
	"sigtool/ceremony/ceremonytest"
	"sigtool/ceremony/script"
	"sigtool/ceremony/transcript"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

const root = "../.."

// perform leads a ceremony of testdata/ceremony to its end.
func perform(t *testing.T, name string, answers []byte, mode ceremony.Mode, world *ceremonytest.World) (passphrase string, err error) {
	t.Helper()
	plan := ceremonytest.Plan(t, root, name+".yaml")
	if answers == nil {
		answers = ceremonytest.Read(t, root, name+".answers.yaml")
	}
	hands := handsIn(world)
	hands.Keep = func(s *secret.Bytes) error { passphrase = string(s.Bytes()); return nil }
	front, err := script.New(answers, plan, mode, hands)
	if err != nil {
		return "", err
	}
	run, err := ceremony.NewRun(plan, world.Effects("answers"), mode)
	if err != nil {
		return "", err
	}
	return passphrase, ceremony.Drive(run, front)
}

// handsIn reads sheets from where that world put or printed them.
func handsIn(world *ceremonytest.World) script.Hands {
	return script.Hands{
		Now: func() time.Time { return world.Clock },
		ReadSheet: func(name string) ([]byte, error) {
			if text, ok := world.Sheets[name]; ok {
				return slices.Clone(text), nil
			}
			return world.ReadBack(name)
		},
	}
}

func checked(t *testing.T, world *ceremonytest.World) *transcript.Transcript {
	t.Helper()
	log, err := transcript.Check(world.Files[ceremony.TranscriptName])
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestOneKey(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	passphrase, err := perform(t, "one", nil, ceremony.Rehearsal, world)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"plan.yaml", "sheet.txt", "key.pub", "key.pem", "transcript.jsonl"}; !reflect.DeepEqual(world.Order, want) {
		t.Errorf("files %v, not %v", world.Order, want)
	}
	log := checked(t, world)
	if err := log.Complete(); err != nil || !log.Rehearsal || log.Outcome != transcript.Done || log.Front != "answers" {
		t.Errorf("%v, %+v", err, log.Header)
	}
	key, err := keygen.Load(world.Files["key.pem"], func() (*secret.Bytes, error) { return secret.From([]byte(passphrase)), nil })
	if err != nil {
		t.Fatal(err)
	}
	if len(log.Keys) != 1 || keygen.Fingerprint(key.Signer.Public()) != log.Keys[0].Fingerprint {
		t.Errorf("the key in the file is not the one in the transcript, %v", log.Keys)
	}
	noSecrets(t, world, passphrase, key)
}

// noSecrets looks in every file for the passphrase, the keys in the clear and the dice, as they were typed and as they were mixed.
func noSecrets(t *testing.T, world *ceremonytest.World, passphrase string, keys ...*keygen.Key) {
	t.Helper()
	dice := regexp.MustCompile(`"([1-6 ]+)"`).FindStringSubmatch(string(ceremonytest.Read(t, root, "one.answers.yaml")))[1]
	canaries := []string{passphrase, dice, strings.ReplaceAll(dice, " ", "")}
	for _, key := range keys {
		seed, _ := keygen.Seed(key.Signer)
		der, err := keygen.MarshalPrivate(key.Signer)
		if err != nil {
			t.Fatal(err)
		}
		canaries = append(canaries, string(seed), string(der), string(keygen.EncodePlain(der)))
	}
	for name, data := range world.Files {
		for _, canary := range canaries {
			if canary != "" && strings.Contains(string(data), canary) {
				t.Errorf("%s holds a secret, %q", name, canary)
			}
		}
	}
}

func TestTwoKeysInEarnest(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	passphrase, err := perform(t, "two", nil, ceremony.Production, world)
	if err != nil {
		t.Fatal(err)
	}
	log := checked(t, world)
	if err := log.Complete(); err != nil || log.Rehearsal || len(log.Keys) != 2 {
		t.Errorf("%v, %+v %v", err, log.Header, log.Keys)
	}
	var steps []string
	for _, line := range ceremonytest.Events(log, "refused") {
		steps = append(steps, line.Step)
	}
	if want := []string{"identity", "identity", "clock", "entropy", "drill"}; !reflect.DeepEqual(steps, want) {
		t.Errorf("slips in %v, not in %v", steps, want)
	}
	if strings.Contains(string(world.Files["transcript.jsonl"]), passphrase) {
		t.Error("the passphrase is in the transcript")
	}
	for _, line := range ceremonytest.Events(log, "proven") {
		if !strings.Contains(line.Data["from"], ceremony.FromSheet) {
			t.Errorf("read back from %q", line.Data["from"])
		}
	}
}

func TestFivePeople(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	if _, err := perform(t, "five", nil, ceremony.Rehearsal, world); err != nil {
		t.Fatal(err)
	}
	log := checked(t, world)
	if err := log.Complete(); err != nil || len(ceremonytest.Events(log, transcript.EventPresent)) != 5 || len(ceremonytest.Events(log, transcript.EventBag)) != 5 {
		t.Errorf("%v\n%s", err, world.Files[ceremony.TranscriptName])
	}
}

func TestReplay(t *testing.T) {
	t.Parallel()
	a, b := ceremonytest.New(), ceremonytest.New()
	first, err := perform(t, "two", nil, ceremony.Production, a)
	if err != nil {
		t.Fatal(err)
	}
	second, err := perform(t, "two", nil, ceremony.Production, b)
	if err != nil || first != second || !reflect.DeepEqual(a.Files, b.Files) {
		t.Errorf("played again it made other files (%v)", err)
	}
}

// Reasons may be left over, for not every machine needs one; without one that is needed it ends.
func TestException(t *testing.T) {
	t.Parallel()
	up := ceremony.Finding{Check: "links", Severity: ceremony.Block, Detail: "link eth0 is up"}
	answers := string(ceremonytest.Read(t, root, "two.answers.yaml"))
	world := ceremonytest.New().With(up)
	_, err := perform(t, "two", nil, ceremony.Production, world)
	if err == nil || !strings.HasSuffix(err.Error(), "answers: there is none for step machine, which asks: Reason for links") {
		t.Errorf("an exception without a reason: %v", err)
	}
	world = ceremonytest.New().With(up)
	if _, err := perform(t, "two", []byte(answers+"machine: [x, the build server has no other console, still so, not asked]\n"), ceremony.Production, world); err != nil {
		t.Fatal(err)
	}
	var reasons []string
	for _, line := range ceremonytest.Events(checked(t, world), transcript.EventException) {
		reasons = append(reasons, line.Data["check"]+": "+line.Data["reason"]+", "+line.Data["initials"])
	}
	if want := []string{"links: the build server has no other console, AE", "links: still so, AE"}; !reflect.DeepEqual(reasons, want) {
		t.Errorf("exceptions %q, not %q", reasons, want)
	}
}

// A medium that takes nothing is said, and not tried for ever; one that takes it the second time needs a yes of its own.
func TestFullMedium(t *testing.T) {
	t.Parallel()
	answers := string(ceremonytest.Read(t, root, "two.answers.yaml"))
	for extra, want := range map[string]string{
		"": "answers: there is none for step exports, which asks: A file could not be written. release.pub: can't be put. Put it right: free some room on the medium, " +
			"or plug it in again where it was. Nothing is lost while this program runs. Type yes to try again",
		"exports: yes\n":             "answers, line 9: the answer to step exports was not taken, and there is no other: A file could not be written.",
		"exports: [yes, yes]\n":      "answers, line 9: there are too few for step exports, which asks: A file could not be written. release.pub: can't be put. Put it right: free some room on the medium, or plug it in again where it was. Nothing is lost while this program runs. Type yes to try again",
		"exports: [yes, yes, yes]\n": "",
	} {
		world := ceremonytest.New()
		world.Fail["release.pub"] = 3
		_, err := perform(t, "two", []byte(answers+extra), ceremony.Production, world)
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasSuffix(err.Error(), want)) {
			t.Errorf("%q: %v\nnot %s", extra, err, want)
		}
	}
}

func TestAnswersNotAllowed(t *testing.T) {
	t.Parallel()
	_, err := perform(t, "one", nil, ceremony.Production, ceremonytest.New())
	if err == nil || err.Error() != "the plan allows answers from a file in a rehearsal only (answers: rehearsal)" {
		t.Error(err)
	}
}

func TestNobodyKeepsThePassphrase(t *testing.T) {
	t.Parallel()
	plan, world := ceremonytest.Plan(t, root, "two.yaml"), ceremonytest.New()
	front, err := script.New(ceremonytest.Read(t, root, "two.answers.yaml"), plan, ceremony.Production, handsIn(world))
	if err != nil {
		t.Fatal(err)
	}
	run, err := ceremony.NewRun(plan, world.Effects("answers"), ceremony.Production)
	if err != nil {
		t.Fatal(err)
	}
	if err := ceremony.Drive(run, front); err == nil || !strings.Contains(err.Error(), "no place where the passphrase would be kept") {
		t.Error(err)
	}
	if names := slices.Sorted(maps.Keys(world.Files)); !reflect.DeepEqual(names, []string{"plan.yaml", "transcript.jsonl"}) {
		t.Errorf("files %v", names)
	}
}

// What goes wrong ends a ceremony of one, with the line of the file and without a key; nothing that was typed in secret is recorded.
func TestWrongAnswers(t *testing.T) {
	t.Parallel()
	good := string(ceremonytest.Read(t, root, "one.answers.yaml"))
	notTaken := "the answer to step "
	for _, c := range []struct{ name, from, to, want string }{
		{"a wrong word", "identity: shown", "identity: aardvark", "answers, line 3: " + notTaken + "identity was not taken, and there is no other: these are not words "},
		{"a list too short", "identity: shown", "identity: [shown]", "answers, line 3: there are too few for step identity, which asks: Words "},
		{"a list too long", "identity: shown", "identity: [shown, shown, shown]", "answers, line 3: nobody asked for this answer to step identity"},
		{"wrong initials", "{Ada Example: AE}", "A1", "answers, line 4: " + notTaken + "roll-call was not taken, and there is no other: initials are letters alone"},
		{"wrong initials by name", ": AE}", ": A1}", "answers, line 4: " + notTaken + "roll-call was not taken, and there is no other: initials are letters alone"},
		{"a wrong watch", "clock: now", "clock: soon", "answers, line 5: " + notTaken + "clock was not taken, and there is no other: a time is written"},
		{"dice that are no dice", "  - \"", "  - \"7", "answers, line 7: there are too few for step entropy, which asks: Rolls, "},
		{"dice that were not thrown", "entropy:\n  - \"32461", "entropy: \"" + strings.Repeat("1", 100) + "\"\nsign:\n  - \"32461", "answers, line 6: " + notTaken + "entropy was not taken, and there is no other"},
		{"a wrong passphrase", "passphrase: shown", "passphrase: canary-1234", "answers, line 9: " + notTaken + "passphrase was not taken, and there is no other"},
		{"no yes", "confirm: yes", "", "answers: there is none for step backups, which asks: Type yes"},
		{"a no", "confirm: yes", "backups: no", "answers, line 2: " + notTaken + "backups was not taken, and there is no other: type yes"},
		{"something else than the sheet", "drill: sheet", "drill: canary-1234", "answers, line 10: " + notTaken + "drill was not taken, and there is no other"},
		{"an answer to a step that asks nothing", "drill: sheet", "drill: sheet\ngenerate: x", "answers, line 11: nobody asked for this answer to step generate"},
		{"an answer to a step that the plan lacks", "drill: sheet", "drill: sheet\nrotate: x", "answers, line 11: nobody asked for this answer to step rotate"},
		{"an answer to the transcript", "drill: sheet", "drill: sheet\ntranscript: none", "answers, line 11: nobody asked for this answer to step transcript"},
	} {
		world := ceremonytest.New()
		_, err := perform(t, "one", []byte(strings.Replace(good, c.from, c.to, 1)), ceremony.Rehearsal, world)
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, ceremony.ErrGivenUp) {
			t.Errorf("%s: %v\nnot %s", c.name, err, c.want)
			continue
		}
		if strings.Contains(string(world.Files["transcript.jsonl"]), "canary") {
			t.Errorf("%s: the transcript holds what was typed in secret", c.name)
		}
		if outcome := checked(t, world).Outcome; outcome != transcript.GivenUp {
			t.Errorf("%s: the transcript says %s", c.name, outcome)
		}
	}
}

// A ceremony that was stopped goes on by a file that answers more than is still asked.
func TestGoesOn(t *testing.T) {
	t.Parallel()
	plan, world := ceremonytest.Plan(t, root, "five.yaml"), ceremonytest.New()
	answers := append(ceremonytest.Read(t, root, "five.answers.yaml"), "restore: sheet\n"...)
	begin := func() *script.FrontEnd {
		front, err := script.New(answers, plan, ceremony.Rehearsal, handsIn(world))
		if err != nil {
			t.Fatal(err)
		}
		return front
	}
	run, err := ceremony.NewRun(plan, world.Effects("answers"), ceremony.Rehearsal)
	if err != nil {
		t.Fatal(err)
	}
	for front := begin(); run.Prompt().Step != ceremony.StepExports; {
		a, err := front.Ask(run.Prompt())
		if err != nil {
			t.Fatal(err)
		}
		run.Answer(a)
	}
	run, err = ceremony.Resume(plan, world.Effects("answers"), slices.Clone(world.Journal))
	if err != nil {
		t.Fatal(err)
	}
	if err := ceremony.Drive(run, begin()); err != nil {
		t.Fatal(err)
	}
	if log := checked(t, world); log.Complete() != nil || len(ceremonytest.Events(log, "resume")) != 1 {
		t.Errorf("%v", log.Complete())
	}
}
