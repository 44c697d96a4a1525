package main

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"sigtool/man"
)

// TestManualIsComplete is a law: every flag of a verb stands in the verb's page, every exit status and every error id in sigtool(1).
func TestManualIsComplete(t *testing.T) {
	for _, command := range newApp(newReporter(os.Stdout, os.Stderr), nil).Commands {
		page := pageOf(t, "sigtool-"+command.Name)
		checkFlags(t, page, command)
		for _, sub := range command.Subcommands {
			if !strings.Contains(page, sub.Name) {
				t.Errorf("sigtool-%s does not mention %s", command.Name, sub.Name)
			}
			checkFlags(t, page, sub)
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

func checkFlags(t *testing.T, page string, command *cli.Command) {
	t.Helper()
	for _, flag := range command.Flags {
		for _, name := range flag.Names() {
			dashed := "--" + name
			if len(name) == 1 {
				dashed = "-" + name
			}
			if !strings.Contains(page, dashed) {
				t.Errorf("%s: %s is missing in the page", command.FullName(), dashed)
			}
		}
	}
}
