package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/ceremony"
	"sigtool/internal/fileio"
	"sigtool/internal/issue"
)

// maxPlan bounds plan and answers files, in bytes.
const maxPlan = 1 << 20

func newPlanCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "new",
		Usage:     "write a plan to start from",
		UsageText: "sigtool ceremony new [--five] [--kind KIND] [PLAN]",
		Description: examples(
			"sigtool ceremony new plan.yaml                  # one person makes one key",
			"sigtool ceremony new --five plan.yaml           # five people, any three of whom restore it",
			"sigtool ceremony new --kind sign plan.yaml",
			"sigtool ceremony new --kind imx-srk plan.yaml   # kind generate: the super root keys of i.MX processors",
			"sigtool ceremony new --kind export plan.yaml    # kind generate: a key that leaves wrapped for key vaults"),
		Flags: verbFlags(
			&cli.StringFlag{Name: "kind", Value: ceremony.KindGenerate, Usage: "a plan of `KIND`: " + planKinds()},
			&cli.BoolFlag{Name: "five", Usage: "for five people, any three of whom restore the key, instead of one alone (kind generate)"}),
		Action: func(c *cli.Context) error { return newPlan(c, out) },
	}
}

// planKinds are the plans that --kind names: the kinds, and others that are of the kind generate.
func planKinds() string {
	return strings.Join(append(ceremony.Kinds(), ceremony.ExampleIMXSRK, ceremony.ExampleExport), ", ")
}

// newPlan writes an example: to a new file, or to standard output.
func newPlan(c *cli.Context, out *reporter) error {
	out.configure(c)
	name := c.String("kind")
	if c.Bool("five") {
		if name != ceremony.KindGenerate {
			return usageHint("--five alone, or --kind "+name+" alone", "--five is a plan of kind %s", ceremony.KindGenerate)
		}
		name = ceremony.ExampleFive
	}
	plan := ceremony.Example(name)
	if plan == nil || name == ceremony.ExampleFive && !c.Bool("five") {
		return usageHint(planKinds(), "--kind %q: there is no such kind of ceremony", name)
	}
	switch {
	case c.NArg() == 0, c.NArg() == 1 && c.Args().First() == "-":
		return out.data(plan)
	case c.NArg() == 1:
		file := c.Args().First()
		if err := fileio.WriteNew(file, plan, 0o644, false); err != nil {
			return err
		}
		out.info("%s: a plan to start from; then: sigtool ceremony check %s", file, file)
		return nil
	}
	return usagef("one PLAN at a time")
}

func planScriptCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "script",
		Usage:     "write the ceremony's script for paper, with boxes for time, initials and bag numbers",
		UsageText: "sigtool ceremony script PLAN [-o FILE.md|FILE.pdf] [--paper a4|letter]",
		Description: "It has the digests of the plan and of this very program, from which people compare them on the day: make it on another machine, with the same program.\n\n" +
			examples("sigtool ceremony script plan.yaml -o script.pdf"),
		Flags:  verbFlags(documentFlags...),
		Action: func(c *cli.Context) error { return planScript(c, out) },
	}
}

func planScript(c *cli.Context, out *reporter) error {
	out.configure(c)
	target, err := documentTarget(c, out, "script")
	if err != nil {
		return err
	}
	_, plan, err := readPlan(c)
	if err != nil {
		return err
	}
	program, err := programDigest()
	if err != nil {
		return err
	}
	if err := writeDocument(c, out, ceremony.Checklist(plan, program), target); err != nil || target == "" {
		return err
	}
	if out.json {
		return out.object(struct {
			File    string `json:"file"`
			OK      bool   `json:"ok"`
			Plan    string `json:"plan_sha256"`
			Program string `json:"program_sha256"`
		}{target, true, fmt.Sprintf("%x", plan.Digest()), fmt.Sprintf("%x", program)})
	}
	out.info("%s: the script, one copy for each who is there", target)
	return nil
}

// readPlan reads and checks the plan that the command line names.
func readPlan(c *cli.Context) (string, *ceremony.Plan, error) {
	name, err := oneArgument(c, "PLAN")
	if err != nil {
		return "", nil, err
	}
	_, plan, err := readPlanFile(name)
	return name, plan, err
}

// readPlanFile reads and checks a plan.
func readPlanFile(name string) ([]byte, *ceremony.Plan, error) {
	data, err := readSmall(name, maxPlan)
	if err != nil {
		return nil, nil, err
	}
	plan, err := ceremony.ParsePlan(data)
	if hint := issue.Hint(err); hint != "" { // of a target that does not take the key
		return nil, nil, withHint(fmt.Errorf("%s: %w", name, err), hint)
	}
	if err != nil {
		return nil, nil, withHint(fmt.Errorf("%s: %w", name, err), "sigtool ceremony new shows a plan with every field")
	}
	return data, plan, nil
}
