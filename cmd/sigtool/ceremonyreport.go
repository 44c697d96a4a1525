package main

import (
	"github.com/urfave/cli/v2"

	"sigtool/ceremony/transcript"
	"sigtool/verify"
)

func ceremonyReport(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "report",
		Usage:     "draw a transcript as a paper that people read, Markdown or PDF",
		UsageText: "sigtool ceremony report TRANSCRIPT [-o FILE.md|FILE.pdf]",
		Description: examples(
			"sigtool ceremony report outputs/transcript.jsonl",
			"sigtool ceremony report outputs/transcript.jsonl -o report.pdf"),
		Flags:  verbFlags(documentFlags...),
		Action: func(c *cli.Context) error { return reportTranscript(c, out) },
	}
}

// reportTranscript draws a transcript that is whole; whom to accept is for verify.
func reportTranscript(c *cli.Context, out *reporter) error {
	out.configure(c)
	name, err := oneArgument(c, "TRANSCRIPT")
	if err != nil {
		return err
	}
	target, err := documentTarget(c, out, "report")
	if err != nil {
		return err
	}
	t, err := readTranscript(name)
	if err != nil {
		return err
	}
	if err := writeDocument(c, out, t.Report(), target); err != nil || target == "" {
		return err
	}
	if out.json {
		return out.object(struct {
			File    string `json:"file"`
			OK      bool   `json:"ok"`
			Outcome string `json:"outcome"`
		}{target, true, t.Outcome})
	}
	out.info("%s: the report of %s", target, name)
	return nil
}

func readTranscript(name string) (*transcript.Transcript, error) {
	data, err := readSmall(name, transcript.MaxSize)
	if err != nil {
		return nil, err
	}
	t, err := verify.ReadTranscript(data)
	if err != nil {
		return nil, errorIn(input{name: name}, err)
	}
	return t, nil
}
