package sandbox

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// LockMemory has the kernel keep all memory of the process, what it has and what it will get, out of swap. Pages are locked when they
// are first used, so that the address space which the runtime only reserves costs nothing.
//
// Where the process may lock no more than a limit (RLIMIT_MEMLOCK, 8 MiB as a rule for all but root), nothing is locked and the error says
// so: with memory locked ahead (MCL_FUTURE) an allocation beyond the limit would fail, and Go ends a program for that. An ordinary
// user then has secrets locked, by package secret, and no more.
//
// It must be called early, before other threads lock memory of their own: for a moment the limit is 0.
func LockMemory() error {
	if err := noLimit(); err != nil {
		return err
	}
	if err := unix.Mlockall(unix.MCL_CURRENT | unix.MCL_FUTURE | unix.MCL_ONFAULT); err != nil {
		return fmt.Errorf("the kernel does not lock this program into memory: %w", err)
	}
	return nil
}

// noLimit returns an error unless the process may lock as much as it likes: by its limit, or by a capability that is above it. The
// capability counts in the first user namespace only, so it is not looked up but tried, with a limit of 0 and a page.
func noLimit() error {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_MEMLOCK, &limit); err != nil {
		return fmt.Errorf("the limit on locked memory can't be read: %w", err)
	}
	if limit.Max == unix.RLIM_INFINITY {
		return unix.Setrlimit(unix.RLIMIT_MEMLOCK, &unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY})
	}
	page, err := unix.Mmap(-1, 0, unix.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		return fmt.Errorf("no memory to try to lock: %w", err)
	}
	defer unix.Munmap(page)
	if err := unix.Setrlimit(unix.RLIMIT_MEMLOCK, &unix.Rlimit{Cur: 0, Max: limit.Max}); err != nil {
		return fmt.Errorf("the limit on locked memory can't be set: %w", err)
	}
	refused := unix.Mlock(page)
	if err := unix.Setrlimit(unix.RLIMIT_MEMLOCK, &limit); err != nil {
		return fmt.Errorf("the limit on locked memory can't be set: %w", err)
	}
	if refused != nil {
		return fmt.Errorf("this user may lock no more than %d KiB (RLIMIT_MEMLOCK)", limit.Max>>10)
	}
	return nil
}
