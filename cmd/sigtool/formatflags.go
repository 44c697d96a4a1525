package main

import (
	"fmt"
	"slices"
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
		case formats.Int:
			flags = append(flags, &cli.Int64Flag{Name: option.Name, Usage: usage, Category: category, DefaultText: option.Default})
		default:
			flags = append(flags, &cli.StringFlag{Name: option.Name, Usage: usage, Category: category, DefaultText: option.Default})
		}
	}
	return flags
}

// placeholder names an option's value, which the help shows behind the flag.
func placeholder(option formats.Option) string {
	switch option.Kind {
	case formats.Bool:
		return ""
	case formats.File:
		return ": `FILE`"
	}
	return ": `" + strings.ToUpper(option.Name) + "`"
}

// formatValues takes a format's options from the command line; an option that is another format's is refused, not ignored.
func formatValues(c *cli.Context, format formats.Format) (formats.Values, error) {
	var values formats.Values
	mine := map[string]bool{}
	for _, option := range format.Options() {
		mine[option.Name] = true
		if !c.IsSet(option.Name) {
			continue
		}
		text := fmt.Sprint(c.Value(option.Name))
		if len(option.Enum) > 0 && !slices.Contains(option.Enum, text) {
			return values, usagef("--%s: %q is none of %s", option.Name, text, strings.Join(option.Enum, ", "))
		}
		if option.Kind == formats.File {
			data, err := readSmall(text, maxKeyFile)
			if err != nil {
				return values, err
			}
			values.SetBytes(option.Name, data)
			continue
		}
		values.Set(option.Name, text)
	}
	for _, other := range all.List() {
		for _, option := range other.Options() {
			if c.IsSet(option.Name) && !mine[option.Name] {
				return values, usagef("--%s is for %s, not for %s", option.Name, other.Name(), format.Name())
			}
		}
	}
	return values, nil
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
