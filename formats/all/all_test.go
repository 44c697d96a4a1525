package all

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Every folder of formats/ that is a format is in the list, once, with samples and a section in the manual.
func TestEveryFormatIsListed(t *testing.T) {
	var names, listed []string
	for _, f := range List() {
		names = append(names, f.Name())
		folder, _, _ := strings.Cut(strings.TrimPrefix(reflect.TypeOf(f).PkgPath(), "sigtool/formats/"), "/")
		listed = append(listed, folder) // a folder may hold several formats
	}
	folders, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	var present []string
	for _, folder := range folders {
		if name := folder.Name(); folder.IsDir() && name != "all" && name != "formatstest" {
			present = append(present, name)
		}
	}
	slices.Sort(listed)
	listed = slices.Compact(listed)
	if !slices.Equal(listed, present) {
		t.Errorf("formats/all lists %q, and the folders are %q", listed, present)
	}
	manual, err := os.ReadFile(filepath.Join("..", "..", "man", "sigtool-formats.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !strings.Contains("\n"+string(manual), "\n## "+name+"\n") {
			t.Errorf("man/sigtool-formats.md has no section \"## %s\"", name)
		}
	}
	for _, name := range present {
		if _, err := os.Stat(filepath.Join("..", "..", "testdata", name, "README.md")); err != nil {
			t.Errorf("no samples: %v", err)
		}
	}
}

// No two formats have one name, or claim the same file names.
func TestNames(t *testing.T) {
	names, patterns := map[string]bool{}, map[string]string{}
	for _, f := range List() {
		if names[f.Name()] {
			t.Errorf("two formats are called %s", f.Name())
		}
		names[f.Name()] = true
		for _, pattern := range f.Files() {
			if other, taken := patterns[pattern]; taken {
				t.Errorf("%s and %s both claim %s", f.Name(), other, pattern)
			}
			patterns[pattern] = f.Name()
		}
	}
}
