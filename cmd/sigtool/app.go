package main

import (
	"os"
	"strings"

	"github.com/urfave/cli/v2"
)

// newApp is the command line: one verb a file.
func newApp(out *reporter) *cli.App {
	app := &cli.App{
		Name:      "sigtool",
		Usage:     "make keys, back them up on paper, sign and verify, without a network",
		UsageText: "sigtool VERB [flags] [arguments]",
		Commands: []*cli.Command{
			keygenCommand(out), ceremonyCommand(out), signCommand(out), verifyCommand(out), backupCommand(out), certCommand(out),
			inspectCommand(out), keyCommand(out), formatsCommand(out), manCommand(out), completionCommand(out), versionCommand(out),
		},
		HideVersion:               true,
		HideHelpCommand:           true,
		DisableSliceFlagSeparator: true, // a comma is a character of a file's name
		EnableBashCompletion:      true,
		Writer:                    out.out,
		ErrWriter:                 out.err,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              usageOf,
		CommandNotFound:           nil,
		Action:                    noVerb,
		Flags:                     []cli.Flag{&cli.BoolFlag{Name: "version", Usage: "print the version", DisableDefaultText: true}},
	}
	for _, command := range app.Commands {
		prepare(command)
	}
	return app
}

// prepare gives every command the behaviour that all share.
func prepare(command *cli.Command) {
	command.OnUsageError = usageOf
	command.HideHelpCommand = true
	for _, flag := range command.Flags {
		if choice, ok := flag.(*cli.BoolFlag); ok {
			choice.DisableDefaultText = true
		}
	}
	for _, sub := range command.Subcommands {
		prepare(sub)
	}
	if len(command.Subcommands) > 0 && command.Action == nil {
		command.Action = func(c *cli.Context) error {
			return usageHint("sigtool "+command.Name+" --help lists them", "%s: which command?", command.Name)
		}
	}
}

func usageOf(c *cli.Context, err error, _ bool) error {
	verb := "sigtool"
	if c.Command != nil && c.Command.Name != "" && c.Command.Name != "sigtool" {
		verb += " " + c.Command.Name
	}
	return usageHint(verb+" --help lists the flags", "%s", strings.TrimSpace(err.Error()))
}

// noVerb is sigtool without a verb: help, but a failure.
func noVerb(c *cli.Context) error {
	if c.Bool("version") {
		return printVersion(newReporter(os.Stdout, os.Stderr))
	}
	if c.Args().Present() {
		return usageHint("sigtool --help lists the verbs", "%q is no verb", c.Args().First())
	}
	c.App.Writer = c.App.ErrWriter
	_ = cli.ShowAppHelp(c)
	return usageHint("start with: sigtool keygen, or sigtool man", "no verb")
}

// examples is the part of a verb's help that people copy from.
func examples(lines ...string) string { return "Examples:\n  " + strings.Join(lines, "\n  ") }
