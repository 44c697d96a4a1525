package main

import (
	"maps"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"sigtool/formats/all"
	"sigtool/man"
)

// TestManualIsComplete is a law: every flag of a verb has a paragraph in the verb's page, and no other flag has; every exit status and
// every error id stands in sigtool(1).
func TestManualIsComplete(t *testing.T) {
	for _, command := range newApp(newReporter(os.Stdout, os.Stderr), nil).Commands {
		page := pageOf(t, "sigtool-"+command.Name)
		if command.Name == "formats" {
			page = checkFormats(t, page)
		}
		checkFlags(t, command.Name, page, flagsOf(command))
		for _, sub := range command.Subcommands {
			if !strings.Contains(page, "**sigtool "+command.Name+" "+sub.Name+"**") {
				t.Errorf("sigtool-%s does not mention %s", command.Name, sub.Name)
			}
		}
	}
	page := pageOf(t, "sigtool")
	for _, row := range outcomes {
		if !strings.Contains(page, "**"+strconv.Itoa(row.code)+"**") {
			t.Errorf("exit status %d is missing in sigtool", row.code)
		}
		if !strings.Contains(page, "`"+row.id+"`") {
			t.Errorf("error id %s is missing in sigtool", row.id)
		}
	}
}

func pageOf(t *testing.T, name string) string {
	t.Helper()
	source, err := os.ReadFile("../../man/" + name + ".md")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := man.Roff(name); err != nil {
		t.Error(err)
	}
	return string(source)
}

// heading is a line that begins an option's paragraph: "**-o**, **--output** *FILE*". dashed is a flag in it.
var (
	heading = regexp.MustCompile(`(?m)^\*\*-.*$`)
	dashed  = regexp.MustCompile(`\*\*(--?[a-z0-9-]+)\*\*`)
)

// documented are the flags that a text has a paragraph for.
func documented(text string) map[string]bool {
	found := map[string]bool{}
	for _, line := range heading.FindAllString(text, -1) {
		for _, flag := range dashed.FindAllStringSubmatch(line, -1) {
			found[flag[1]] = true
		}
	}
	return found
}

// flagsOf are the flags of a command and of what is below it, as they are typed.
func flagsOf(command *cli.Command) map[string]bool {
	all := map[string]bool{}
	for _, flag := range append(command.Flags, cli.HelpFlag) { // which each command gets when it runs
		for _, name := range flag.Names() {
			all[strings.Repeat("-", min(len(name), 2))+name] = true
		}
	}
	for _, sub := range command.Subcommands {
		maps.Copy(all, flagsOf(sub))
	}
	return all
}

// checkFlags compares the flags there are with those that a text has, both ways.
func checkFlags(t *testing.T, name, text string, has map[string]bool) {
	t.Helper()
	told := documented(text)
	for flag := range has {
		if !told[flag] {
			t.Errorf("%s: %s has no paragraph in the page", name, flag)
		}
	}
	for flag := range told {
		if !has[flag] {
			t.Errorf("%s: the page has %s, and the command does not", name, flag)
		}
	}
}

// checkFormats compares the section of each format, whose flags are of sign and verify, with its options. It returns the rest of the page.
func checkFormats(t *testing.T, page string) string {
	t.Helper()
	for _, format := range all.List() {
		before, section, found := strings.Cut(page, "\n## "+format.Name()+"\n")
		if !found {
			t.Errorf("sigtool-formats has no section %s", format.Name())
			continue
		}
		section, after, _ := strings.Cut(section, "\n## ")
		options := map[string]bool{}
		for _, option := range format.Options() {
			options["--"+option.Name] = true
		}
		checkFlags(t, "the section "+format.Name(), section, options)
		page = before + "\n## " + after
	}
	return page
}
