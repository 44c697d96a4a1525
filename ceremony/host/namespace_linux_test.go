package host

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"sigtool/ceremony"
)

// marker says what this program is, when a test starts it again: "sealed", or "machine".
const marker = "SIGTOOL_TEST_INSPECT"

// again prepares this program for the test that runs, in new namespaces.
func again(t *testing.T, as string, namespaces uintptr) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), marker+"="+as)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: namespaces}
	if id := os.Getuid(); id != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: id, Size: 1}}
	}
	return cmd
}

// sealed is this program inside an empty network namespace, where a ceremony is held. It measures whenever it is asked.
type sealed struct {
	t    *testing.T
	ask  *os.File
	said *bufio.Scanner
}

// seal starts the test by that name again, inside, where the test has to call answer first.
func seal(t *testing.T) sealed {
	cmd := again(t, "sealed", syscall.CLONE_NEWNET)
	theirs, mine, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = theirs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skipf("skipped: no network namespace to be had here: %v", err)
	}
	theirs.Close()
	t.Cleanup(func() { mine.Close(); _ = cmd.Wait() })
	return sealed{t, mine, bufio.NewScanner(out)}
}

// answer is what the program inside does: a measurement for each line it reads.
func answer(t *testing.T) {
	if os.Getenv(marker) != "sealed" {
		return
	}
	for asked := bufio.NewScanner(os.Stdin); asked.Scan(); {
		if err := json.NewEncoder(os.Stdout).Encode(network()); err != nil {
			t.Fatal(err)
		}
	}
	os.Exit(0)
}

func (s sealed) network() []ceremony.Finding {
	s.t.Helper()
	if _, err := s.ask.WriteString("\n"); err != nil {
		s.t.Fatal(err)
	}
	var out []ceremony.Finding
	if !s.said.Scan() || json.Unmarshal(s.said.Bytes(), &out) != nil {
		s.t.Fatalf("inside: %q, %v", s.said.Text(), s.said.Err())
	}
	return out
}

func network() []ceremony.Finding {
	m := machine{root: os.DirFS("/")}
	return append(m.links(), m.routes()...)
}

// TestInsideEmptyNetwork inspects this machine from inside and outside an empty network namespace: both must see the same links and
// routes, or a ceremony that shuts itself in would call any machine air-gapped.
func TestInsideEmptyNetwork(t *testing.T) {
	answer(t)
	if inside, outside := seal(t).network(), network(); !reflect.DeepEqual(inside, outside) {
		t.Errorf("inside an empty namespace: %v\noutside: %v", inside, outside)
	}
}

// TestLinkComesUp: an interface that appears and is switched on while the ceremony goes on is seen from inside it. The machine is one of
// its own, as far as network, processes and sysfs go, so that no other test sees the interface.
func TestLinkComesUp(t *testing.T) {
	answer(t)
	if os.Getenv(marker) == "" {
		cmd := again(t, "machine", syscall.CLONE_NEWNET|syscall.CLONE_NEWNS|syscall.CLONE_NEWPID)
		cmd.Args = append(cmd.Args, "-test.v") // says so when it skips
		out, err := cmd.CombinedOutput()
		switch {
		case strings.Contains(string(out), "--- SKIP"), len(out) == 0:
			t.Skipf("skipped: no machine of its own to be had here: %v\n%s", err, out)
		case err != nil:
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	mountAnew(t)
	const name = "sigtooltest0"
	inside := seal(t)
	about := func() []ceremony.Finding {
		return slices.DeleteFunc(inside.network(), func(f ceremony.Finding) bool { return !strings.Contains(f.Detail, name) })
	}
	if before := about(); len(before) > 0 {
		t.Fatalf("before there was one: %v", before)
	}
	plug(t, name)
	if off := about(); len(off) != 1 || off[0].Severity != ceremony.Warn {
		t.Errorf("plugged in: %v", off)
	}
	switchOn(t, name)
	if on := about(); len(on) == 0 || on[0].Check != ceremony.CheckLinks || on[0].Severity != ceremony.Block { // IPv6 brings a route
		t.Errorf("switched on: %v", on)
	}
}

// mountAnew shows the new machine's processes and devices in /proc and /sys.
func mountAnew(t *testing.T) {
	err := errors.Join(
		unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""),
		unix.Mount("proc", "/proc", "proc", 0, ""),
		unix.Mount("sysfs", "/sys", "sysfs", 0, ""),
	)
	if err != nil {
		t.Skipf("skipped: %v", err)
	}
}

// plug makes a network device, which is gone again when the test ends.
func plug(t *testing.T, name string) {
	tap, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skipf("skipped: this user can't make a network device: %v", err)
	}
	t.Cleanup(func() { unix.Close(tap) })
	request := interfaceRequest(t, name, unix.IFF_TAP|unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(tap, unix.TUNSETIFF, request); err != nil {
		t.Skipf("skipped: this user can't make a network device: %v", err)
	}
}

func switchOn(t *testing.T, name string) {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(socket)
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, interfaceRequest(t, name, unix.IFF_UP)); err != nil {
		t.Fatal(err)
	}
}

func interfaceRequest(t *testing.T, name string, flags uint16) *unix.Ifreq {
	request, err := unix.NewIfreq(name)
	if err != nil {
		t.Fatal(err)
	}
	request.SetUint16(flags)
	return request
}
