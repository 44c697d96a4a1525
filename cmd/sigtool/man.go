package main

import (
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/man"
)

func manCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:        "man",
		Usage:       "show a manual page",
		UsageText:   "sigtool man [--roff] [PAGE]",
		Description: examples("sigtool man", "sigtool man sign", "sigtool man --roff sign >sigtool-sign.1"),
		Flags:       verbFlags(&cli.BoolFlag{Name: "roff", Usage: "print the page's source, as man(1) reads it"}, &cli.BoolFlag{Name: "list", Usage: "list the pages"}),
		Action:      func(c *cli.Context) error { return showPage(c, out) },
	}
}

func showPage(c *cli.Context, out *reporter) error {
	out.configure(c)
	if c.Bool("list") {
		return out.data([]byte(strings.Join(man.Names(), "\n") + "\n"))
	}
	if c.NArg() > 1 {
		return usagef("one PAGE at a time")
	}
	name, err := pageName(c.Args().First())
	if err != nil {
		return err
	}
	render := man.Text
	if c.Bool("roff") {
		render = man.Roff
	}
	text, err := render(name)
	if err != nil {
		return err
	}
	return out.data(text)
}

// pageName finds the page for what was typed: "", "sign" or "sigtool-sign".
func pageName(typed string) (string, error) {
	for _, name := range man.Names() {
		if typed == "" && name == "sigtool" || name == typed || name == "sigtool-"+typed {
			return name, nil
		}
	}
	return "", usageHint("sigtool man --list lists them", "%q is no page", typed)
}
