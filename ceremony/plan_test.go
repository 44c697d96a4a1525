package ceremony

import (
	"crypto/sha256"
	"os"
	"reflect"
	"strings"
	"testing"

	"sigtool/keygen"
)

func TestExample(t *testing.T) {
	t.Parallel()
	p, err := ParsePlan(Example())
	if err != nil {
		t.Fatal(err)
	}
	if p.Digest() != sha256.Sum256(Example()) {
		t.Error("the digest is not that of the file")
	}
	if p.Entropy.Dice != 100 || len(p.Keys) != 1 || p.Keys[0].Certificate == nil || p.Answers {
		t.Errorf("%+v", p)
	}
	for _, name := range []string{"kind", "people", "passphrase", "backup", "entropy", "machine", "steps", "answers"} {
		if !strings.Contains(string(Example()), "\n"+name+":") {
			t.Errorf("the example does not show the field %s", name)
		}
	}
}

const small = `version: 1
kind: generate
title: Test
keys:
  - label: a
    algorithm: p256
`

func TestDefaults(t *testing.T) {
	t.Parallel()
	p, err := ParsePlan([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	machine := map[string]Severity{}
	for _, check := range Checks() {
		machine[check] = Block
	}
	if p.Passphrase != keygen.Base58 || p.Backup != (Backup{Code: CodeLines, Copies: 1}) || p.Answers || p.Entropy != (Entropy{}) ||
		!reflect.DeepEqual(p.Steps, Steps()) || !reflect.DeepEqual(p.Machine, machine) {
		t.Errorf("defaults: %+v", p)
	}
	if p.MayAnswer(Rehearsal) != nil || p.MayAnswer(Production) == nil {
		t.Error("answers from a file must be for rehearsals only by default")
	}
}

// TestRefusedPlans has a plan for every way in which one can be wrong. with is added to the small plan, or replaces it if it begins
// with "=", or replaces "old" by "new" in it if it has "=>".
func TestRefusedPlans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ with, want string }{
		{"=", "line 1: there is nothing in it"},
		{"=# only a comment\n", "line 1: there is nothing in it"},
		{"=\n- a\n", "line 2: the plan takes fields, one a line"},
		{"=a: [", "line 1: did not find expected node content"},
		{"=\ufeff" + small, "not plain UTF-8 text"},
		{"=\xff\xfet\x00", "not plain UTF-8 text"},
		{"=" + strings.Repeat("# more\n", 10000), "more than 65536 bytes"},
		{"---\nversion: 1\n", "line 7: a second document; there may be one alone"},
		{"--- [\n", "line 7: did not find expected node content"},
		{"extra: 1\n", `line 7: the plan has no field "extra"`},
		{"? [a]\n: b\n", `line 7: the plan has no field ""`},
		{"kind: generate\n", `line 7: field "kind" stands twice in the plan`},
		{"version: 1=>purpose: x", `line 1: the plan needs the field "version"`},
		{"title: Test=>purpose: x", `line 1: the plan needs the field "title"`},
		{"    algorithm: p256=>    purpose: x", `line 5: a key needs the field "algorithm"`},
		{"version: 1=>version: 2", "line 1: version is a number from 1 to 1"},
		{"version: 1=>version: 01", "line 1: version is a number from 1 to 1"},
		{"version: 1=>version: 0x1", "line 1: version is a number from 1 to 1"},
		{"version: 1=>version: '1'", "line 1: version is a number from 1 to 1"},
		{"kind: generate=>kind: make", "line 2: kind is one of generate, restore, sign, rotate, destroy"},
		{"kind: generate=>kind: rotate", "line 2: this version holds no ceremonies of kind rotate, only of kind generate"},
		{"title: Test=>title: 2027", "line 3: title is text; put it in quotes if it looks like something else"},
		{"title: Test=>title: [a]", "line 3: title is text; put it in quotes if it looks like something else"},
		{"title: Test=>title:", "line 3: title is text; put it in quotes if it looks like something else"},
		{`title: Test=>title: ""`, "line 3: title has 1 to 64 bytes and no space too many"},
		{`title: Test=>title: " Test"`, "line 3: title has 1 to 64 bytes and no space too many"},
		{`title: Test=>title: "Test  it"`, "line 3: title has 1 to 64 bytes and no space too many"},
		{"title: Test=>title: " + strings.Repeat("word ", 13) + "x", "line 3: title has 1 to 64 bytes and no space too many"},
		{`title: Test=>title: "\e[2J"`, "line 3: title has a character that can't be printed"},
		{`title: Test=>title: "a \u202e b"`, "line 3: title has a character that can't be printed"},
		{"title: Test=>title: &a Test", "line 3: anchors and aliases are not taken; write it out"},
		{"purpose: *a\n", "unknown anchor 'a' referenced"},
		{"title: Test=>title: !!str 1", "line 3: tags are not taken"},
		{"title: Test=>title: !x Test", "line 3: tags are not taken"},
		{"<<: {purpose: x}\n", "line 7: merges are not taken; write it out"},
		{"people: []\n", "line 7: people is a list of 1 to 32 entries"},
		{"people: [{name: A}]\n", `line 7: a person needs the field "role"`},
		{"people: [{name: A, role: king}]\n", "line 7: role is one of administrator, operator, witness, holder, auditor"},
		{"people:\n  - {name: A, role: witness}\n  - {name: A, role: witness}\n", "line 9: A stands here twice as witness"},
		{"keys:\n  - label: a\n    algorithm: p256=>keys: []", "line 4: keys is a list of 1 to 16 entries"},
		{"keys:\n  - label: a\n    algorithm: p256=>keys: [a]", "line 4: a key takes fields, one a line"},
		{"  - {label: a, algorithm: p256}\n", "line 7: two keys are labelled a"},
		{"label: a=>label: A", "line 5: label has 1 to 32 of a-z, 0-9 and hyphens, and no hyphen first"},
		{"label: a=>label: -a", "line 5: label has 1 to 32 of a-z, 0-9 and hyphens, and no hyphen first"},
		{"label: a=>label: ../a", "line 5: a path or device; a plan holds none, they are chosen on the day"},
		{"label: a=>label: " + strings.Repeat("a", 33), "line 5: label has 1 to 32 of a-z, 0-9 and hyphens, and no hyphen first"},
		{"algorithm: p256=>algorithm: dsa", "line 6: algorithm is one of ed25519, p256, p384, p521, secp256k1, rsa2048, rsa3072, rsa4096"},
		{"    certificate: {subject: CN=a, days: 1}\n", `line 7: certificate needs the field "not-before"`},
		{"    certificate: {subject: a, days: 1, not-before: 2027-01-01}\n", "line 7: subject is written as CN=name, with what else there is after a comma"},
		{"    certificate: {subject: 'CN=a,C=Germany', days: 1, not-before: 2027-01-01}\n", "line 7: subject:"},
		{"    certificate: {subject: CN=a, days: 0, not-before: 2027-01-01}\n", "line 7: days is a number from 1 to 36525"},
		{"    certificate: {subject: CN=a, days: 1, not-before: today}\n", "line 7: not-before is a day such as 2027-01-01"},
		{"    certificate: {subject: CN=a, days: 1, not-before: 1970-01-01}\n", "line 7: not-before is a day such as 2027-01-01"},
		{"    certificate: {subject: CN=a, days: 1, not-before: 2027-01-01, ca: yes}\n", "line 7: ca is one of true, false"},
		{"algorithm: p256=>algorithm: secp256k1\n    certificate: {subject: CN=a, days: 1, not-before: 2027-01-01}",
			"line 5: key a: certificates can't be made for secp256k1 keys"},
		{"passphrase: {style: short}\n", "line 7: style is one of base58, bip39, diceware"},
		{"passphrase: {}\n", `line 7: passphrase needs the field "style"`},
		{"backup: {code: qr}\n", "line 7: code is one of lines, words"},
		{"backup: {code: lines, copies: 0}\n", "line 7: copies is a number from 1 to 16"},
		{"backup: {code: lines, holder: ''}\n", "line 7: holder has 1 to 64 bytes and no space too many"},
		{"backup: {code: lines, printer: lp0}\n", `line 7: backup has no field "printer"`},
		{"entropy: {dice: -1}\n", "line 7: dice is a number from 0 to 1000"},
		{"entropy: {coins: 2001}\n", "line 7: coins is a number from 0 to 2000"},
		{"entropy: {dice: 49}\n", "line 7: dice is 0 or at least 50: fewer hold less than 128 bits"},
		{"entropy:\n  dice: 100\n  coins: 127\n", "line 9: coins is 0 or at least 128: fewer hold less than 128 bits"},
		{"entropy: {dice: 1e2}\n", "line 7: dice is a number from 0 to 1000"},
		{"machine: {links: ignore}\n", "line 7: links is one of block, warn"},
		{"machine: {camera: warn}\n", `line 7: machine has no field "camera"`},
		{"answers: true\n", "line 7: answers is one of rehearsal, allowed"},
		{"steps: [plan, transcript, dance]\n", "line 7: a step is one of plan, machine, entropy, generate, self-test, passphrase, sheet, read-back, outputs, transcript"},
		{"purpose: see /home/ada/plan\n", "line 7: a path or device; a plan holds none, they are chosen on the day"},
		{"purpose: /dev/sdb1\n", "line 7: a path or device; a plan holds none, they are chosen on the day"},
		{"purpose: stick=/mnt/stick\n", "line 7: a path or device; a plan holds none, they are chosen on the day"},
		{"purpose: ~ada\n", "line 7: a path or device; a plan holds none, they are chosen on the day"},
		{`purpose: 'C:\keys'` + "\n", "line 7: a path or device; a plan holds none, they are chosen on the day"},
		{"purpose: https://example.org/key\n", "line 7: a path or device; a plan holds none, they are chosen on the day"},
		{"# -----BEGIN PRIVATE KEY-----\n", "line 7: a PEM block; a plan holds no keys"},
		{"purpose: |\n  -----END X-----\n", "line 8: a PEM block; a plan holds no keys"},
		{"purpose: 59oER7LlKbJfNgmsPljYwg==\n", "line 7: long random text; a plan holds no keys and no passphrases"},
		{"# 7Yb2-kLm9-aaQ3-Zx81-pT5v-Ww2e-k9\n", "line 7: long random text; a plan holds no keys and no passphrases"},
		{"purpose: 'code 0f3a9c1e7b2d4f6a8c0e1b3d5f7a9c2e'\n", "line 7: long random text; a plan holds no keys and no passphrases"},
	} {
		_, err := ParsePlan([]byte(change(c.with)))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q:\n got %v\nwant %s", c.with, err, c.want)
		}
	}
}

