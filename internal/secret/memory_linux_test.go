package secret_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"unsafe"

	"sigtool/internal/secret"
)

// The kernel's own list of mappings says what the secret's pages are: dd = left out of core dumps, wf = wiped on fork, lo = locked.
func TestKernelFlags(t *testing.T) {
	s := secret.New(5000) // two pages
	defer s.Destroy()
	s.Bytes()[4999] = 1
	first := uintptr(unsafe.Pointer(unsafe.SliceData(s.Bytes())))
	for _, address := range []uintptr{first, first + 4999} {
		flags := vmFlags(t, address)
		for _, want := range []string{"dd", "wf"} {
			if !strings.Contains(flags, " "+want+" ") {
				t.Errorf("flag %s is missing from %q", want, flags)
			}
		}
		if s.Locked() != strings.Contains(flags, " lo ") {
			t.Errorf("Locked says %v, the kernel says %q", s.Locked(), flags)
		}
	}
	if !s.Locked() {
		t.Log("this machine's RLIMIT_MEMLOCK leaves no room to lock memory")
	}
}

// vmFlags returns the VmFlags of the mapping that holds the address, with a space before and after each flag.
func vmFlags(t *testing.T, address uintptr) string {
	t.Helper()
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Skip(err)
	}
	inside := false
	for line := range strings.Lines(string(smaps)) {
		var from, to uintptr
		if n, _ := fmt.Sscanf(line, "%x-%x ", &from, &to); n == 2 {
			inside = from <= address && address < to
		} else if flags, ok := strings.CutPrefix(line, "VmFlags:"); ok && inside {
			return strings.TrimRight(flags, "\n") + " "
		}
	}
	t.Fatal("the secret's memory isn't mapped at all")
	return ""
}
