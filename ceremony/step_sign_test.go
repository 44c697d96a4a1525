package ceremony_test

import (
	"errors"
	"strings"
	"testing"

	"sigtool/ceremony"
	"sigtool/ceremony/ceremonytest"
)

// TestSignChanged: a file that is another one after the witness said yes is not signed, and nobody is asked to try again.
func TestSignChanged(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	key := oldKey(t, world, "release")
	world.Inputs["hello.txt"] = []byte("hello\n")
	operator := &ceremonytest.Operator{World: world}
	operator.Instead = func(p ceremony.Prompt) (ceremony.Answer, error, bool) {
		if strings.Contains(p.Ask, "these are the files to sign") {
			world.Inputs["hello.txt"] = []byte("jello\n")
		}
		return ceremony.Answer{}, nil, false
	}
	run, err := ceremony.NewRun(planOf(t, "sign.yaml", key), world.Effects("test"), ceremony.Production)
	if err != nil {
		t.Fatal(err)
	}
	err = ceremony.Drive(run, operator)
	if !errors.Is(err, ceremony.ErrRefused) || !strings.Contains(err.Error(), "hello.txt changed after it was looked at") {
		t.Errorf("it ended with %v", err)
	}
	if world.Files["hello.txt.sig"] != nil {
		t.Error("a file that nobody looked at was signed")
	}
}
