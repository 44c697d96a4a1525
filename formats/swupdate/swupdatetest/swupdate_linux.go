// Package swupdatetest asks Debian's swupdate what it says of packages.
package swupdatetest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"sigtool/internal/oracle"
)

const (
	limit = 2 * time.Minute // of one run, which sleeps for most of its second
	tries = 10
)

// Start starts swupdate -c on a package, with a file of certificates and more arguments. What it returns waits for the end, and tells whether
// swupdate took the package, and what it said. Many may run at a time.
func Start(t testing.TB, file []byte, certs string, args ...string) func() (taken bool, said string) {
	t.Helper()
	swupdate := oracle.Need(t, "swupdate")
	certs, err := filepath.Abs(certs)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "x.swu")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	args = append([]string{swupdate, "-v", "-l", "5", "-c", "-i", name, "-k", certs, "-H", "board:1.0"}, args...)
	end := start(t, args)
	return func() (bool, string) {
		t.Helper()
		for range tries {
			said := end()
			// What it says after its end is no verdict: it takes its files away then, and fails for want of them.
			verdict, _, _ := strings.Cut(said, "[endupdate]")
			refused := strings.Contains(verdict, "ERROR")
			if refused || strings.Contains(verdict, "Valid image found") {
				return !refused, said
			}
			end = start(t, args)
		}
		t.Fatal("swupdate ends without a verdict, again and again")
		return false, ""
	}
}

// start starts swupdate once. Its exit status tells nothing: 2022.12 asks its own daemon how it went, now and then before that began, so that
// it ends without a verdict, and now and then when that is gone already.
func start(t testing.TB, args []string) (end func() string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	var out bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = t.TempDir(), &out, &out
	cmd.Env = append(os.Environ(), "TMPDIR="+cmd.Dir+"/")
	// In a network of its own: its processes speak over a socket of a fixed name, and of several swupdates some end for want of one.
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	if err := cmd.Start(); err != nil {
		cancel()
		oracle.Missing(t, "a user namespace for swupdate ("+err.Error()+")")
	}
	return func() string {
		defer cancel()
		_ = cmd.Wait()
		return out.String()
	}
}
