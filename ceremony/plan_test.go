package ceremony

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sigtool/keygen"
)

func TestExamples(t *testing.T) {
	t.Parallel()
	for _, name := range Examples() {
		p, err := ParsePlan(Example(name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p.Digest() != sha256.Sum256(Example(name)) || p.Answers {
			t.Errorf("%s: %+v", name, p)
		}
		if name != ExampleFive && name != ExampleIMXSRK && name != ExampleExport && p.Kind != name {
			t.Errorf("%s is of kind %s", name, p.Kind)
		}
	}
	if Example("dance") != nil {
		t.Error("an example that there is not")
	}
	for _, name := range []string{"kind", "people", "dual-control", "keys", "passphrase", "backups", "entropy", "machine", "media", "steps", "answers", "# sign"} {
		if !strings.Contains(string(Example(KindGenerate)), "\n"+name+":") {
			t.Errorf("the first example does not show the field %s", name)
		}
	}
}

// small is a plan of one person, with nothing that may be left out.
const small = `version: 1
kind: generate
title: Test
dual-control: waived
people: [{name: Ada, role: operator}]
keys:
  - label: a
    algorithm: p256
backups:
  - code: lines
`

// old is what stands with a key that there is already.
const (
	finger = "SHA256:5Pv0H0L4XWp2NKOA/ywi6D9HojeW2ZVH6anyFciii4g="
	other  = "SHA256:4GiB/QxzXep9b0DOrNqN7SqVrmc0BpfbFD84xmtUQLo="
)

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
	machine[CheckUSB] = Warn
	want := &Plan{
		Kind: KindGenerate, Title: "Test", People: []Person{{Name: "Ada", Role: RoleOperator}}, Waived: true,
		Keys:       []Key{{Label: "a", Algorithm: keygen.P256, Exports: []Export{{Target: ExportPKCS8}}}},
		Passphrase: Passphrase{Style: keygen.Base58}, Backups: []Backup{{Code: CodeLines, Copies: 1}}, Machine: machine,
		Steps: []string{StepIdentity, StepRollCall, StepMachine, StepClock, StepEntropy, StepGenerate, StepPassphrase, StepBackups, StepDrill, StepBags,
			StepExports, StepDestroy, StepTranscript},
		digest: sha256.Sum256([]byte(small)), text: []byte(small),
	}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("defaults:\n%+v, want\n%+v", p, want)
	}
	if p.MayAnswer(Rehearsal) != nil || p.MayAnswer(Production) == nil {
		t.Error("answers from a file must be for rehearsals only by default")
	}
}

// TestEveryField reads each field back.
func TestEveryField(t *testing.T) {
	t.Parallel()
	p := parsed(t, "five.yaml")
	if len(p.People) != 8 || p.Driver().Name != "Ada Example" || p.Witness().Name != "Cleo Example" || p.Operator().Name != "Ben Example" || p.Waived {
		t.Errorf("people: %+v", p.People)
	}
	if b := p.Backups[0]; b.Code != CodeShares || b.Need != 3 || b.Of != 5 || b.Sheets() != 5 || b.Holder(3) != "Dan Example" || b.Holder(9) != "" || b.Copies != 1 {
		t.Errorf("backups: %+v", p.Backups)
	}
	if c := p.Keys[0].Certificate; c == nil || !c.CA || c.Days != 7300 || len(p.Keys[0].Exports) != 0 || p.NeedsPassphrase() || p.Has(StepPassphrase) {
		t.Errorf("keys: %+v", p.Keys)
	}
	if p.Machine[CheckMedium] != Strict || p.Entropy.Dice != 100 || len(p.Media) != 1 {
		t.Errorf("%+v", p)
	}
	p = parsed(t, "restore.yaml")
	if e := p.Keys[0].Exports; len(e) != 1 || e[0].Target != ExportAge || len(e[0].Recipients) != 1 || p.Keys[0].Paper != CodeShares || len(p.Old()) != 1 {
		t.Errorf("keys: %+v", p.Keys)
	}
	p = parsed(t, "sign.yaml")
	if want := []ToSign{{"release", "hello.txt", "raw", "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"}}; !slices.Equal(p.Sign, want) {
		t.Errorf("sign: %+v", p.Sign)
	}
	p = parsed(t, "rotate.yaml")
	if len(p.Old()) != 1 || len(p.New()) != 1 || p.New()[0].Replaces != p.Old()[0].Label || p.Passphrase != (Passphrase{keygen.BIP39, "Ada Example"}) {
		t.Errorf("rotate: %+v", p)
	}
}

// parsed reads one of the plans to test with.
func parsed(t testing.TB, name string) *Plan {
	t.Helper()
	data, err := os.ReadFile("../testdata/ceremony/" + name)
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParsePlan(data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return p
}

// row is a change to a plan, and how the error about it begins; "" where the plan is taken.
type row struct{ with, want string }

// check changes a plan and compares what is said of it.
func check(t *testing.T, plan string, rows []row) {
	t.Helper()
	for _, c := range rows {
		_, err := ParsePlan([]byte(change(plan, c.with)))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%q: %v", c.with, err)
		case c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)):
			t.Errorf("%q:\n got %v\nwant %s", c.with, err, c.want)
		}
	}
}

// change adds text to a plan, or puts it in the plan's place if it begins with "=", or replaces "old" by "new" if it has "=>", more than
// once where it has ";;" between.
func change(plan, with string) string {
	if text, ok := strings.CutPrefix(with, "="); ok {
		return text
	}
	if !strings.Contains(with, "=>") {
		return plan + with
	}
	for change := range strings.SplitSeq(with, ";;") {
		from, to, _ := strings.Cut(change, "=>")
		if !strings.Contains(plan, from) {
			return "the plan has no " + from
		}
		plan = strings.Replace(plan, from, to, 1)
	}
	return plan
}

func FuzzParsePlan(f *testing.F) {
	for _, name := range Examples() {
		f.Add(Example(name))
	}
	files, err := filepath.Glob("../testdata/ceremony/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatal("no plans to begin with")
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(small))
	f.Add([]byte("a: &a [x, x]\nb: [*a, *a]\n<<: *a\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParsePlan(data)
		if err != nil {
			if p != nil {
				t.Fatal("a plan and an error")
			}
			return
		}
		if len(data) > maxPlan || len(p.Keys) == 0 || len(p.People) == 0 || p.Title == "" || sensible(p.Steps) != nil {
			t.Fatalf("took %q", data)
		}
		for _, b := range p.Backups {
			if b.Sheets() > 31 || b.Need > b.Of || len(b.Holders) > 0 && len(b.Holders) != b.Sheets() {
				t.Fatalf("took %q", data)
			}
		}
		for _, w := range append(p.Warnings(), p.Reach()...) {
			if w == "" {
				t.Fatalf("nothing to say of %q", data)
			}
		}
		if len(p.Outline()) != len(p.Steps) || len(Checklist(p, p.Digest()).Markdown()) == 0 {
			t.Fatalf("steps of %q", data)
		}
	})
}