func change(with string) string {
	if text, ok := strings.CutPrefix(with, "="); ok {
		return text
	}
	if from, to, ok := strings.Cut(with, "=>"); ok {
		return strings.Replace(small, from, to, 1)
	}
	return small + with
}

func TestTakenPlans(t *testing.T) {
	t.Parallel()
	for _, with := range []string{
		"purpose: signs and/or counter-signs 24/7, see section 4.2 of the handbook\n",
		"purpose: sigtool-release-signing-key-2026-q4-rsa4096\n",
		"purpose: Prüfschlüssel für Geräte\n",
		"entropy: {}\n", "entropy: {dice: 50, coins: 0}\n", "entropy: {dice: 0, coins: 128}\n", "people: [{name: A, role: witness}, {name: A, role: operator}]\n",
		"backup: {code: words}\n", "passphrase: {style: bip39}\n", "answers: allowed\n",
		"algorithm: p256=>algorithm: rsa4096", "title: Test=>title: '2027'",
	} {
		if _, err := ParsePlan([]byte(change(with))); err != nil {
			t.Errorf("%q: %v", with, err)
		}
	}
}

func TestStepsInOrder(t *testing.T) {
	t.Parallel()
	const all = "plan machine entropy generate self-test passphrase sheet read-back outputs transcript"
	for steps, want := range map[string]string{
		all: "",
		"plan machine entropy passphrase generate self-test machine sheet read-back outputs machine transcript": "",
		"plan machine entropy generate self-test passphrase sheet outputs transcript":                           "the step read-back is missing",
		"machine plan entropy generate self-test passphrase sheet read-back outputs transcript":                 "the step plan is the first and transcript the last",
		"plan machine entropy generate self-test passphrase sheet read-back transcript outputs":                 "the step plan is the first and transcript the last",
		"plan machine entropy generate self-test passphrase sheet sheet read-back outputs transcript":           "the step sheet can't be taken twice",
		"plan machine generate entropy self-test passphrase sheet read-back outputs transcript":                 "the step entropy comes before generate",
		"plan machine entropy self-test generate passphrase sheet read-back outputs transcript":                 "the step generate comes before self-test",
		"plan entropy machine generate self-test passphrase sheet read-back outputs transcript":                 "the step machine comes before entropy",
		"plan machine passphrase entropy generate self-test sheet read-back outputs transcript":                 "the step entropy comes before passphrase",
		"plan machine entropy generate passphrase sheet self-test read-back outputs transcript":                 "the step self-test comes before sheet",
		"plan machine entropy generate self-test sheet passphrase read-back outputs transcript":                 "the step passphrase comes before sheet",
		"plan machine entropy generate self-test passphrase read-back sheet outputs transcript":                 "the step sheet comes before read-back",
		"plan machine entropy generate self-test passphrase sheet outputs read-back transcript":                 "the step read-back comes before outputs",
	} {
		_, err := ParsePlan([]byte(small + "steps: [" + strings.ReplaceAll(steps, " ", ", ") + "]\n"))
		if want == "" && err != nil || want != "" && (err == nil || err.Error() != "line 7: "+want) {
			t.Errorf("%s: %v, want %q", steps, err, want)
		}
	}
}

func FuzzParsePlan(f *testing.F) {
	f.Add(Example())
	f.Add([]byte(small))
	for _, name := range []string{"one.yaml", "two.yaml"} {
		data, err := os.ReadFile("../testdata/ceremony/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("a: &a [x, x]\nb: [*a, *a]\n<<: *a\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParsePlan(data)
		if err != nil {
			return
		}
		if len(data) > maxPlan || len(p.Keys) == 0 || p.Title == "" || sensible(p.Steps) != nil {
			t.Fatalf("took %q", data)
		}
	})
}
