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
		if got, err := ByName(c.Name()); err != nil || got.Name() != c.Name() {
			t.Errorf("ByName(%q): %v", c.Name(), err)
		}
	}
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	noCodecs := []string{"all", "backuptest", "print", "scan"}
	for _, e := range entries {
		if e.IsDir() && !slices.Contains(noCodecs, e.Name()) && !slices.Contains(names, e.Name()) {
			t.Errorf("%s is not in the list", filepath.Join("backup", e.Name()))
		}
	}
	if _, err := ByName("runes"); err == nil {
		t.Error("ByName found a codec that is not there")
	}
	for _, text := range []string{"", "\x7fELF\x02\x01\x01", "a note of mine\n", "-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n"} {
		if r, err := Decode([]byte(text)); err == nil {
			t.Errorf("Decode(%q) gave %v", text, r)
		}
	}
}
