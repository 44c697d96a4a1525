package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/ceremony"
	"sigtool/internal/fileio"
	"sigtool/internal/pgpwords"
)

// maxPlan bounds plan and answers files, in bytes.
const maxPlan = 1 << 20

func ceremonyCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "ceremony",
		Usage:     "make keys by a plan, with witnesses, paper and a signed transcript",
		UsageText: "sigtool ceremony new|check|run|rehearse PLAN [-o DIR]",
		Description: examples(
			"sigtool ceremony new plan.yaml                  # a plan to start from",
			"sigtool ceremony check plan.yaml                # what will happen",
			"sigtool ceremony rehearse plan.yaml -o trial    # the same steps, a throw-away key",
			"sigtool ceremony run plan.yaml -o outputs"),
		Subcommands: []*cli.Command{
			{
				Name: "new", Usage: "write a plan to start from", UsageText: "sigtool ceremony new [PLAN]",
				Flags:  verbFlags(),
				Action: func(c *cli.Context) error { return newPlan(c, out) },
			},
			{
				Name: "check", Usage: "check a plan and say what will happen", UsageText: "sigtool ceremony check PLAN",
				Flags:  verbFlags(),
				Action: func(c *cli.Context) error { return checkPlan(c, out) },
			},
			{
				Name: "run", Usage: "hold the ceremony", UsageText: "sigtool ceremony run PLAN -o DIR",
				Flags:  verbFlags(ceremonyFlags()...),
				Action: func(c *cli.Context) error { return holdCeremony(c, out, ceremony.Production) },
			},
			{
				Name: "rehearse", Usage: "go through the same steps with a throw-away key", UsageText: "sigtool ceremony rehearse PLAN -o DIR [--answers FILE]",
				Flags:  verbFlags(ceremonyFlags()...),
				Action: func(c *cli.Context) error { return holdCeremony(c, out, ceremony.Rehearsal) },
			},
			{
				Name: "resume", Usage: "go on with a ceremony that was stopped", UsageText: "sigtool ceremony resume PLAN -o DIR",
				Flags:  verbFlags(ceremonyFlags()...),
				Action: func(c *cli.Context) error { return resumeCeremony(c, out) },
			},
			ceremonyReport(out),
		},
	}
}

// newPlan writes the example plan: to a new file, or to standard output.
func newPlan(c *cli.Context, out *reporter) error {
	out.configure(c)
	switch {
	case c.NArg() == 0, c.NArg() == 1 && c.Args().First() == "-":
		return out.data(ceremony.Example(ceremony.KindGenerate))
	case c.NArg() == 1:
		name := c.Args().First()
		if err := fileio.WriteNew(name, ceremony.Example(ceremony.KindGenerate), 0o644, false); err != nil {
			return err
		}
		out.info("%s: a plan to start from; then: sigtool ceremony check %s", name, name)
		return nil
	}
	return usagef("one PLAN at a time")
}

func readPlan(c *cli.Context) (string, *ceremony.Plan, error) {
	name, err := oneArgument(c, "PLAN")
	if err != nil {
		return "", nil, err
	}
	data, err := readSmall(name, maxPlan)
	if err != nil {
		return name, nil, err
	}
	plan, err := ceremony.ParsePlan(data)
	if err != nil {
		return name, nil, withHint(fmt.Errorf("%s: %w", name, err), "sigtool ceremony new shows a plan with every field")
	}
	return name, plan, nil
}

// checkPlan says what a plan will do.
func checkPlan(c *cli.Context, out *reporter) error {
	out.configure(c)
	name, plan, err := readPlan(c)
	if err != nil {
		return err
	}
	digest := plan.Digest()
	if out.json {
		return out.object(struct {
			File   string   `json:"file"`
			OK     bool     `json:"ok"`
			Title  string   `json:"title"`
			SHA256 string   `json:"sha256"`
			Steps  []string `json:"steps"`
		}{name, true, plan.Title, fmt.Sprintf("%x", digest), plan.Steps})
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n  plan:    sha256 %x\n  words:   %s\n", clean(plan.Title), digest, strings.Join(pgpwords.Of(digest[:]), " "))
	fmt.Fprintf(&text, "  steps:   %s\n", strings.Join(plan.Steps, ", "))
	return out.data([]byte(text.String()))
}
