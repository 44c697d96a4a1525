package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/formats/all"
	"sigtool/man"
)

// completeFlag, as the last argument, asks for what may follow the others. The shells' scripts use it.
const completeFlag = "--generate-completion"

// suggestions lists what may follow the words typed: flags where the last one begins like a flag, else commands, formats and pages.
func suggestions(app *cli.App, words []string) []string {
	commands, flags, verb := app.Commands, app.Flags, ""
	current := ""
	if len(words) > 0 && strings.HasPrefix(words[len(words)-1], "-") {
		current, words = words[len(words)-1], words[:len(words)-1]
	}
	for _, word := range words {
		if command := find(commands, word); command != nil {
			commands, flags, verb = command.Subcommands, command.Flags, command.Name
		}
	}
	var found []string
	if current != "" {
		for _, flag := range flags {
			if name := "--" + flag.Names()[0]; strings.HasPrefix(name, current) {
				found = append(found, name)
			}
		}
		return append(found, "--help")
	}
	for _, command := range commands {
		found = append(found, command.Name)
	}
	if len(words) == 1 {
		found = append(found, firstWords(verb)...)
	}
	return found
}

// firstWords are what may stand right behind a verb, files apart.
func firstWords(verb string) (found []string) {
	switch {
	case slices.Contains([]string{"sign", "verify", "inspect", "formats"}, verb):
		for _, format := range all.List() {
			found = append(found, format.Name())
		}
	case verb == "man":
		for _, name := range man.Names() {
			found = append(found, strings.TrimPrefix(name, "sigtool-"))
		}
	case verb == "completion":
		found = []string{"bash", "zsh", "fish"}
	}
	return found
}

const bashCompletion = `# bash completion for sigtool
_sigtool() {
	local current="${COMP_WORDS[COMP_CWORD]}" words
	words=("${COMP_WORDS[@]:0:$COMP_CWORD}")
	if [[ "$current" == -* ]]; then words+=("$current"); fi
	mapfile -t COMPREPLY < <(compgen -W "$("${words[@]}" --generate-completion 2>/dev/null)" -- "$current")
}
complete -o bashdefault -o default -F _sigtool sigtool
`

const zshCompletion = `#compdef sigtool
_sigtool() {
	local -a found
	local current="${words[CURRENT]}"
	if [[ "$current" == -* ]]; then
		found=("${(@f)$(${words[1,CURRENT-1]} "$current" --generate-completion 2>/dev/null)}")
	else
		found=("${(@f)$(${words[1,CURRENT-1]} --generate-completion 2>/dev/null)}")
	fi
	if [[ -n "${found[1]}" ]]; then compadd -- "${(@)found%%:*}"; fi
	_files
}
compdef _sigtool sigtool
`

func completionCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:        "completion",
		Usage:       "print a shell's completion script",
		UsageText:   "sigtool completion bash|zsh|fish",
		Description: examples("source <(sigtool completion bash)", "sigtool completion fish >~/.config/fish/completions/sigtool.fish"),
		Flags:       verbFlags(),
		Action: func(c *cli.Context) error {
			out.configure(c)
			shell, err := oneArgument(c, "shell")
			if err != nil {
				return err
			}
			switch shell {
			case "bash":
				return out.data([]byte(bashCompletion))
			case "zsh":
				return out.data([]byte(zshCompletion))
			case "fish":
				script, err := c.App.ToFishCompletion()
				if err != nil {
					return err
				}
				return out.data([]byte(script))
			}
			return usagef("%q is none of bash, zsh, fish", shell)
		},
	}
}
