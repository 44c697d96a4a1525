// Package oracle finds the tools that tests compare with. A missing one is a skip that says so, and a failure where CI=true.
package oracle

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Find returns the path of a tool on the PATH or among the administrator's; "sign-file" is the kernel's, which Debian keeps elsewhere. "openssl-3.5" and "cst" (NXP's code
// signing tool 3.4.1: Debian 12's own crashes) are those of a newer Debian, which make oracles unpacks into build/oracle, where it builds
// "vault-import" (hack/vault), too.
func Find(name string) (path string, found bool) {
	switch name {
	case "openssl-3.5":
		return unpacked(filepath.Join("openssl-3.5", "openssl"))
	case "cst":
		return unpacked(filepath.Join("cst-3.4.1", "cst"))
	case "vault-import":
		return unpacked("vault-import")
	}
	if name == "sign-file" {
		for _, pattern := range []string{"/usr/lib/linux-kbuild-*/scripts/sign-file", "/usr/src/linux-headers-*/scripts/sign-file"} {
			if files, _ := filepath.Glob(pattern); len(files) > 0 {
				return files[len(files)-1], true
			}
		}
		return "", false
	}
	for _, try := range []string{name, "/usr/sbin/" + name, "/sbin/" + name} { // the last two are not on everybody's PATH
		if path, err := exec.LookPath(try); err == nil {
			return path, true
		}
	}
	return "", false
}

// unpacked returns the path of a file of build/oracle, which stands beside the go.mod above the folder that a test runs in.
func unpacked(name string) (path string, found bool) {
	folder, err := filepath.Abs(".")
	if err != nil {
		return "", false
	}
	for ; folder != filepath.Dir(folder); folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			path = filepath.Join(folder, "build", "oracle", name)
			_, err = os.Stat(path)
			return path, err == nil
		}
	}
	return "", false
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

// CST returns the path of NXP's cst 3.4.1, or ends the test. It writes csfsig.bin and imgsig.bin into the working folder: run it in one of its own.
func CST(t testing.TB) string {
	t.Helper()
	return Need(t, "cst")
}

// Missing skips the test for want of a tool or of data, or fails it in CI.
func Missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing, and CI must have it", what)
	}
	t.Skipf("skipped: %s is missing (make oracles gets what can be had, on Debian as root)", what)
}

// quickJava is for programs that run for a second: they are not compiled well, nor threaded well, but start sooner.
const quickJava = " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

// Run runs a tool and returns its standard output, or ends the test with what it printed.
func Run(t testing.TB, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "JAVA_TOOL_OPTIONS="+os.Getenv("JAVA_TOOL_OPTIONS")+quickJava)
	out, err := cmd.Output()
	if err != nil {
		stderr := ""
		if exit, ok := err.(*exec.ExitError); ok {
			stderr = string(exit.Stderr)
		}
		t.Fatalf("%s %v: %v\n%s", filepath.Base(name), args, err, stderr)
	}
	return out
}

// Try runs a tool that may fail, and is to where something is damaged.
func Try(name string, args ...string) error { return exec.Command(name, args...).Run() }

// Wycheproof returns a file of the vectors of Project Wycheproof, such as "kwp_test.json", or ends the test.
func Wycheproof(t testing.TB, name string) []byte {
	t.Helper()
	path, found := unpacked(filepath.Join("wycheproof", name))
	if !found {
		Missing(t, "Wycheproof's "+name)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Python returns the system's Python with a module of Debian's, or ends the test: another Python on the PATH would not have it.
func Python(t testing.TB, module string) string {
	t.Helper()
	const python = "/usr/bin/python3"
	if exec.Command(python, "-c", "import "+module).Run() != nil {
		Missing(t, "Python's module "+module)
	}
	return python
}
