package pid1

import (
	"os"
	"strings"
	"testing"
)

// TestSetKeymap: a keymap that has nothing, and a file that is no console, are refused. What consoles take is seen in hack/live/keys.
func TestSetKeymap(t *testing.T) {
	file, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := SetKeymap(file, [256][]uint16{}); err == nil || !strings.Contains(err.Error(), "without modifiers") {
		t.Errorf("an empty keymap: %v", err)
	}
	if err := SetKeymap(file, [256][]uint16{make([]uint16, 128)}); err == nil || !strings.Contains(err.Error(), "no console") {
		t.Errorf("no console: %v", err)
	}
}
