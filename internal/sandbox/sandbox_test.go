package sandbox

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// What can't be taken back is tried in children: this test binary, started again with a role.
const roleName = "SANDBOX_TEST_ROLE"

var roles = map[string]func() error{
	"dial": roleDial, "calls": roleCalls, "x32": roleX32, "harden": roleHarden, "empty": roleEmpty, "sleep": roleSleep, "twice": roleTwice, "type": roleType,
	"lock": roleLock, "lockbare": roleLockBare, "inside": roleInside, "screen": roleScreen, "sockets": roleSockets,
}

func TestMain(m *testing.M) {
	role := os.Getenv(roleName)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := roles[role](); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// start prepares this binary in a role, as nobody if asked.
func start(role string, nobody bool) *exec.Cmd {
	cmd := &exec.Cmd{Path: "/proc/self/exe", Args: []string{"sigtool", "a b", ""}, Env: append(os.Environ(), roleName+"="+role), Dir: "/"}
	if nobody {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	return cmd
}

// everyUser runs a test as this user, and as nobody too when this user is root.
func everyUser(t *testing.T, test func(t *testing.T, nobody bool)) {
	t.Run("self", func(t *testing.T) { test(t, false) })
	t.Run("nobody", func(t *testing.T) {
		if os.Geteuid() != 0 {
			t.Skip("only root can become nobody")
		}
		test(t, true)
	})
}

func TestRoles(t *testing.T) {
	for _, role := range []string{"dial", "calls", "harden", "twice", "sockets"} {
		t.Run(role, func(t *testing.T) {
			everyUser(t, func(t *testing.T, nobody bool) {
				if out, err := start(role, nobody).CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
			})
		})
	}
}

// roleDial tries every road to the network from threads that were there before the filter and from later ones.
func roleDial() error {
	const before = 4
	allowed, results := make(chan struct{}), make(chan error)
	dial := func() {
		runtime.LockOSThread() // each has a thread of its own, and keeps it
		<-allowed
		results <- dials()
		select {}
	}
	if err := dials(); err == nil || errors.Is(err, unix.EACCES) {
		return fmt.Errorf("nothing to prove: before the filter %v", err)
	}
	for range before {
		go dial()
	}
	runtime.Gosched()
	if err := DenyNetwork(); err != nil {
		return err
	}
	for range before {
		go dial()
	}
	close(allowed)
	for range 2 * before {
		if err := <-results; err != nil {
			return err
		}
	}
	if out, err := exec.Command("/bin/sh", "-c", "echo works").Output(); err != nil || string(out) != "works\n" {
		return fmt.Errorf("can't start a program any more: %q, %v", out, err)
	}
	return threads(2*before + 1)
}

// dials returns an error unless all is refused with EACCES.
func dials() error {
	_, tcp := net.Dial("tcp", "127.0.0.1:9")
	_, tcp6 := net.Dial("tcp", "[::1]:9")
	_, udp := net.Dial("udp", "127.0.0.1:9")
	_, local := net.Dial("unix", "/nowhere")
	_, listen := net.Listen("tcp", "127.0.0.1:0")
	_, packet := net.ListenPacket("udp", "127.0.0.1:0")
	_, netlink := net.Interfaces()
	_, pair := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	_, raw := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW, 0)
	_, vsock := unix.Socket(unix.AF_VSOCK, unix.SOCK_STREAM, 0)
	for i, err := range []error{tcp, tcp6, udp, local, listen, packet, netlink, pair, raw, vsock} {
		if !errors.Is(err, unix.EACCES) {
			return fmt.Errorf("road %d: %v", i, err)
		}
	}
	return nil
}

// threads checks that every thread, of which there are at least so many, is under the filter.
func threads(least int) error {
	files, err := filepath.Glob("/proc/self/task/*/status")
	if err != nil || len(files) < least {
		return fmt.Errorf("%d threads, %v", len(files), err)
	}
	for _, file := range files {
		status, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if s := string(status); !strings.Contains(s, "\nSeccomp:\t2\n") || !strings.Contains(s, "\nNoNewPrivs:\t1\n") {
			return fmt.Errorf("%s: %s", file, s)
		}
	}
	return nil
}

func roleCalls() error {
	if err := DenyNetwork(); err != nil {
		return err
	}
	for _, nr := range denied {
		if _, _, errno := unix.Syscall6(nr, 0, 0, 0, 0, 0, 0); errno != unix.EACCES {
			return fmt.Errorf("system call %d: %v", nr, errno)
		}
	}
	return nil
}

func roleTwice() error {
	if err := DenyNetwork(); err != nil {
		return err
	}
	return DenyNetwork()
}

// roleSockets has all refused but mount, which says of itself that it was given nothing; then that, too.
func roleSockets() error {
	if err := DenySockets(); err != nil {
		return err
	}
	if err := dials(); err != nil {
		return err
	}
	for _, nr := range denied {
		if _, _, errno := unix.Syscall6(nr, 0, 0, 0, 0, 0, 0); (errno != unix.EACCES) != (nr == unix.SYS_MOUNT) {
			return fmt.Errorf("system call %d: %v", nr, errno)
		}
	}
	return roleCalls()
}

func TestInheritedSocketStillCarriesOutput(t *testing.T) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	mine, theirs := os.NewFile(uintptr(pair[0]), "mine"), os.NewFile(uintptr(pair[1]), "theirs")
	defer mine.Close()
	cmd := start("empty", false)
	cmd.Stdin, cmd.Stdout = theirs, theirs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	mine.WriteString("hello")
	unix.Shutdown(pair[0], unix.SHUT_WR)
	out, err := io.ReadAll(mine)
	cmd.Wait()
	needNamespace(t, out)
	if err != nil || !strings.Contains(string(out), "hello") {
		t.Fatalf("%q, %v", out, err)
	}
}

func roleHarden() error {
	if err := Harden(); err != nil {
		return err
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &limit); err != nil || limit.Max != 0 {
		return fmt.Errorf("core limit %+v, %v", limit, err)
	}
	if n, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); n != 0 || err != nil {
		return fmt.Errorf("dumpable %d, %v", n, err)
	}
	return nil
}
