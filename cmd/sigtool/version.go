package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"
)

// version is set by the release build.
var version = "0.1.0-dev"

func versionCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "version",
		Usage:     "print the version",
		UsageText: "sigtool version",
		Flags:     verbFlags(),
		Action:    func(c *cli.Context) error { out.configure(c); return printVersion(out) },
	}
}

func printVersion(out *reporter) error {
	revision := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				revision = setting.Value
			}
		}
	}
	if out.json {
		return out.object(struct {
			Name     string `json:"name"`
			Version  string `json:"version"`
			Revision string `json:"revision,omitempty"`
			Go       string `json:"go"`
			Platform string `json:"platform"`
		}{"sigtool", version, revision, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH})
	}
	line := fmt.Sprintf("sigtool %s (%s/%s, %s)", version, runtime.GOOS, runtime.GOARCH, runtime.Version())
	if revision != "" {
		line += " " + revision
	}
	return out.data([]byte(line + "\n"))
}
