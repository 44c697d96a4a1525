package ceremony_test

import (
	"bytes"
	"crypto"
	"errors"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"sigtool/backup"
	"sigtool/backup/shares"
	"sigtool/ceremony"
	"sigtool/ceremony/ceremonytest"
	"sigtool/ceremony/transcript"
	"sigtool/internal/secret"
	"sigtool/internal/sigalg"
	"sigtool/keygen"
)

// oldKey is a P-256 key that there is already, on paper as 2 of 3 shares.
func oldKey(t *testing.T, world *ceremonytest.World, label string) crypto.Signer {
	t.Helper()
	return onPaper(t, world, label, false)
}

// onPaper puts the key's shares into a world; those of a rehearsal have its mark.
func onPaper(t *testing.T, world *ceremonytest.World, label string, rehearsal bool) crypto.Signer {
	t.Helper()
	seed := bytes.Repeat([]byte{0x11}, keygen.SeedSize)
	key, err := keygen.FromSeed(keygen.P256, seed)
	if err != nil {
		t.Fatal(err)
	}
	payload := backup.Payload{Kind: backup.KindSeed, Label: label, Algorithm: "p256", Derivation: keygen.Derivation(keygen.P256),
		Fingerprint: keygen.Fingerprint(key.Public()), Secret: secret.From(seed)}
	defer payload.Secret.Destroy()
	sheets, err := shares.Codec{}.Encode(payload, backup.Meta{Date: time.Unix(0, 0), Rehearsal: rehearsal}, backup.Split{
		Groups: []backup.Group{{Need: 2, Of: 3}}, Threshold: 1, Rand: rand.NewChaCha8([32]byte{3})})
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"old-share-1.txt", "old-share-2.txt"} { // as they are asked for: two of three
		world.Sheets[name], world.Sheets[label+"."+name] = sheets[2-i].Text, sheets[2-i].Text
	}
	return key
}

