package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/formats/all"
)

func formatsCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "formats",
		Usage:     "list the signing formats, or show one with its flags",
		UsageText: "sigtool formats [NAME]",
		Flags:     verbFlags(),
		Action:    func(c *cli.Context) error { return listFormats(c, out) },
	}
}

func listFormats(c *cli.Context, out *reporter) error {
	out.configure(c)
	if c.NArg() > 1 {
		return usagef("one NAME at a time")
	}
	name := c.Args().First()
	if name != "" && formatNamed(name) == nil {
		return usageHint("sigtool formats lists them", "%q is no format", name)
	}
	var text bytes.Buffer
	for _, format := range all.List() {
		if name != "" && format.Name() != name {
			continue
		}
		if out.json {
			if err := out.object(formatObject(format)); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(&text, "%-10s %s\n", format.Name(), format.Summary())
		if name != "" {
			describe(&text, format)
		}
	}
	return out.data(text.Bytes())
}

// describe adds a format's own flags and file names.
func describe(text *bytes.Buffer, format formats.Format) {
	if files := format.Files(); len(files) > 0 {
		fmt.Fprintf(text, "\nfiles: %s\n", strings.Join(files, " "))
	}
	fmt.Fprintln(text)
	for _, option := range format.Options() {
		verbs := "sign, verify"
		if !option.Verify {
			verbs = "sign"
		} else if !option.Sign {
			verbs = "verify"
		}
		fmt.Fprintf(text, "  --%-14s %s (%s)", option.Name, option.Help, verbs)
		if len(option.Enum) > 0 {
			fmt.Fprintf(text, "; one of %s", strings.Join(option.Enum, ", "))
		}
		if option.Default != "" {
			fmt.Fprintf(text, "; default %s", option.Default)
		}
		fmt.Fprintln(text)
	}
}

func formatObject(format formats.Format) any {
	var flags []string
	for _, option := range format.Options() {
		flags = append(flags, option.Name)
	}
	return struct {
		Name    string   `json:"name"`
		Summary string   `json:"summary"`
		Files   []string `json:"files,omitempty"`
		Flags   []string `json:"flags,omitempty"`
	}{format.Name(), format.Summary(), format.Files(), flags}
}
