package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/ceremony/live"
	"sigtool/ceremony/live/livetest"
)

// TestStickRead: the device of a stick is read like a file, but for its size, which only its end tells. It is a file that the kernel shows as a disk.
func TestStickRead(t *testing.T) {
	image, list, err := live.Build(livetest.Parts())
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "stick")
	if err := os.WriteFile(name, append(image, make([]byte, 1<<20)...), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("losetup", "--find", "--show", "--read-only", name).Output()
	if err != nil { // no failure in CI either: that is the kernel's, and for root
		t.Skipf("skipped: no loop device for us: %v", err)
	}
	device := strings.TrimSpace(string(out))
	t.Cleanup(func() { _ = exec.Command("losetup", "--detach", device).Run() })
	medium, isDevice, err := openMedium(device)
	if err != nil || !isDevice {
		t.Fatalf("device %v, %v", isDevice, err)
	}
	defer medium.Close()
	if medium.Size() != int64(len(image))+1<<20 {
		t.Errorf("%d bytes", medium.Size())
	}
	found, err := live.TakeApart(medium, medium.Size())
	if err != nil || live.Compare(found.List, list) != nil {
		t.Fatal(err)
	}
	notes := strings.Join(liveNotes(found, medium.Size(), false), "\n")
	if !strings.Contains(notes, "the rest of the stick was not looked at") || !strings.Contains(notes, "it is whole, and no more") {
		t.Error(notes)
	}
}