// planOf reads a plan of testdata whose old key is the one given.
func planOf(t testing.TB, name string, key crypto.Signer) *ceremony.Plan {
	t.Helper()
	text := regexp.MustCompile(`SHA256:[A-Za-z0-9+/]{43}=`).ReplaceAllLiteral(ceremonytest.Read(t, "..", name), []byte(keygen.Fingerprint(key.Public())))
	plan, err := ceremony.ParsePlan(text)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// hold holds a ceremony to its end, and returns what was recorded.
func hold(t *testing.T, world *ceremonytest.World, plan *ceremony.Plan, operator *ceremonytest.Operator) *transcript.Transcript {
	t.Helper()
	run, err := ceremony.NewRun(plan, world.Effects("test"), ceremony.Production)
	if err != nil {
		t.Fatal(err)
	}
	if err := ceremony.Drive(run, operator); err != nil {
		t.Fatal(err)
	}
	got := log(t, world)
	if err := got.Complete(); err != nil {
		t.Error(err)
	}
	return got
}

func TestSign(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	key := oldKey(t, world, "release")
	world.Inputs["hello.txt"] = []byte("hello\n")
	hold(t, world, planOf(t, "sign.yaml", key), &ceremonytest.Operator{World: world})
	if err := sigalg.VerifyMessage(key.Public(), crypto.SHA256, world.Inputs["hello.txt"], world.Files["hello.txt.sig"]); err != nil {
		t.Error(err)
	}

	other := ceremonytest.New()
	oldKey(t, other, "release")
	other.Inputs["hello.txt"] = []byte("jello\n")
	if _, err := ceremony.NewRun(planOf(t, "sign.yaml", key), other.Effects("test"), ceremony.Production); !errors.Is(err, ceremony.ErrRefused) {
		t.Errorf("another file than the plan's would be signed: %v", err)
	}
	other.Inputs["hello.txt"] = []byte("hello\n")
	run, err := ceremony.NewRun(planOf(t, "sign.yaml", key), other.Effects("test"), ceremony.Production)
	if err != nil {
		t.Fatal(err)
	}
	other.Inputs["hello.txt"] = []byte("jello\n")
	if err := ceremony.Drive(run, &ceremonytest.Operator{World: other}); !errors.Is(err, ceremony.ErrRefused) || other.Files["hello.txt.sig"] != nil {
		t.Errorf("another file than the plan's was signed: %v", err)
	}
}

func TestRestoreToNewPaper(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	key := oldKey(t, world, "release")
	operator := &ceremonytest.Operator{World: world}
	world.ByHand = true
	got := hold(t, world, planOf(t, "restore.yaml", key), operator)
	if proven := ceremonytest.Events(got, "proven"); len(proven) != 1 || proven[0].Data["code"] != "codex32" {
		t.Errorf("proven: %v", proven)
	}
	if world.Files["key.age"] == nil || world.Files["key.pub"] == nil || world.Files["key.pem"] != nil {
		t.Errorf("files %v", world.Order)
	}
}

// TestWrongShares: shares of another key, and a mistyped one, are told; the right ones then do.
func TestWrongShares(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	key := oldKey(t, world, "release")
	world.Inputs["hello.txt"] = []byte("hello\n")
	rows := bytes.Join(regexp.MustCompile(`(?m)^ +(\d\d [a-z]+ +)+(\d\d [a-z]+)\n`).FindAll(world.Sheets["old-share-1.txt"], -1), nil)
	damaged := regexp.MustCompile(`12 [a-z]+`).ReplaceAll(rows, []byte("12 academic"))
	operator := &ceremonytest.Operator{World: world, Instead: once(ceremony.StepRestore, ceremony.Paper, ceremony.Answer{Secret: secret.From(damaged)}, nil)}
	hold(t, world, planOf(t, "sign.yaml", key), operator)
	said := ""
	for _, p := range operator.Seen {
		said += p.Refused
	}
	if !strings.Contains(said, "word") {
		t.Errorf("of a damaged share it said %q", said)
	}
}

func TestRotate(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	key := oldKey(t, world, "release-2022")
	operator := &ceremonytest.Operator{World: world}
	got := hold(t, world, planOf(t, "rotate.yaml", key), operator)
	statement := world.Files["release-2027.replaces-release-2022.txt"]
	if err := sigalg.VerifyMessage(key.Public(), crypto.SHA256, statement, world.Files["release-2027.replaces-release-2022.txt.sig"]); err != nil {
		t.Error(err)
	}
	if len(got.Keys) != 2 || !bytes.Contains(statement, []byte(got.Keys[1].Fingerprint)) || !bytes.Contains(statement, []byte(keygen.Fingerprint(key.Public()))) {
		t.Errorf("%d keys; it says\n%s", len(got.Keys), statement)
	}
}

func TestDestroy(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	key := oldKey(t, world, "release-2022")
	operator := &ceremonytest.Operator{World: world, Instead: once(ceremony.StepDestroy, ceremony.Line, ceremony.Answer{Text: "missing"}, nil)}
	got := hold(t, world, planOf(t, "destroy.yaml", key), operator)
	text := string(world.Files["destruction.txt"])
	if strings.Count(text, "document QPZR-Y9X8") != 2 || !strings.Contains(text, keygen.Fingerprint(key.Public())) || len(ceremonytest.Events(got, "missing")) != 1 {
		t.Errorf("the certificate:\n%s", text)
	}
}

// TestOwnKeys: a witness who brings a key of her own signs the transcript, by that key alone.
func TestOwnKeys(t *testing.T) {
	t.Parallel()
	own, err := keygen.FromSeed(keygen.Ed25519, bytes.Repeat([]byte{9}, keygen.SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, _ := keygen.MarshalPrivate(own)
	sealed, err := keygen.Seal(pkcs8, []byte("own passphrase"), keygen.PBKDF2, rand.NewChaCha8([32]byte{4}))
	if err != nil {
		t.Fatal(err)
	}
	text := bytes.Replace(ceremonytest.Read(t, "..", "one.yaml"), []byte("role: operator}"), []byte("role: operator, key: \""+keygen.Fingerprint(own.Public())+"\"}"), 1)
	plan, err := ceremony.ParsePlan(text)
	if err != nil {
		t.Fatal(err)
	}
	world := ceremonytest.New()
	world.Keys["own.pem"] = sealed
	operator := &ceremonytest.Operator{World: world}
	answers := []ceremony.Answer{{Text: "absent.pem"}, {Text: "own.pem"}, ceremonytest.Hidden("wrong"), ceremonytest.Hidden("own passphrase")}
	operator.Instead = func(p ceremony.Prompt) (ceremony.Answer, error, bool) {
		if p.Step != ceremony.StepTranscript || len(answers) == 0 {
			return ceremony.Answer{}, nil, false
		}
		a := answers[0]
		answers = answers[1:]
		return a, nil, true
	}
	got := hold(t, world, plan, operator)
	if seal := got.Lines[len(got.Lines)-1]; len(seal.Signatures) != 3 || seal.Signatures[2].By != "person: Ada Example" || len(ceremonytest.Events(got, "refused")) != 2 {
		t.Errorf("signed by %v", seal.Signatures)
	}
}

// TestDrillInEarnest: a sheet's own file is no paper; a sheet that was copied wrongly is shown again after three tries.
func TestDrillInEarnest(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	run, operator := start(t, "one.yaml", ceremony.Production, world)
	operator.Instead = func(p ceremony.Prompt) (ceremony.Answer, error, bool) {
		own := ceremony.Answer{Secret: secret.From(bytes.Clone(world.Files[p.Sheet])), From: ceremony.FromFile}
		return own, nil, p.Kind == ceremony.Paper && p.Refused == ""
	}
	if err := ceremony.Drive(run, operator); err != nil || len(ceremonytest.Events(log(t, world), "refused")) != 1 {
		t.Errorf("the sheet's own file: %v", err)
	}

	world = ceremonytest.New()
	world.ByHand = true
	run, operator = start(t, "five.yaml", ceremony.Production, world)
	tries, asked := 0, map[string]bool{}
	operator.Instead = func(p ceremony.Prompt) (ceremony.Answer, error, bool) {
		if p.Kind != ceremony.Paper {
			return ceremony.Answer{}, nil, false
		}
		asked[p.Sheet] = true
		tries++
		return ceremonytest.Hidden("academic academic"), nil, tries <= 3
	}
	if err := ceremony.Drive(run, operator); err != nil {
		t.Fatal(err)
	}
	if got := log(t, world); len(ceremonytest.Events(got, "shown again")) != 1 || len(ceremonytest.Events(got, "refused")) != 2 || len(asked) != 5 {
		t.Errorf("shown again %v, refused %v, of %d sheets", ceremonytest.Events(got, "shown again"), ceremonytest.Events(got, "refused"), len(asked))
	}
}

// TestRehearsalPaper: a rehearsal takes the paper of a throw-away key for that of the real one, and refuses that of the real one; in
// earnest it is the other way round.
func TestRehearsalPaper(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mode   ceremony.Mode
		marked bool // whether the paper says REHEARSAL
		real   bool // whether it is that of the key in the plan
		refuse bool
	}{
		{ceremony.Rehearsal, false, true, true}, {ceremony.Rehearsal, false, false, true}, {ceremony.Rehearsal, true, true, true}, {ceremony.Rehearsal, true, false, false},
		{ceremony.Production, false, true, false}, {ceremony.Production, false, false, true}, {ceremony.Production, true, true, true},
	} {
		world := ceremonytest.New()
		key := onPaper(t, world, "release", c.marked)
		world.Inputs["hello.txt"] = []byte("hello\n")
		plan := ceremonytest.Plan(t, "..", "sign.yaml")
		if c.real {
			plan = planOf(t, "sign.yaml", key)
		}
		run, err := ceremony.NewRun(plan, world.Effects("test"), c.mode)
		if err != nil {
			t.Fatal(err)
		}
		if err := ceremony.Drive(run, &ceremonytest.Operator{World: world}); (err != nil) != c.refuse {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// TestRepairs: what had to be put right is refused in the drill, by its place, and told when a key comes back.
func TestRepairs(t *testing.T) {
	t.Parallel()
	slip := regexp.MustCompile(`12 [a-z]+`)
	world := ceremonytest.New()
	run, operator := start(t, "five.yaml", ceremony.Rehearsal, world)
	operator.Instead = func(p ceremony.Prompt) (ceremony.Answer, error, bool) {
		return ceremony.Answer{Secret: secret.From(slip.ReplaceAll(world.Sheets[p.Sheet], []byte("12 zebra")))}, nil, p.Kind == ceremony.Paper && p.Refused == ""
	}
	if err := ceremony.Drive(run, operator); err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, p := range operator.Seen {
		said += p.Refused + "\n"
	}
	if strings.Count(said, "this had to be put right: ") != 3 || !strings.Contains(said, "12") {
		t.Errorf("of slips in the drill it said %q", said)
	}

	world = ceremonytest.New()
	key := oldKey(t, world, "release")
	world.Inputs["hello.txt"] = []byte("hello\n")
	world.Sheets["old-share-1.txt"] = slip.ReplaceAll(world.Sheets["old-share-1.txt"], []byte("12 zebra"))
	operator = &ceremonytest.Operator{World: world}
	got := hold(t, world, planOf(t, "sign.yaml", key), operator)
	if len(ceremonytest.Events(got, "repaired")) != 1 {
		t.Error("a repair was not recorded")
	}
}
