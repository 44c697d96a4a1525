package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"sigtool/man"
)

// TestLiveManual: the screens that sigtool-live(7) shows are those that people see.
func TestLiveManual(t *testing.T) {
	text, err := man.Text("sigtool-live")
	if err != nil {
		t.Fatal(err)
	}
	page := strings.Join(strings.Fields(string(text)), " ")
	var menu bytes.Buffer
	hungUp := &table{ask: func(string) (string, error) { return "", io.EOF }, out: &menu}
	if err := hungUp.menu(); err == nil {
		t.Error("a menu without anybody goes on")
	}
	for _, screen := range []string{
		menu.String(), fmt.Sprintf(liveBanner, "1.0"), "Kernel modules loaded: 77. From now on the kernel loads no other.", "Network: no link but lo, the machine's own loop.",
		"The kernel loads no module any more, of whatever kind.", "Press Enter to work here.", "sigtool 1.0 on Linux ",
	} {
		if want := strings.Join(strings.Fields(screen), " "); !strings.Contains(page, want) {
			t.Errorf("the page does not have the screen %q", want)
		}
	}
}
