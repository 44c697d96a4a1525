package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sigtool/internal/oracle"
)

// A command that goes on in the next line is to a shell the command that it was.
func TestFoldCommand(t *testing.T) {
	const width = 30
	for _, line := range []string{
		"",
		"octez-client show address 'my key'",
		`tpm2_import -C "$PARENT" -i 'my  key with many blanks in its name' -u my.pub -s './-a b.seed' -r out`,
		`printer 'it'\''s | a && key; with    blanks' "and \" quotes in quotes  too" | cat && printer at\ the\ end of it all`,
		"printer ÄÖÜÄÖÜÄÖÜ ÄÖÜÄÖÜÄÖÜ ÄÖÜÄÖÜÄÖÜ a-word-that-is-longer-than-the-line-that-it-is-in ÄÖÜ",
		`printer "encrypted:$(printf '%s' 'a " b')" and much that would go on in the next line`,
	} {
		lines := foldCommand(line, width)
		for _, l := range lines {
			if utf8.RuneCountInString(l) > width && strings.Contains(strings.TrimSuffix(strings.TrimSpace(l), ` \`), " ") && !strings.ContainsAny(l, `'"`) {
				t.Errorf("%d columns: %s", utf8.RuneCountInString(l), l)
			}
		}
		if asTyped, once := words(t, strings.Join(lines, "\n")), words(t, line); asTyped != once {
			t.Errorf("%s\nis to a shell %s\nand in lines    %s", line, once, asTyped)
		}
		if len(line) > 2*width && len(lines) == 1 && !strings.Contains(line, "$(") {
			t.Errorf("not parted: %s", line)
		}
	}
	if got := foldCommand("a bb | cc", 6); !slices.Equal(got, []string{`a bb \`, "  | cc"}) {
		t.Errorf("%q", got)
	}
}

// words are the arguments that a shell finds in a command.
func words(t *testing.T, command string) string {
	t.Helper()
	const sh = `printer() { printf '<%s>' "$@"; }; PARENT=1; tpm2_import() { printer "$@"; }; octez_client() { printer "$@"; }; `
	out, err := exec.Command(oracle.Need(t, "sh"), "-c", sh+strings.ReplaceAll(command, "octez-client", "octez_client")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s\n%s", err, out, command)
	}
	return string(out)
}

// typed are the commands in a report: lines that stand three blanks in.
func typed(report string) string {
	var lines strings.Builder
	for line := range strings.Lines(report) {
		if command, is := strings.CutPrefix(line, "   "); is {
			lines.WriteString(command)
		}
	}
	return lines.String()
}

// isShell lets a shell read, but not run, what it is told to type.
func isShell(t *testing.T, commands string) {
	t.Helper()
	if commands == "" {
		t.Error("no commands")
	}
	if out, err := exec.Command(oracle.Need(t, "sh"), "-n", "-c", commands).CombinedOutput(); err != nil {
		t.Errorf("%v: %s\n%s", err, out, commands)
	}
}
