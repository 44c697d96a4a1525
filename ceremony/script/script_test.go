package script_test

import (
	"errors"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

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
	front, err := script.New(answers, plan, mode, script.Hands{
		Keep:      func(s *secret.Bytes) error { passphrase = string(s.Bytes()); return nil },
		ReadSheet: world.ReadBack,
	})
	if err != nil {
		return "", err
	}
	run, err := ceremony.NewRun(plan, world.Effects("answers"), mode)
	if err != nil {
		return "", err
	}
	return passphrase, ceremony.Drive(run, front)
}

func TestOneKey(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	passphrase, err := perform(t, "one", nil, ceremony.Rehearsal, world)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"sheet.txt", "key.pem", "key.pub", "key.crt", "transcript.jsonl"}; !reflect.DeepEqual(world.Order, want) {
		t.Errorf("files %v, not %v", world.Order, want)
	}
	log := checked(t, world)
	key, err := keygen.Load(world.Files["key.pem"], func() (*secret.Bytes, error) { return secret.From([]byte(passphrase)), nil })
	if err != nil {
		t.Fatal(err)
	}
	if len(log.Keys) != 1 || keygen.Fingerprint(key.Signer.Public()) != log.Keys[0].Fingerprint {
		t.Errorf("the key in the file is not the one in the transcript, %v", log.Keys)
	}
	pub, cert, err := keygen.ParsePublic(world.Files["key.crt"])
	if err != nil || keygen.Fingerprint(pub) != log.Keys[0].Fingerprint {
		t.Fatalf("the certificate: %v", err)
	}
	if got := cert.NotBefore.Format("2006-01-02"); got != "2027-01-01" {
		t.Errorf("the certificate begins on %s, which is not what the plan says", got)
	}
	if !log.Rehearsal || log.Outcome != transcript.Done || !strings.Contains(cert.Subject.String(), "REHEARSAL") {
		t.Errorf("a rehearsal came out as %+v, certificate of %s", log.Header, cert.Subject)
	}
	for _, name := range []string{"sheet.txt", "key.pem", "key.pub", "key.crt"} {
		if name != "key.crt" && !strings.Contains(string(world.Files[name]), "REHEARSAL") {
			t.Errorf("%s does not say REHEARSAL", name)
		}
		if secret := name == "sheet.txt" || name == "key.pem"; world.Secret[name] != secret {
			t.Errorf("%s: secret is %v", name, world.Secret[name])
		}
	}
	noSecrets(t, world, passphrase, key)
}

