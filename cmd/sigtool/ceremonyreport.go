package main

import (
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/backup/print"
	"sigtool/ceremony/transcript"
	"sigtool/internal/fileio"
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
		Flags: verbFlags(
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `FILE`, whose name ends in .md or .pdf (- is Markdown on standard output)"},
			&cli.StringFlag{Name: "paper", Value: "a4", Usage: "lay a PDF out for `PAPER`: a4 or letter"},
			forceFlag),
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
	target, suffix := c.String("output"), strings.ToLower(filepath.Ext(c.String("output")))
	switch {
	case target != "" && target != "-" && suffix != ".md" && suffix != ".pdf":
		return usageHint("-o report.md or -o report.pdf", "%s: a report is Markdown or PDF", target)
	case out.json && (target == "" || target == "-"):
		return usagef("--json and a report without -o both want standard output")
	}
	t, err := readTranscript(name)
	if err != nil {
		return err
	}
	data := t.Report().Markdown()
	switch {
	case target == "" || target == "-":
		return out.data(data)
	case suffix == ".pdf":
		paper, err := paperNamed(c.String("paper"))
		if err != nil {
			return err
		}
		if data, err = print.Document(t.Report(), paper); err != nil {
			return err
		}
	}
	if err := fileio.WriteNew(target, data, 0o644, c.Bool("force")); err != nil {
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
