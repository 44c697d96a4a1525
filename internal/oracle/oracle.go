// Package oracle finds the tools that tests compare with. A missing one is a skip that says so, and a failure where CI=true.
package oracle

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Find returns the path of a tool on the PATH; "sign-file" is the kernel's, which Debian keeps elsewhere.
func Find(name string) (path string, found bool) {
	if name == "sign-file" {
		for _, pattern := range []string{"/usr/lib/linux-kbuild-*/scripts/sign-file", "/usr/src/linux-headers-*/scripts/sign-file"} {
			if files, _ := filepath.Glob(pattern); len(files) > 0 {
				return files[len(files)-1], true
			}
		}
		return "", false
	}
	path, err := exec.LookPath(name)
	return path, err == nil
}

// Need returns the path of a tool, or ends the test.
func Need(t testing.TB, name string) string {
	t.Helper()
	path, found := Find(name)
	if !found {
		Missing(t, name)
	}
	return path
}

// SignFile returns the path of the kernel's sign-file, or ends the test.
func SignFile(t testing.TB) string {
	t.Helper()
	return Need(t, "sign-file")
}

// Missing skips the test for want of a tool or of data, or fails it in CI.
func Missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing, and CI must have it", what)
	}
	t.Skipf("skipped: %s is missing (make oracles installs it on Debian as root)", what)
}

// Run runs a tool and returns its standard output, or ends the test with what it printed.
func Run(t testing.TB, name string, args ...string) []byte {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		stderr := ""
		if exit, ok := err.(*exec.ExitError); ok {
			stderr = string(exit.Stderr)
		}
		t.Fatalf("%s %v: %v\n%s", filepath.Base(name), args, err, stderr)
	}
	return out
}
