package all

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A folder beside this one that registers no codec was forgotten here.
func TestEveryFolderIsListed(t *testing.T) {
	var names []string
	for _, c := range List() {
		names = append(names, c.Name())
		if got, found := ByName(c.Name()); !found || got.Name() != c.Name() {
			t.Errorf("ByName(%q) finds something else, or nothing", c.Name())
		}
	}
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	noCodecs := []string{"all", "backuptest", "chunk", "print", "scan"}
	for _, e := range entries {
		if e.IsDir() && !slices.Contains(noCodecs, e.Name()) && !slices.Contains(names, e.Name()) {
			t.Errorf("%s is not in the list", filepath.Join("backup", e.Name()))
		}
	}
	if _, found := ByName("runes"); found {
		t.Error("ByName found a codec that is not there")
	}
}
