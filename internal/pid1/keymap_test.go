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

// Keys that the kernel heeds do nothing, whatever map brings them; all that types, and those that hold and lock, stay.
func TestTamed(t *testing.T) {
	for _, symbol := range []uint16{0x0202, 0x0203, 0x0204, 0x0205, 0x0206, 0x0209, 0x020a, 0x020c, 0x020f, 0x0210, 0x0211, 0x0212, 0x0500, 0x053f} {
		if got := tamed(symbol); got != hole {
			t.Errorf("0x%04x stays 0x%04x", symbol, got)
		}
	}
	for _, symbol := range []uint16{0x0000, 0x0061, 0x0b61, 0x0100, 0x0201, 0x0207, 0x0208, 0x020d, 0x020e, 0x0213, 0x0301, 0x0400, 0x0601, 0x0700, 0x0a01, 0xf0e4} {
		if got := tamed(symbol); got != symbol {
			t.Errorf("0x%04x became 0x%04x", symbol, got)
		}
	}
}
