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
		}
	}
	for _, option := range options {
		usage, category := option.Help, "of "+strings.Join(owners[option.Name], ", ")
		if len(option.Enum) > 0 {
			usage += " (" + strings.Join(option.Enum, ", ") + ")"
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
			flags = append(flags, &cli.StringFlag{Name: option.Name, Usage: usage, Category: category, DefaultText: option.Default})
		}
	}
	return flags
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
