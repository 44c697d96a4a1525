// Package swupdatetest asks Debian's swupdate what it says of packages.
package swupdatetest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"sigtool/internal/oracle"
)

// limit is how long a swupdate may take, which sleeps for most of its second.
const limit = 2 * time.Minute

// Start starts swupdate -c on a package, with a file of certificates and more arguments. What it returns waits for the end, and tells whether
// swupdate took the package, and what it said. Many may run at a time.
func Start(t testing.TB, file []byte, certs string, args ...string) func() (taken bool, said string) {
	t.Helper()
	swupdate, folder := oracle.Need(t, "swupdate"), t.TempDir()
	certs, err := filepath.Abs(certs)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "x.swu"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	cmd := exec.CommandContext(ctx, swupdate, append([]string{"-v", "-l", "5", "-c", "-i", "x.swu", "-k", certs, "-H", "board:1.0"}, args...)...)
	var out bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.Env = folder, &out, &out, append(os.Environ(), "TMPDIR="+folder+"/")
	// In a network of its own: its processes speak over a socket of a fixed name, and of several swupdates some end for want of one.
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	if err := cmd.Start(); err != nil {
		cancel()
		oracle.Missing(t, "a user namespace for swupdate ("+err.Error()+")")
	}
	return func() (bool, string) {
		defer cancel()
		_ = cmd.Wait() // the status is a race: 2022.12 ends by 0 or 1 for one and the same good package. Its messages are none.
		return bytes.Contains(out.Bytes(), []byte("Valid image found")) && !bytes.Contains(out.Bytes(), []byte("ERROR")), out.String()
	}
}
