package sandbox

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// ErrUnavailable says that the system does not let this process have an empty network namespace.
var ErrUnavailable = errors.New("the system gives no empty network namespace")

// again is set for the program that EmptyNetwork starts, so that it is not started for ever where a new namespace does
// not look empty. It says nothing about where the process is: that is looked at.
const again = "SIGTOOL_NETWORK_NAMESPACE"

// EmptyNetwork moves the program to a network namespace of its own, without addresses and routes, by starting it again.
// It must be called first in main, before input is read and before Harden and DenyNetwork.
//
// As root it does not return where it succeeds: the process becomes the new program, which finds itself in an empty
// namespace and goes on. As another user it starts a child in a user namespace that knows this user and group alone,
// waits, and returns done and the child's exit status (128 and the signal's number if one killed it), with which the
// caller must exit. In both cases the program that goes on gets done false and no error.
//
// The child sees files of other users and groups as nobody's, and can't give a file to another group this user is in.
// ErrUnavailable means that the program still is where it was.
func EmptyNetwork() (done bool, status int, err error) {
	tried := os.Getenv(again) != ""
	os.Unsetenv(again)
	switch empty, err := isEmpty(); {
	case err != nil:
		return false, 0, fmt.Errorf("%w: %v", ErrUnavailable, err)
	case empty:
		return false, 0, nil
	case tried:
		return false, 0, fmt.Errorf("%w: a new one is not empty", ErrUnavailable)
	}
	if err := unshare(); err != unix.EPERM {
		return false, 0, fmt.Errorf("%w: %v", ErrUnavailable, err)
	}
	return child()
}

// isEmpty tells whether the namespace of this process has no address and no device but those that every new one has.
func isEmpty() (bool, error) {
	devices, err := os.ReadFile("/proc/self/net/dev")
	if err != nil {
		return false, err
	}
	addresses := make([]byte, 0)
	for _, name := range []string{"/proc/self/net/fib_trie", "/proc/self/net/if_inet6"} {
		data, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, os.ErrNotExist) { // a kernel without IPv4 or IPv6
			return false, err
		}
		addresses = append(addresses, data...)
	}
	return onlyNewDevices(string(devices)) && len(addresses) == 0, nil
}

// newDevices are what the kernel makes in every new namespace: the loopback device and, where the drivers are loaded,
// one tunnel for each kind (net.core.fb_tunnels_only_for_init_net), all of them down.
var newDevices = []string{"lo", "tunl0", "gre0", "gretap0", "erspan0", "ip_vti0", "sit0", "ip6tnl0", "ip6gre0", "ip6_vti0"}

// onlyNewDevices reads /proc/net/dev: two lines of headings, then "name: figures" for each device.
func onlyNewDevices(table string) bool {
	lines := strings.Split(strings.TrimSuffix(table, "\n"), "\n")
	for i, line := range lines {
		name, _, is := strings.Cut(line, ":")
		if i >= 2 && is && !slices.Contains(newDevices, strings.TrimSpace(name)) {
			return false
		}
	}
	return true
}

// unshare gives this thread an empty namespace and makes it the new program, to which the namespace then belongs.
// It returns only when that failed.
func unshare() error {
	runtime.LockOSThread() // and never unlocked if the thread is in another namespace than the rest
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		runtime.UnlockOSThread()
		return err
	}
	return unix.Exec("/proc/self/exe", os.Args, append(os.Environ(), again+"=1"))
}

// child runs the program in new user and network namespaces.
func child() (done bool, status int, err error) {
	runtime.LockOSThread() // the child gets its death signal when the thread that started it ends
	defer runtime.UnlockOSThread()
	cmd := &exec.Cmd{
		Path: "/proc/self/exe", Args: os.Args, Env: append(os.Environ(), again+"=1"),
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		SysProcAttr: &syscall.SysProcAttr{
			Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNET,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: os.Geteuid(), HostID: os.Geteuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getegid(), HostID: os.Getegid(), Size: 1}},
			Pdeathsig:   unix.SIGKILL,
		},
	}
	signals := make(chan os.Signal, 16)
	for _, sig := range []os.Signal{unix.SIGINT, unix.SIGQUIT, unix.SIGTERM, unix.SIGHUP, unix.SIGUSR1, unix.SIGUSR2} {
		if !signal.Ignored(sig) { // nohup: the child inherits that
			signal.Notify(signals, sig)
		}
	}
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return false, 0, fmt.Errorf("%w: %v", ErrUnavailable, err)
	}
	ended := make(chan struct{})
	defer close(ended)
	go forward(signals, cmd.Process, ended)
	err = cmd.Wait()
	state := cmd.ProcessState
	if state == nil {
		return true, 1, err
	}
	if how := state.Sys().(syscall.WaitStatus); how.Signaled() {
		return true, 128 + int(how.Signal()), nil
	}
	return true, state.ExitCode(), nil
}

// forward passes signals on to the child. What the terminal sends (Ctrl-C, Ctrl-\) it sends to every process in its
// foreground, so the child has it already.
func forward(signals <-chan os.Signal, child *os.Process, ended <-chan struct{}) {
	for {
		select {
		case <-ended:
			return
		case sig := <-signals:
			if (sig == unix.SIGINT || sig == unix.SIGQUIT) && inForeground() {
				continue
			}
			child.Signal(sig)
		}
	}
}

// inForeground tells whether this process is one of those the terminal's keys send signals to.
func inForeground() bool {
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer tty.Close()
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}
