package main

import (
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
)

// verb is a command. One that only prints what it knows needs no handling of signals: nothing is under way that could be left half done.
type verb struct {
	name   string
	make   func(*reporter) *cli.Command
	prints bool
}

// verbs are the commands: one a file.
var verbs = []verb{
	{"keygen", keygenCommand, false}, {"ceremony", ceremonyCommand, false}, {"sign", signCommand, false}, {"strip", stripCommand, false}, {"verify", verifyCommand, false},
	{"backup", backupCommand, false}, {"export", exportCommand, false}, {"live", liveCommand, false}, {"cert", certCommand, false}, {"inspect", inspectCommand, false}, {"key", keyCommand, false},
	{"formats", formatsCommand, true}, {"man", manCommand, true}, {"completion", completionCommand, true}, {"version", versionCommand, true},
}

// newApp is the command line for these arguments. A script starts sigtool a thousand times, so only the verb that is asked for is
// made; where that is not plain from the first argument, all are.
func newApp(out *reporter, args []string) *cli.App {
	app := &cli.App{
		Name:                      "sigtool",
		Usage:                     "make keys, back them up on paper, sign and verify, without a network",
		UsageText:                 "sigtool VERB [flags] [arguments]",
		Compiled:                  time.Unix(0, 0), // else the library looks at this program's file
		HideVersion:               true,
		HideHelpCommand:           true,
		DisableSliceFlagSeparator: true, // a comma is a character of a file's name
		Writer:                    out.out,
		ErrWriter:                 out.err,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              usageOf,
		Action:                    noVerb,
		Flags:                     []cli.Flag{&cli.BoolFlag{Name: "version", Usage: "print the version", DisableDefaultText: true}},
	}
	made := verbs
	if one := verbNamed(args); one >= 0 && verbs[one].name != "completion" {
		made = verbs[one : one+1]
	}
	for _, verb := range made {
		command := verb.make(out)
		prepare(command)
		app.Commands = append(app.Commands, command)
	}
	return app
}

// verbNamed is the index of the verb that these arguments name, or -1. It is the first that is no flag: those that may stand before a
// verb take no value.
func verbNamed(args []string) int {
	for _, arg := range args[min(1, len(args)):] {
		if !isFlag(arg) {
			return slices.IndexFunc(verbs, func(v verb) bool { return v.name == arg })
		}
	}
	return -1
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
	if c.Command != nil && c.Command.HelpName != "" {
		verb = c.Command.HelpName
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