func checked(t *testing.T, world *ceremonytest.World) *transcript.Transcript {
	t.Helper()
	log, err := transcript.Check(world.Files["transcript.jsonl"])
	if err != nil {
		t.Fatal(err)
	}
	return log
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
			if strings.Contains(string(data), canary) {
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
	want := []string{"release.sheet.txt", "baker-1.sheet.txt", "release.pem", "release.pub", "baker-1.pem", "baker-1.pub", "transcript.jsonl"}
	if !reflect.DeepEqual(world.Order, want) {
		t.Errorf("files %v, not %v", world.Order, want)
	}
	log := checked(t, world)
	if log.Rehearsal || len(log.Keys) != 2 || len(log.Outputs) != 6 {
		t.Errorf("%+v %v %v", log.Header, log.Keys, log.Outputs)
	}
	for name, data := range world.Files {
		if strings.Contains(string(data), "REHEARSAL") {
			t.Errorf("%s says REHEARSAL", name)
		}
	}
	refused := ceremonytest.Events(log, "refused")
	if len(refused) != 1 || refused[0].Data["why"] != "these are not the last two words of the digest" {
		t.Errorf("refused: %v", refused)
	}
	if strings.Contains(string(world.Files["transcript.jsonl"]), passphrase) {
		t.Error("the passphrase is in the transcript")
	}
	if got := len(ceremonytest.Events(log, "finding")); got != 2*len(ceremony.Checks()) {
		t.Errorf("%d findings of two measurements", got)
	}
	for _, line := range ceremonytest.Events(log, "proven") {
		if line.Data["from"] != ceremony.FromSheet {
			t.Errorf("read back from %q", line.Data["from"])
		}
	}
}

func TestReplay(t *testing.T) {
	t.Parallel()
	for name, mode := range map[string]ceremony.Mode{"one": ceremony.Rehearsal, "two": ceremony.Production} {
		a, b := ceremonytest.New(), ceremonytest.New()
		first, err := perform(t, name, nil, mode, a)
		if err != nil {
			t.Fatal(err)
		}
		second, err := perform(t, name, nil, mode, b)
		if err != nil || first != second || !reflect.DeepEqual(a.Files, b.Files) {
			t.Errorf("%s: played again it made other files (%v)", name, err)
		}
	}
}

func TestException(t *testing.T) {
	t.Parallel()
	up := ceremony.Finding{Check: "links", Severity: ceremony.Block, Detail: "link eth0 is up"}
	answers := string(ceremonytest.Read(t, root, "two.answers.yaml"))
	world := ceremonytest.New().With(up)
	if _, err := perform(t, "two", nil, ceremony.Production, world); err == nil || !strings.HasSuffix(err.Error(), "answers: there is none for step machine") {
		t.Errorf("an exception without a reason: %v", err)
	}
	world = ceremonytest.New().With(up)
	if _, err := perform(t, "two", []byte(answers+"machine: [x, the build server has no other console, still so]\n"), ceremony.Production, world); err != nil {
		t.Fatal(err)
	}
	var reasons []string
	for _, line := range ceremonytest.Events(checked(t, world), transcript.EventException) {
		reasons = append(reasons, line.Data["check"]+": "+line.Data["reason"])
	}
	if want := []string{"links: the build server has no other console", "links: still so"}; !reflect.DeepEqual(reasons, want) {
		t.Errorf("exceptions %q, not %q", reasons, want)
	}
}

func TestRefusedMachine(t *testing.T) {
	t.Parallel()
	up := ceremony.Finding{Check: "swap", Severity: ceremony.Block, Detail: "swap on /dev/sda2"}
	world := ceremonytest.New().With(up)
	_, err := perform(t, "two", nil, ceremony.Production, world)
	if !errors.Is(err, ceremony.ErrRefused) || !strings.Contains(err.Error(), "swap on /dev/sda2") {
		t.Errorf("swap on a disk: %v", err)
	}
	if log := checked(t, world); log.Outcome != transcript.Refused || len(world.Files) != 1 {
		t.Errorf("outcome %s, files %v", log.Outcome, world.Order)
	}
	world = ceremonytest.New().With(up)
	if _, err := perform(t, "one", nil, ceremony.Rehearsal, world); err != nil {
		t.Errorf("a rehearsal on such a machine: %v", err)
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
	front, err := script.New(ceremonytest.Read(t, root, "two.answers.yaml"), plan, ceremony.Production, script.Hands{ReadSheet: world.ReadBack})
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
	if names := slices.Collect(maps.Keys(world.Files)); !reflect.DeepEqual(names, []string{"transcript.jsonl"}) {
		t.Errorf("files %v", names)
	}
}

func TestBadAnswers(t *testing.T) {
	t.Parallel()
	good := string(ceremonytest.Read(t, root, "one.answers.yaml"))
	for _, c := range []struct{ name, answers, want string }{
		{"an unknown step", good + "dice: 1\n", `line 9: there is no step "dice"`},
		{"a step twice", good + "plan: shown\n", "line 9: step plan stands here twice"},
		{"no answer", good + "outputs: []\n", "line 9: step outputs has no answer"},
		{"an empty answer", good + "outputs: \"\"\n", "line 9: an answer to step outputs is text, or a list of texts"},
		{"a mapping", good + "outputs: {a: b}\n", "line 9: an answer to step outputs is text, or a list of texts"},
		{"a list alone", "- shown\n", "line 1: answers are steps and what to answer, one a line"},
		{"nothing", "", "line 1: there is nothing in it"},
		{"only a comment", "# x\n", "line 1: there is nothing in it"},
		{"an alias", "plan: &a shown\nsheet: *a\n", "line 1: anchors and aliases are not taken; write it out"},
		{"too much", strings.Repeat("#\n", 1<<20), "more than 1048576 bytes"},
		{"an answer for a step that asks nothing", good + "self-test: yes\n", "answers, line 9: nobody asked for this answer to step self-test"},
		{"an answer too many", strings.Replace(good, "sheet: yes", "sheet: [yes, yes]", 1), "answers, line 7: nobody asked for this answer to step sheet"},
		{"an answer too few", strings.Replace(good, "sheet: yes", "", 1), "answers: there is none for step sheet"},
		{"a wrong answer", strings.Replace(good, "plan: shown", "plan: aardvark", 1),
			"answers, line 2: the answer to step plan was not taken, and there is no other"},
		{"a wrong passphrase", strings.Replace(good, "passphrase: shown", "passphrase: canary-1234", 1),
			"answers, line 6: the answer to step passphrase was not taken, and there is no other"},
		{"a no", strings.Replace(good, "sheet: yes", "sheet: no", 1), "answers, line 7: the answer to step sheet was not taken, and there is no other"},
		{"something else than the sheet", strings.Replace(good, "read-back: sheet", "read-back: canary-1234", 1),
			"answers, line 8: the answer to step read-back was not taken, and there is no other"},
		{"dice that are no dice", strings.Replace(good, "  - \"", "  - \"7", 1), "answers: there is none for step entropy"},
	} {
		world := ceremonytest.New()
		_, err := perform(t, "one", []byte(c.answers), ceremony.Rehearsal, world)
		if err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", c.name, err, c.want)
			continue
		}
		if strings.Contains(string(world.Files["transcript.jsonl"]), "canary") {
			t.Errorf("%s: the transcript holds what was typed in secret", c.name)
		}
		if world.Files["key.pem"] != nil {
			t.Errorf("%s: there is a key", c.name)
		}
		if len(world.Files) > 0 && checked(t, world).Outcome != transcript.GivenUp {
			t.Errorf("%s: the transcript does not say that it was given up", c.name)
		}
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add(ceremonytest.Read(f, root, "one.answers.yaml"))
	f.Add(ceremonytest.Read(f, root, "two.answers.yaml"))
	f.Add([]byte("plan: &a shown\nsheet: *a\n"))
	f.Add([]byte("plan: [[a]]\n--- \nplan: b\n"))
	plan := ceremonytest.Plan(f, root, "one.yaml")
	f.Fuzz(func(t *testing.T, data []byte) {
		front, err := script.New(data, plan, ceremony.Rehearsal, script.Hands{})
		if err != nil {
			return
		}
		for range 8 {
			answer, err := front.Ask(ceremony.Prompt{Step: ceremony.StepEntropy, Kind: ceremony.Secret, Hidden: true})
			if err != nil {
				return
			}
			answer.Secret.Destroy()
		}
	})
}
