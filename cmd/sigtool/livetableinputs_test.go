package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// holdsPlan is a bench with a plan of testdata/ceremony as the system's own, and a printer if there is to be one.
func holdsPlan(t *testing.T, sticks *fakeSticks, plan string, printer bool, lines ...string) *bench {
	t.Helper()
	b := newBench(t, sticks, append(append([]string{"hold", ""}, lines...), "power off", "")...)
	data, err := os.ReadFile(filepath.Join("../../testdata/ceremony", plan))
	if err != nil {
		t.Fatal(err)
	}
	b.put(b.path("/plan.yaml"), data)
	if printer {
		b.put(b.path("/dev/usb/lp0"), nil)
	}
	b.holds(ended{}, "transcript.jsonl")
	return b
}

// What the plan needs comes from a stick of its own, or from that of the outputs, and a printer is used as people say. Whoever turns back leaves
// no stick mounted, as run sees, and no folder.
func TestTableInputs(t *testing.T) {
	for want, lines := range map[string][]string{
		"/outputs/ceremony-1 --inputs /inputs --print /dev/usb/lp0 --paper 80mm --plain": {"OUTPUTS", "HERS", "80mm"},
		"/outputs/ceremony-1 --inputs /outputs --plain":                                  {"OUTPUTS", "OUTPUTS", "no"},
		"": {"OUTPUTS", "HERS", "back"},
	} {
		sticks := newSticks(t, outputsStick(), otherStick())
		b := holdsPlan(t, sticks, "sign.yaml", true, lines...)
		said := "The plan needs files that are brought on a stick."
		if strings.Contains(want, "--inputs /outputs") {
			said = "its files begin with /outputs/ then."
		}
		b.run(sticks, said, "A printer is plugged in.")
		ran := strings.Join(b.ran, "\n")
		if got := strings.Contains(ran, "ceremony run"); got != (want != "") || !strings.Contains(ran+"\n", want+"\n") {
			t.Errorf("%q:\n%s", lines, ran)
		}
		if names := namesIn(t, sticks.folders["sda2"]); want == "" && len(names) != 0 {
			t.Errorf("left behind: %q", names)
		}
	}
}

// A long text is shown a screen at a time, to its end or as far as people want.
func TestTablePage(t *testing.T) {
	var text strings.Builder
	for n := range 2*pageLines + 5 {
		fmt.Fprintf(&text, "line %d.\n", n)
	}
	for last, lines := range map[int][]string{2*pageLines + 4: {"", ""}, pageLines - 1: {"END"}, 2*pageLines - 1: {"", "back"}} {
		b := newBench(t, newSticks(t), lines...)
		if err := b.page(text.String()); (err != nil) != (last == 2*pageLines-1) {
			t.Error(last, err)
		}
		said := b.out.String()
		if !strings.Contains(said, fmt.Sprintf("line %d.\n", last)) || strings.Contains(said, fmt.Sprintf("line %d.\n", last+1)) || len(b.lines) > 0 {
			t.Errorf("%d: %s, not asked for: %q", last, said, b.lines)
		}
	}
}
