package ceremony_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"sigtool/ceremony"
	"sigtool/ceremony/ceremonytest"
	"sigtool/ceremony/transcript"
	"sigtool/keygen"
)

// exporting is a plan whose key leaves to a YubiHSM 2, by a wrap key of these bytes.
func exporting(t *testing.T, exports string) (*ceremony.Plan, *ceremonytest.World) {
	t.Helper()
	world := ceremonytest.New()
	key := []byte("0123456789abcdef0123456789ABCDEF!")[1:]
	world.Inputs["hsm.key"] = key
	sum := sha256.Sum256(key)
	text := strings.Replace(`version: 1
kind: generate
title: A key for a module
people:
  - {name: Ada Example, role: operator}
  - {name: Ben Example, role: witness}
keys:
  - {label: baker, algorithm: p256, certificate: {subject: CN=baker, not-before: 2027-01-01, days: 365}, exports: [EXPORTS]}
backups:
  - {code: shares, need: 2, of: 2, holders: [Ada Example, Ben Example]}
`, "EXPORTS", exports, 1)
	if strings.Contains(exports, "tezos") {
		text += "passphrase: {style: base58, holder: Ada Example}\n"
	}
	plan, err := ceremony.ParsePlan([]byte(strings.ReplaceAll(text, "FINGERPRINT", "SHA256:"+base64.StdEncoding.EncodeToString(sum[:]))))
	if err != nil {
		t.Fatal(err)
	}
	return plan, world
}

const toModule = "{target: yubihsm, wrap: hsm.key, wrap-fingerprint: 'FINGERPRINT', options: {id: 100}}"

// TestExports: the files that the plan foresees are there, secret, in the transcript, and approved; a rehearsal's say that they are.
func TestExports(t *testing.T) {
	t.Parallel()
	for _, mode := range []ceremony.Mode{ceremony.Production, ceremony.Rehearsal} {
		plan, world := exporting(t, toModule+", tezos")
		run, err := ceremony.NewRun(plan, world.Effects("test"), mode)
		if err != nil {
			t.Fatal(err)
		}
		operator := &ceremonytest.Operator{World: world}
		if err := ceremony.Drive(run, operator); err != nil {
			t.Fatal(err)
		}
		got := log(t, world)
		if err := got.Complete(); err != nil {
			t.Error(err)
		}
		var want, notes []string
		for _, f := range plan.Files() {
			name := f.Name
			if mode == ceremony.Rehearsal {
				name = strings.NewReplacer("key.yubihsm", "key.REHEARSAL.yubihsm", "key.tezos", "key.REHEARSAL.tezos").Replace(name)
			}
			want = append(want, name)
			if world.Secret[name] != f.Secret {
				t.Errorf("%s: secret %t", name, world.Secret[name])
			}
		}
		if slices.Sort(want); !slices.Equal(want, slices.Sorted(slices.Values(world.Order))) {
			t.Errorf("files %q, planned %q", world.Order, want)
		}
		notes = strings.Split(string(world.Files["import.txt"]), "\n")
		for _, line := range []string{"fingerprint: " + got.Keys[0].Fingerprint, "wrapped to the aes256-ccm-wrap key " + plan.Keys[0].Exports[0].Pinned + " (hsm.key)"} {
			if !slices.Contains(notes, line) {
				t.Errorf("%q is not in\n%s", line, world.Files["import.txt"])
			}
		}
		if rehearsal := bytes.HasPrefix(world.Files["import.txt"], []byte("REHEARSAL")); rehearsal != (mode == ceremony.Rehearsal) {
			t.Errorf("import.txt begins with %.20q", world.Files["import.txt"])
		}
		approved, left := ceremonytest.Events(got, transcript.EventWrapping), ceremonytest.Events(got, transcript.EventExported)
		if len(approved) != 1 || len(left) != 2 || approved[0].Data["fingerprint"] != left[0].Data["wrapping"] || left[1].Data["wrapping"] != "" {
			t.Errorf("approved %v, left %v", approved, left)
		}
		asked := slices.ContainsFunc(operator.Seen, func(p ceremony.Prompt) bool {
			return p.Step == ceremony.StepIdentity && p.Kind == ceremony.Confirm && p.Who == "Ben Example, witness"
		})
		if address := ceremonytest.Events(got, transcript.EventKey)[0].Data["tezos_address"]; !asked || !strings.HasPrefix(address, "tz3") {
			t.Errorf("asked %t, address %q", asked, address)
		}
	}
}

