package main

import (
	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/formats/all"
	"sigtool/internal/fileio"
)

// splitKind takes "paper" or "transcript" off the front of the arguments: what is verified but no signing format.
func splitKind(c *cli.Context) (string, []string) {
	args := c.Args().Slice()
	if len(args) > 1 && (args[0] == "paper" || args[0] == "transcript") {
		return args[0], args[1:]
	}
	return "", args
}

// paperOrTranscript tells whether a file is one of the two; a file that a signing format claims as well, or that has a signature beside
// it, is refused.
func paperOrTranscript(in input, file *fileio.File) (string, error) {
	kind := sniffText(file)
	if kind == "" {
		return "", nil
	}
	other := ""
	if found := formats.Detect(all.List(), file); len(found) > 0 {
		other = found[0].Name()
	} else if hasSidecar(in.name) {
		other = "raw"
	}
	if other != "" {
		return "", usageHint("say which: sigtool verify "+kind+" FILE", "could be %s or %s", kind, other)
	}
	return kind, nil
}
