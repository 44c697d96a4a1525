package main

import (
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/formats/all"
)

// formatFlags makes flags of the options of all formats. Formats may share an option's name; its kind is then the same.
func formatFlags(wanted func(formats.Option) bool) []cli.Flag {
	var flags []cli.Flag
	owners := map[string][]string{}
	helps := map[string][]string{}
	var options []formats.Option
	for _, format := range all.List() {
		for _, option := range format.Options() {
			if !wanted(option) {
				continue
			}
			if len(owners[option.Name]) == 0 {
				options = append(options, option)
			}
			owners[option.Name] = append(owners[option.Name], format.Name())
			helps[option.Name] = append(helps[option.Name], help(option))
		}
	}
	for _, option := range options {
		category := "of " + strings.Join(owners[option.Name], ", ")
		usage := helps[option.Name][0]
		for i, other := range helps[option.Name][1:] {
			if other != usage {
				usage += "; in " + owners[option.Name][i+1] + ": " + other
			}
		}
		usage += placeholder(option)
		switch option.Kind {
		case formats.Bool:
			flags = append(flags, &cli.BoolFlag{Name: option.Name, Usage: usage, Category: category})
		case formats.Key:
			flags = append(flags, &cli.StringSliceFlag{Name: option.Name, Usage: usage, Category: category},
				&cli.StringSliceFlag{Name: ownPassphrase(option.Name), Category: category,
					Usage: "read the passphrase of each --" + option.Name + ", in their order, from `FILE`, where it is not that of -k"})
		case formats.Chain:
			flags = append(flags, &cli.StringSliceFlag{Name: option.Name, Usage: usage, Category: category})
		default: // numbers are looked at when they are taken: they have a rule that the library does not know
			flags = append(flags, &cli.StringFlag{Name: option.Name, Usage: usage, Category: category})
		}
	}
	return flags
}

// help is what an option does, with the values that it can have and the one that it has when it is not given.
func help(option formats.Option) string {
	values := strings.Join(option.Enum, ", ")
	if option.Default != "" && option.Kind != formats.Bool {
		values = strings.TrimPrefix(values+"; default "+option.Default, "; ")
	}
	if values == "" {
		return option.Help
	}
	return option.Help + " (" + values + ")"
}

// ownPassphrase is the flag for the passphrases of the keys of a Key option.
func ownPassphrase(option string) string {
	return strings.TrimSuffix(option, "-key") + "-passphrase-file"
}

// certOption is the name of the Chain option that goes with a Key option: "next-key" and "next-cert".
func certOption(option string) string { return strings.TrimSuffix(option, "-key") + "-cert" }

// placeholder names an option's value, which the help shows behind the flag.
func placeholder(option formats.Option) string {
	switch option.Kind {
	case formats.Bool:
		return ""
	case formats.File:
		return ": `FILE`"
	case formats.Key:
		return ": `KEY`"
	case formats.Chain:
		return ": `CERT`"
	case formats.Int:
		return ": `N`"
	case formats.Digest:
		return ": `HEX`, or the file that holds it"
	}
	return ": `" + strings.ToUpper(option.Name) + "`"
}

// splitFormat takes a format's name off the front of the arguments, if one stands there.
func splitFormat(c *cli.Context) (formats.Format, []string) {
	args := c.Args().Slice()
	if len(args) > 0 {
		if format := formatNamed(args[0]); format != nil {
			return format, args[1:]
		}
	}
	return nil, args
}
