package ceremony_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"sigtool/ceremony"
	"sigtool/ceremony/ceremonytest"
)

// TestMachines measures machines that the plan does not allow, at the beginning and later on.
func TestMachines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		finding ceremony.Finding
		later   bool // it comes up in mid-ceremony
		want    string
	}{
		{ceremony.Finding{Check: ceremony.CheckSwap, Severity: "odd", Detail: "?"}, false, "swap: ?"},
		{ceremony.Finding{Check: ceremony.CheckLinks, Severity: ceremony.Block, Detail: "link eth0 is up"}, false, "links: link eth0 is up"},
		{ceremony.Finding{Check: ceremony.CheckLinks, Severity: ceremony.Block, Detail: "link eth0 is up"}, true, "links: link eth0 is up"},
		{ceremony.Finding{Check: ceremony.CheckMedium, Severity: ceremony.Warn, Detail: "an installed system"}, false, ""},
		{ceremony.Finding{Check: ceremony.CheckUSB, Severity: ceremony.OK, Detail: "one more"}, true, ""},
		{ceremony.Finding{Check: ceremony.CheckUSB, Severity: ceremony.OK, Detail: "one more"}, false, ""},
	} {
		for _, mode := range []ceremony.Mode{ceremony.Production, ceremony.Rehearsal} {
			world := ceremonytest.New()
			if !c.later {
				world.With(c.finding)
			}
			run, operator := startOf(t, unsealed(t, "one.yaml"), mode, world)
			operator.Instead = func(p ceremony.Prompt) (ceremony.Answer, error, bool) {
				if c.later && p.Step == ceremony.StepDrill {
					world.With(c.finding)
				}
				return ceremony.Answer{}, nil, false
			}
			err := ceremony.Drive(run, operator)
			if refused := c.want != "" && mode == ceremony.Production; refused != errors.Is(err, ceremony.ErrRefused) ||
				refused && err.Error() != "the ceremony was refused: "+c.want || !refused && err != nil {
				t.Errorf("%+v, %s: %v", c, mode, err)
			}
			if excused := ceremonytest.Events(log(t, world), "exception"); (len(excused) == 1) != (c.later && c.finding.Check == ceremony.CheckUSB) {
				t.Errorf("%+v, %s: exceptions %v", c, mode, excused)
			}
			if c.want != "" && mode == ceremony.Production && world.Files["key.pub"] != nil {
				t.Errorf("%+v: a key was left", c)
			}
		}
	}
}

func TestMachineNotMeasured(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	world.Findings = world.Findings[1:]
	run, operator := startOf(t, unsealed(t, "one.yaml"), ceremony.Production, world)
	if err := ceremony.Drive(run, operator); !errors.Is(err, ceremony.ErrRefused) || err.Error() != "the ceremony was refused: links: was not measured" {
		t.Errorf("a check that was left out: %v", err)
	}
}

// TestClocks: a clock before the program was built ends it, watches that differ are looked at again, an offset is recorded.
func TestClocks(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	world.Clock = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	run, operator := startOf(t, unsealed(t, "one.yaml"), ceremony.Production, world)
	if err := ceremony.Drive(run, operator); !errors.Is(err, ceremony.ErrRefused) || !strings.Contains(err.Error(), "is before this program was built") {
		t.Errorf("1970: %v", err)
	}
	world = ceremonytest.New()
	run, operator = startOf(t, unsealed(t, "five.yaml"), ceremony.Rehearsal, world)
	operator.Instead = once(ceremony.StepClock, ceremony.Line, ceremony.Answer{Text: world.Clock.Add(67 * time.Minute).Format("2006-01-02 15:04")}, nil)
	if err := ceremony.Drive(run, operator); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(operator.Seen, func(p ceremony.Prompt) bool { return strings.HasPrefix(p.Warning, "The two watches differ by 1h7m0s.") }) {
		t.Error("watches an hour apart were taken")
	}
	if got := ceremonytest.Events(log(t, world), "clock"); len(got) != 4 || got[0].Data["offset"] != "-4020" || got[3].Data["offset"] != "0" || got[3].Data["by"] != "Cleo Example" {
		t.Errorf("recorded %v", got)
	}
}
