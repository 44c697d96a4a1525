package laws

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func hasFuzzTarget(t *testing.T, folder string) bool {
	t.Helper()
	tests, _ := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
	for _, name := range tests {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte("\nfunc Fuzz")) {
			return true
		}
	}
	return false
}

// maxLines bounds a source file. What is longer does two things.
const maxLines = 350

func TestFileLength(t *testing.T) {
	for _, name := range tracked(t) {
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		if n := bytes.Count(read(t, name), []byte("\n")); n > maxLines {
			t.Errorf("%s has %d lines, more than %d", name, n, maxLines)
		}
	}
}

// foreign finds what belongs to the machine that something was made on: its folders, and hosts that packages come from.
var foreign = regexp.MustCompile(`/(root|work)/[a-z.]` + `|` + strings.Join([]string{
	`proxy\.gol` + `ang\.org`, `sum\.gol` + `ang\.org`, `deb\.deb` + `ian\.org`, `registry\.np` + `mjs\.org`}, "|"))

func TestNothingForeign(t *testing.T) {
	for _, name := range tracked(t) {
		data := read(t, name)
		if !utf8.Valid(data) || name == "LICENSE" {
			continue
		}
		if found := foreign.Find(data); found != nil {
			t.Errorf("%s names %q", name, found)
		}
	}
}

// TestDependencies: CONTRIBUTING gives a reason for each module that is imported directly, and for nothing else.
func TestDependencies(t *testing.T) {
	reasons := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| [^|]{20,} \\|$").FindAllSubmatch(read(t, "CONTRIBUTING.md"), -1) {
		reasons[string(row[1])] = true
	}
	direct := map[string]bool{}
	for _, p := range packages(t) {
		for _, path := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if module := moduleOf(t, path); module != "" {
				direct[module] = true
			}
		}
	}
	for module := range direct {
		if !reasons[module] {
			t.Errorf("CONTRIBUTING.md gives no reason for %s", module)
		}
	}
	for module := range reasons {
		if !direct[module] {
			t.Errorf("CONTRIBUTING.md gives a reason for %s, which is not imported", module)
		}
	}
}

// moduleOf is the module of go.mod that an import comes from, or "" for the standard library and ourselves.
func moduleOf(t *testing.T, path string) string {
	t.Helper()
	module := ""
	for line := range strings.Lines(string(read(t, "go.mod"))) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) >= 2 && under(path, fields[0]) && len(fields[0]) > len(module) && strings.HasPrefix(fields[1], "v") {
			module = fields[0]
		}
	}
	return module
}

// TestSampleReadmes: each folder of samples says how they were made.
func TestSampleReadmes(t *testing.T) {
	for _, name := range tracked(t) {
		if folder := filepath.Dir(name); strings.HasPrefix(name, "testdata/") {
			if _, err := os.Stat(filepath.Join(root, folder, "README.md")); err != nil {
				t.Errorf("%s: its folder has no README.md", name)
			}
		}
	}
}
