package uki

import (
	"os"
	"path/filepath"
	"testing"

	"sigtool/ceremony/live/uki/ukitest"
)

// stubs are the test's own stub, and those of systemd that are here: the one of make live, others by their version (build/oracle/stubs/257), and
// the system's. 252, 254, 257 and 262 were tried: the first was linked by binutils, the others by systemd's own program.
func stubs(t testing.TB) map[string][]byte {
	t.Helper()
	found := map[string][]byte{"ours": ukitest.Stub()}
	for _, pattern := range []string{"../../../build/oracle/live/efi/linuxx64.efi.stub", "../../../build/oracle/stubs/*/linuxx64.efi.stub", "/usr/lib/systemd/boot/efi/linuxx64.efi.stub"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			found[file] = data
		}
	}
	return found
}
