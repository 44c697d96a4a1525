package main

import (
	"github.com/urfave/cli/v2"

	"sigtool/ceremony"
)

func ceremonyCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "ceremony",
		Usage:     "make keys by a plan, with witnesses, paper and a signed transcript",
		UsageText: "sigtool ceremony new|check|script|rehearse|run|resume|report",
		Description: examples(
			"sigtool ceremony new plan.yaml                  # a plan to start from",
			"sigtool ceremony check plan.yaml                # what will happen, and the digests to compare",
			"sigtool ceremony script plan.yaml -o script.pdf # the same on paper, with boxes to write in",
			"sigtool ceremony rehearse plan.yaml -o trial    # the same steps, throw-away keys",
			"sigtool ceremony run plan.yaml -o outputs",
			"sigtool ceremony resume plan.yaml -o outputs    # after a crash",
			"sigtool ceremony report outputs/transcript.jsonl -o report.pdf"),
		Subcommands: []*cli.Command{
			newPlanCommand(out), checkPlanCommand(out), planScriptCommand(out),
			{
				Name: "rehearse", Usage: "go through the same steps with throw-away keys", UsageText: "sigtool ceremony rehearse PLAN -o DIR [--answers FILE]",
				Flags:  verbFlags(ceremonyFlags()...),
				Action: func(c *cli.Context) error { return holdCeremony(c, out, ceremony.Rehearsal) },
			},
			{
				Name: "run", Usage: "hold the ceremony", UsageText: "sigtool ceremony run PLAN -o DIR",
				Flags:  verbFlags(ceremonyFlags()...),
				Action: func(c *cli.Context) error { return holdCeremony(c, out, ceremony.Production) },
			},
			{
				Name: "resume", Usage: "go on where a ceremony was stopped, or say that its keys are void", UsageText: "sigtool ceremony resume PLAN -o DIR",
				Flags:  verbFlags(ceremonyFlags()...),
				Action: func(c *cli.Context) error { return resumeCeremony(c, out) },
			},
			ceremonyReport(out),
		},
	}
}
