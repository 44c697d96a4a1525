package script_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"sigtool/backup"
	"sigtool/backup/shares"
	"sigtool/ceremony"
	"sigtool/ceremony/ceremonytest"
	"sigtool/ceremony/script"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// oldKey is the paper of a P-256 key that there is already: 2 of 3 shares.
func oldKey(t *testing.T) map[string][]byte {
	t.Helper()
	seed := bytes.Repeat([]byte{0x11}, keygen.SeedSize)
	key, err := keygen.FromSeed(keygen.P256, seed)
	if err != nil {
		t.Fatal(err)
	}
	payload := backup.Payload{Kind: backup.KindSeed, Label: "release", Algorithm: "p256", Derivation: keygen.Derivation(keygen.P256),
		Fingerprint: keygen.Fingerprint(key.Public()), Secret: secret.From(seed)}
	defer payload.Secret.Destroy()
	sheets, err := shares.Codec{}.Encode(payload, backup.Meta{Date: time.Unix(0, 0), Rehearsal: true}, backup.Split{
		Groups: []backup.Group{{Need: 2, Of: 3}}, Threshold: 1, Rand: rand.NewChaCha8([32]byte{3})})
	if err != nil {
		t.Fatal(err)
	}
	paper := map[string][]byte{}
	for i, sheet := range sheets {
		paper[fmt.Sprintf("share-%d.txt", i+1)] = sheet.Text
	}
	return paper
}

// Every other kind of ceremony goes through to its end by its answers file.
func TestOtherKinds(t *testing.T) {
	t.Parallel()
	paper := oldKey(t)
	for name, want := range map[string]string{"destroy": "destruction.txt", "sign": "hello.txt.sig", "restore": "key.REHEARSAL.age", "rotate": "release-2027.pem"} {
		world := ceremonytest.New()
		world.Inputs["hello.txt"] = []byte("hello\n")
		plan := ceremonytest.Plan(t, root, name+".yaml") // in a rehearsal any throw-away key stands in for the plan's
		hands := handsIn(world)
		hands.ReadFile = func(path string) ([]byte, error) {
			if text, ok := paper[path]; ok {
				return slices.Clone(text), nil
			}
			return nil, fs.ErrNotExist
		}
		front, err := script.New(ceremonytest.Read(t, root, name+".answers.yaml"), plan, ceremony.Rehearsal, hands)
		if err != nil {
			t.Fatal(err)
		}
		run, err := ceremony.NewRun(plan, world.Effects("answers"), ceremony.Rehearsal)
		if err != nil {
			t.Fatal(err)
		}
		if err := ceremony.Drive(run, front); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := checked(t, world).Complete(); err != nil || world.Files[want] == nil {
			t.Errorf("%s: %v, files %v", name, err, world.Order)
		}
	}
}
