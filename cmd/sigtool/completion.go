package main

import (
	"github.com/urfave/cli/v2"
)

const bashCompletion = `# bash completion for sigtool
_sigtool() {
	local current="${COMP_WORDS[COMP_CWORD]}" words
	words=("${COMP_WORDS[@]:0:$COMP_CWORD}")
	if [[ "$current" == -* ]]; then words+=("$current"); fi
	mapfile -t COMPREPLY < <(compgen -W "$("${words[@]}" --generate-bash-completion 2>/dev/null)" -- "$current")
}
complete -o bashdefault -o default -F _sigtool sigtool
`

const zshCompletion = `#compdef sigtool
_sigtool() {
	local -a found
	local current="${words[CURRENT]}"
	if [[ "$current" == -* ]]; then
		found=("${(@f)$(${words[1,CURRENT-1]} "$current" --generate-bash-completion 2>/dev/null)}")
	else
		found=("${(@f)$(${words[1,CURRENT-1]} --generate-bash-completion 2>/dev/null)}")
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
