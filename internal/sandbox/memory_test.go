package sandbox

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// All is locked, or nothing and the error says why, and in both cases there is memory to be had for all that a ceremony does.
func TestLockMemory(t *testing.T) {
	everyUser(t, func(t *testing.T, nobody bool) {
		out, err := start("lock", nobody).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if os.Geteuid() == 0 && nobody && !strings.HasPrefix(string(out), "nothing is locked: this user may lock no more than ") {
			t.Errorf("nobody has a limit, but: %s", out)
		}
		t.Logf("%s", out)
	})
}

// A small limit that the process is not held to, and one that it is: a root who has given up the right to lock, and nobody in a
// user namespace of its own, where it is root.
func TestLockMemoryLimits(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root has capabilities to give up")
	}
	out, err := start("lockbare", false).CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "nothing is locked: this user may lock no more than ") {
		t.Errorf("root without CAP_IPC_LOCK: %v\n%s", err, out)
	}
	cmd := start("lock", true)
	cmd.SysProcAttr.Cloneflags = unix.CLONE_NEWUSER
	cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: 65534, Size: 1}}
	cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: 65534, Size: 1}}
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: 0, Gid: 0, NoSetGroups: true}
	out, err = cmd.CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "nothing is locked: this user may lock no more than ") {
		t.Errorf("root of a user namespace: %v\n%s", err, out)
	}
}

// roleLockBare starts the program anew without the capability, which it then can't get back.
func roleLockBare() error {
	runtime.LockOSThread() // the thread that becomes the new program
	if err := unix.Prctl(unix.PR_CAPBSET_DROP, unix.CAP_IPC_LOCK, 0, 0, 0); err != nil {
		return err
	}
	os.Setenv(roleName, "lock")
	return unix.Exec("/proc/self/exe", os.Args, os.Environ())
}

// roleLock locks and then needs memory: an RSA key of 4096 bits, many MiB, and threads.
func roleLock() error {
	refused := LockMemory()
	before, err := status("VmLck:")
	if err != nil {
		return err
	}
	size, err := status("VmSize:")
	if err != nil {
		return err
	}
	switch {
	case refused != nil && before != 0:
		return fmt.Errorf("%d KiB are locked in spite of %v", before, refused)
	case refused == nil && before < size*9/10: // all but a few mappings that the kernel makes for itself
		return fmt.Errorf("%d KiB of %d KiB are locked", before, size)
	}
	if _, err := rsa.GenerateKey(rand.Reader, 4096); err != nil {
		return err
	}
	needMemory()
	used, err := status("VmRSS:")
	if err != nil {
		return err
	}
	if refused != nil {
		fmt.Printf("nothing is locked: %v; %d KiB used\n", refused, used)
		return nil
	}
	fmt.Printf("all is locked: %d KiB, %d KiB of them used\n", before, used)
	return nil
}

// needMemory uses a lot of memory several times over, on several threads; Go ends the program where it gets none.
func needMemory() {
	done := make(chan byte)
	for range 4 {
		go func() {
			runtime.LockOSThread() // a thread of its own, which ends with it
			var last byte
			for range 4 {
				page := make([]byte, 16<<20)
				for i := range page {
					page[i] = byte(i)
				}
				last += page[len(page)-1]
			}
			done <- last
		}()
	}
	for range 4 {
		<-done
	}
}

// status is a figure of /proc/self/status, in KiB.
func status(name string) (kib int, err error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	_, rest, found := strings.Cut(string(text), "\n"+name)
	if !found {
		return 0, fmt.Errorf("no %s", name)
	}
	_, err = fmt.Sscan(rest, &kib)
	return kib, err
}
