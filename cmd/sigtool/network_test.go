package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// dialFromInside is sigtool, locked down as it is for every verb, trying to get out. It exits with 0 when each try was refused.
func dialFromInside() {
	if err := lockDown(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if out := waysOut("127.0.0.1:9", "127.0.0.1:9", "/run/nobody"); out != nil {
		fmt.Fprintln(os.Stderr, out)
		os.Exit(1)
	}
	fmt.Println("shut out")
	os.Exit(0)
}

// waysOut tries every way to the network that there is, and returns those that the kernel did not refuse.
func waysOut(tcp, udp, local string) (open []string) {
	for _, try := range [][2]string{{"tcp", tcp}, {"udp", udp}, {"unix", local}, {"unixgram", local}, {"ip4:icmp", "127.0.0.1"}} {
		conn, err := net.Dial(try[0], try[1])
		if err == nil {
			_, err = conn.Write([]byte("a packet"))
			conn.Close()
		}
		open = notRefused(open, try[0], err)
	}
	_, err := net.Listen("tcp", "127.0.0.1:0")
	open = notRefused(open, "listen", err)
	for name, family := range map[string]int{"netlink": unix.AF_NETLINK, "packet": unix.AF_PACKET, "vsock": unix.AF_VSOCK, "bluetooth": unix.AF_BLUETOOTH} {
		_, err := unix.Socket(family, unix.SOCK_RAW, 0)
		open = notRefused(open, name, err)
	}
	_, err = unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	return notRefused(open, "socketpair", err)
}

func notRefused(open []string, name string, err error) []string {
	if errors.Is(err, syscall.EACCES) || errors.Is(err, syscall.EPERM) {
		return open
	}
	return append(open, fmt.Sprintf("%s: %v", name, err))
}

var probed sync.Once

// probeOnce reaches for what listens outside, whose addresses stand in the report's place, and writes down what was not refused.
func probeOnce(report string) {
	probed.Do(func() {
		var tcp, udp, local string
		data, err := os.ReadFile(report)
		if err == nil {
			_, err = fmt.Sscan(string(data), &tcp, &udp, &local)
		}
		text := fmt.Sprint("ways out: ", waysOut(tcp, udp, local))
		if err == nil {
			err = os.WriteFile(report, []byte(text), 0o600)
		}
		if err != nil {
			panic(err)
		}
	})
}

// From inside of a ceremony nothing reaches what listens outside: as root, who has a new network namespace, and as somebody else, whose
// ceremony runs in a child.
func TestCeremonyNetwork(t *testing.T) {
	t.Parallel()
	users := map[string]*syscall.Credential{"this user": nil}
	if os.Geteuid() == 0 {
		users["nobody"] = &syscall.Credential{Uid: 65534, Gid: 65534}
	}
	for name, user := range users {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := openFolder(t)
			report := listeners(t, folder)
			cmd := exec.Command("./sigtool", "ceremony", "rehearse", "one.yaml", "-o", "out", "--answers", "one.answers.yaml")
			cmd.Dir, cmd.Env = folder, []string{"HOME=" + folder, "TMPDIR=" + folder, probeReport + "=" + report}
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: user}
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v:\n%s", err, out)
			}
			said, err := os.ReadFile(report)
			if err != nil || string(said) != "ways out: []" {
				t.Errorf("%v, %s", err, said)
			}
		})
	}
}

// openFolder is a folder of everybody's, with the program, a plan and its answers in it.
func openFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "network")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	program, err := exec.LookPath("sigtool")
	if err != nil {
		t.Fatal(err)
	}
	for name, from := range map[string]string{"sigtool": program, "one.yaml": "../../testdata/ceremony/one.yaml",
		"one.answers.yaml": "../../testdata/ceremony/one.answers.yaml"} {
		data, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, name), data, 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	return folder
}

// listeners wait for a connection, a packet and both on a Unix socket; that one comes fails the test. What it returns is a file with their addresses.
func listeners(t *testing.T, folder string) string {
	t.Helper()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	local, err := net.Listen("unix", filepath.Join(folder, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	var came sync.WaitGroup
	for _, l := range []net.Listener{tcp, local} {
		came.Go(func() {
			if conn, err := l.Accept(); err == nil {
				conn.Close()
				t.Errorf("somebody came to %s", l.Addr())
			}
		})
	}
	came.Go(func() {
		if n, _, err := udp.ReadFrom(make([]byte, 16)); err == nil {
			t.Errorf("a packet of %d bytes came", n)
		}
	})
	t.Cleanup(func() {
		tcp.Close()
		udp.Close()
		local.Close()
		came.Wait()
	})
	report := filepath.Join(folder, "report")
	text := strings.Join([]string{tcp.Addr().String(), udp.LocalAddr().String(), local.Addr().String()}, " ")
	if err := os.WriteFile(report, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Chmod(report, 0o666), os.Chmod(filepath.Join(folder, "socket"), 0o777)); err != nil {
		t.Fatal(err)
	}
	return report
}