// TestExportsRefused: what can't be exported stops the ceremony before there is a key, or anything else.
func TestExportsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		exports string
		change  func(*ceremonytest.World)
		want    string
		refused bool
	}{
		{toModule, func(w *ceremonytest.World) { w.Inputs["hsm.key"][0] ^= 1 }, "hsm.key is the wrapping key SHA256:", true},
		{toModule, func(w *ceremonytest.World) { delete(w.Inputs, "hsm.key") }, "hsm.key", false},
		{strings.Replace(toModule, "id: 100", "id: 70000", 1), func(*ceremonytest.World) {}, "70000", true},
		{strings.Replace(toModule, "id: 100", "id: 100, capabilities: sign-eddsa", 1), func(*ceremonytest.World) {}, "sign-eddsa", true},
	} {
		plan, world := exporting(t, c.exports)
		c.change(world)
		_, err := ceremony.NewRun(plan, world.Effects("test"), ceremony.Production)
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, ceremony.ErrRefused) != c.refused || len(world.Files) > 0 {
			t.Errorf("%v; files %v", err, world.Order)
		}
	}
}

// TestExportToAWS: the import token that comes with a wrapping key of KMS is a file that the plan foresees.
func TestExportToAWS(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../testdata/keys/rsa2048.pub")
	if err != nil {
		t.Fatal(err)
	}
	public, _, err := keygen.ParsePublic(data)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(data)
	plan, world := exporting(t, "{target: aws-kms, wrap: aws.json, wrap-fingerprint: '"+keygen.Fingerprint(public)+"'}")
	world.Inputs["aws.json"] = []byte(`{"KeyId":"k","ImportToken":"dG9rZW4=","PublicKey":"` + base64.StdEncoding.EncodeToString(block.Bytes) + `"}`)
	if err := plan.TryExports(world.Effects("test")); err != nil {
		t.Error(err)
	}
	if !slices.ContainsFunc(plan.Files(), func(f ceremony.Planned) bool { return f.Name == "key.aws-kms.token" && f.Secret }) {
		t.Errorf("no token among %v", plan.Files())
	}
}

// TestExportsKilled: a ceremony that is stopped at any question goes on, and its exports are made.
func TestExportsKilled(t *testing.T) {
	t.Parallel()
	plan, world := exporting(t, toModule)
	killAtEach(t, "exports", plan, world, true)
}

// TestExportsHalfPut: the files for a TPM open with one another alone. Where a run was stopped between them, the next puts all of them, under other names.
func TestExportsHalfPut(t *testing.T) {
	t.Parallel()
	plan, world := exporting(t, "{target: tpm2, wrap: parent.pub, wrap-fingerprint: 'SHA256:cSk2byFxtKSzLGIcS4pKXhsPKf9IuwdzIgDwGhyy7xw='}")
	parent, err := os.ReadFile("../cmd/sigtool/testdata/export/tpm-parent.pub")
	if err != nil {
		t.Fatal(err)
	}
	world.Inputs["parent.pub"] = parent
	run, err := ceremony.NewRun(plan, world.Effects("test"), ceremony.Production)
	operator := &ceremonytest.Operator{World: world}
	world.Fail["key.tpm2.seed"], world.Fail["key.again.tpm2.seed"] = 1, 1
	for n := range 2 { // stopped when the medium is full, twice
		for err == nil && !strings.HasSuffix(run.Prompt().Warning, "could not be written.") {
			var a ceremony.Answer
			a, err = operator.Ask(run.Prompt())
			run.Answer(a)
		}
		world.Seed = byte(2 + n)
		if err == nil {
			run, err = ceremony.Resume(plan, world.Effects("test"), world.Journal)
		}
	}
	if err == nil {
		err = ceremony.Drive(run, operator)
	}
	if err != nil {
		t.Fatal(err)
	}
	last := "key.again.again.tpm2"
	if world.Files[last] == nil || world.Files[last+".pub"] == nil || world.Files[last+".seed"] == nil || !bytes.Contains(world.Files["import.txt"], []byte("-i "+last+" -u")) {
		t.Errorf("%q\n%s", world.Order, world.Files["import.txt"])
	}
	if left := ceremonytest.Events(log(t, world), transcript.EventExported); len(left) != 1 || left[0].Data["output"] != last {
		t.Errorf("%v", left)
	}
}

// TestBLS: a key of a tz4 account is made, comes back from its shares and from its sealed paper, and signs the transcript.
func TestBLS(t *testing.T) {
	t.Parallel()
	plan, err := ceremony.ParsePlan([]byte(`version: 1
kind: generate
title: A tz4 key
dual-control: waived
people: [{name: Ada Example, role: operator}]
keys: [{label: baker, algorithm: bls12381, exports: [pkcs8]}]
backups: [{code: shares, need: 2, of: 2}, {code: lines, copies: 2}, {code: words}]
entropy: {dice: 50}
`))
	if err != nil {
		t.Fatal(err)
	}
	world := ceremonytest.New()
	got := hold(t, world, plan, &ceremonytest.Operator{World: world})
	key := ceremonytest.Events(got, transcript.EventKey)[0].Data
	seal := got.Lines[len(got.Lines)-1].Signatures
	if !strings.HasPrefix(key["tezos_address"], "tz4") || len(seal) != 2 || seal[1].By != "baker" || seal[1].Alg != "bls12381" {
		t.Errorf("%v, sealed by %v", key, seal)
	}
}
