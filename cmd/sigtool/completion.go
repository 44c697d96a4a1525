package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/ceremony/live/keymap"
	"sigtool/formats"
	"sigtool/formats/all"
	"sigtool/man"
)

// completeFlag, as the last argument, asks for what may follow the others. The shells' scripts use it.
const completeFlag = "--generate-completion"

// suggestions lists what the last word, which is being typed, may be: a flag where it begins like one, else a command, a format, a page, or the value of
// the flag before it. What is a file the shells know themselves.
func suggestions(app *cli.App, words []string) []string {
	if len(words) == 0 {
		return nil
	}
	commands, flags, verb, format := app.Commands, app.Flags, "", ""
	current, words := words[len(words)-1], words[:len(words)-1]
	for i, word := range words {
		if command := find(commands, word); command != nil {
			commands, flags, verb = command.Subcommands, command.Flags, command.Name
		} else if i == 1 && formatNamed(word) != nil {
			format = word
		}
	}
	if last := len(words) - 1; last >= 0 && isFlag(words[last]) && allFlags(nil, flags)[flagName(words[last])] {
		return valuesOf(flagName(words[last]), format)
	}
	var found []string
	if strings.HasPrefix(current, "-") {
		for _, flag := range flags {
			if name := "--" + flag.Names()[0]; strings.HasPrefix(name, current) && fits(flag, format) {
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

// sealValues are the values of flags about passphrases, which several verbs have.
var sealValues = map[string][]string{"kdf": {"pbkdf2", "scrypt"}, "passphrase-style": {"base58", "bip39", "diceware"}}

// valuesOf are the values that an option can have, of one format or of any.
func valuesOf(option, format string) (found []string) {
	found = append(found, sealValues[option]...)
	if option == "keymap" {
		found = append(found, keymap.Names()...)
	}
	for _, f := range all.List() {
		for _, o := range f.Options() {
			if o.Name == option && (format == "" || format == f.Name()) {
				found = append(found, o.Enum...)
			}
		}
	}
	return found
}

// fits tells whether a flag goes with a format, if one is named.
func fits(flag cli.Flag, format string) bool {
	sorted, is := flag.(cli.CategorizableFlag)
	if !is || format == "" || sorted.GetCategory() == "" {
		return true
	}
	return slices.Contains(strings.Split(strings.TrimPrefix(sorted.GetCategory(), "of "), ", "), format)
}

// firstWords are what may stand right behind a verb, files apart.
func firstWords(verb string) (found []string) {
	switch {
	case slices.Contains([]string{"sign", "strip", "verify", "inspect", "formats"}, verb):
		for _, format := range all.List() {
			if _, can := format.(formats.Stripper); can || verb != "strip" {
				found = append(found, format.Name())
			}
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
	words=("${COMP_WORDS[@]:0:$COMP_CWORD}" "$current")
	mapfile -t COMPREPLY < <(compgen -W "$("${words[@]}" --generate-completion 2>/dev/null)" -- "$current")
}
complete -o bashdefault -o default -F _sigtool sigtool
`

const zshCompletion = `#compdef sigtool
_sigtool() {
	local -a found
	local current="${words[CURRENT]}"
	found=("${(@f)$(${words[1,CURRENT-1]} "$current" --generate-completion 2>/dev/null)}")
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
