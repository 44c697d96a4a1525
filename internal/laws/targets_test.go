package laws

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigtool/keygen/export"
)

// TestTargets: each target of export has its section in the manual, with its options, and a story; and each section is of a target. (That it
// refuses what it does not take, with a hint, is TestRefuse in keygen/export.)
func TestTargets(t *testing.T) {
	manual, stories := sections(string(read(t, "man/sigtool-export.md"))), allStories(t)
	for _, target := range export.All() {
		section, told := manual[target.Name]
		if !told {
			t.Errorf("man/sigtool-export.md has no section \"### %s\"", target.Name)
		}
		for _, option := range target.Options {
			if !strings.Contains(section, "**--"+option.Name+"**") {
				t.Errorf("man/sigtool-export.md, %s: nothing is said of --%s", target.Name, option.Name)
			}
			if option.Value == "" || !strings.Contains(option.Help, "`"+option.Value+"`") {
				t.Errorf("%s, --%s: the help does not mark the value: %q", target.Name, option.Name, option.Help)
			}
		}
		if !regexp.MustCompile(`(?m)^[^#\n]*\bsigtool export ` + target.Name + ` .*-o `).MatchString(stories) {
			t.Errorf("no story in cmd/sigtool/testdata/script exports to %s", target.Name)
		}
		delete(manual, target.Name)
	}
	for name := range manual {
		t.Errorf("man/sigtool-export.md has a section for %s, which is no target", name)
	}
}

// sections are the texts below "### NAME, NAME" where the manual is of targets, by each name.
func sections(page string) map[string]string {
	found := map[string]string{}
	for _, chapter := range []string{"\n## FILES FOR OTHER SOFTWARE\n", "\n## KEY VAULTS\n", "\n## SECURITY MODULES\n"} {
		_, text, _ := strings.Cut(page, chapter)
		text, _, _ = strings.Cut(text, "\n## ")
		for _, part := range strings.Split(text, "\n### ")[1:] {
			heading, body, _ := strings.Cut(part, "\n")
			if strings.ToLower(heading) != heading { // "How a key travels to a vault"
				continue
			}
			for _, name := range strings.Split(heading, ", ") {
				found[name] = body
			}
		}
	}
	return found
}

// allStories is what the stories type, one after the other.
func allStories(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	names, _ := filepath.Glob(filepath.Join(root, "cmd/sigtool/testdata/script/*.txtar"))
	for _, name := range names {
		all.Write(read(t, filepath.Join("cmd/sigtool/testdata/script", filepath.Base(name))))
	}
	return all.String()
}
