package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// reorder moves flags before the other arguments, because urfave/cli v2 silently takes a flag behind the first argument for one
// more argument: `sigtool verify a.ko -k key.pub` must mean what it says. What stands behind "--" stays as it is.
func reorder(app *cli.App, args []string) ([]string, error) {
	if len(args) == 0 {
		return []string{"sigtool"}, nil
	}
	path, rest := []string{args[0]}, args[1:]
	if len(rest) > 0 && rest[0] == "help" {
		rest = append(slices.Clone(rest[1:]), "--help")
	}
	commands, flags := app.Commands, app.Flags
	for {
		at := firstArgument(rest, allFlags(commands, flags))
		if at < 0 {
			break
		}
		command := find(commands, rest[at])
		if command == nil {
			if len(path) > 1 && len(commands) > 0 {
				return nil, usageHint("there are: "+strings.Join(namesOf(commands), ", "), "%s: no such command: %q", strings.Join(path[1:], " "), rest[at])
			}
			break
		}
		path = append(path, rest[at])
		rest = append(append([]string{}, rest[:at]...), rest[at+1:]...)
		commands, flags = command.Subcommands, command.Flags
		if len(commands) == 0 {
			break
		}
	}
	given, others, bare := split(rest, allFlags(commands, flags))
	if slices.Contains(given, "--help") || slices.Contains(given, "-h") {
		return append(path, "--help"), nil // of the verb, whatever else stands there
	}
	if bare != "" { // the library would take the "--" below for its value
		return nil, usageHint(strings.Join(append([]string{"sigtool"}, path[1:]...), " ")+" --help lists the flags", "flag needs an argument: %s", bare)
	}
	path = append(path, given...)
	if len(others) > 0 {
		path = append(append(path, "--"), others...)
	}
	return path, nil
}

// split parts flags, each with its value, from the other arguments. bare is the last one, if it is a flag whose value is missing.
func split(args []string, takesValue map[string]bool) (given, others []string, bare string) {
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			return given, append(others, args[i+1:]...), ""
		case !isFlag(arg):
			others = append(others, arg)
		default:
			given = append(given, arg)
			if !takesValue[flagName(arg)] || strings.Contains(arg, "=") {
				continue
			}
			if i++; i == len(args) {
				return given, others, arg
			}
			given = append(given, args[i])
		}
	}
	return given, others, ""
}

// firstArgument is the index of the first argument that is no flag and no flag's value, or -1.
func firstArgument(args []string, takesValue map[string]bool) int {
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "--":
			return -1
		case !isFlag(args[i]):
			return i
		case takesValue[flagName(args[i])] && !strings.Contains(args[i], "="):
			i++
		}
	}
	return -1
}

func isFlag(arg string) bool { return len(arg) > 1 && arg[0] == '-' }

func flagName(arg string) string {
	name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	return name
}

// allFlags tells which flags of these commands, and of the commands below them, take a value.
func allFlags(commands []*cli.Command, flags []cli.Flag) map[string]bool {
	takes := map[string]bool{}
	add := func(flags []cli.Flag) {
		for _, flag := range flags {
			_, isBool := flag.(*cli.BoolFlag)
			for _, name := range flag.Names() {
				takes[name] = takes[name] || !isBool
			}
		}
	}
	add(flags)
	for _, command := range commands {
		add(command.Flags)
		for _, sub := range command.Subcommands {
			add(sub.Flags)
		}
	}
	return takes
}

func find(commands []*cli.Command, name string) *cli.Command {
	for _, command := range commands {
		if command.HasName(name) {
			return command
		}
	}
	return nil
}

func namesOf(commands []*cli.Command) (names []string) {
	for _, command := range commands {
		names = append(names, command.Name)
	}
	return names
}

// usageError is a command line that can't be followed: exit status 2.
type usageError struct{ message, hint string }

func (e usageError) Error() string { return e.message }

func usagef(format string, args ...any) error {
	return usageError{message: fmt.Sprintf(format, args...)}
}

func usageHint(hint, format string, args ...any) error {
	return usageError{message: fmt.Sprintf(format, args...), hint: hint}
}
