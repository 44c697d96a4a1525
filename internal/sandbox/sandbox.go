// Package sandbox takes from the process what a signing tool never needs: the network, core dumps, and the ways into other processes and the kernel.
//
// Call, as early in main as can be: EmptyNetwork, which may start the program anew; then Harden; then DenyNetwork. LockMemory, for those
// who need it, comes after EmptyNetwork too, for a program that is started anew has nothing locked.
//
// What is not promised: files are not restricted, nor are programs this one starts, beyond what they inherit (they stay
// without network). Somebody with the same user or root can still read this process's files, and root its memory. An
// inherited descriptor stays usable with read and write, so a standard output that is a socket still carries data.
package sandbox

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Harden makes the process leave no core dump, neither in a file nor in a collector, and keeps other processes of the
// same user from reading its memory.
func Harden() error {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("can't forbid core dumps: %w", err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("can't forbid core dumps: %w", err)
	}
	return nil
}
