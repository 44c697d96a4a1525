package sandbox

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"sigtool/internal/oracle"
)

// roleEmpty says where it is, copies its input to its output and exits with 7.
func roleEmpty() error {
	done, status, err := EmptyNetwork()
	if done {
		os.Exit(status)
	}
	if err != nil {
		return err
	}
	if err := Harden(); err != nil {
		return err
	}
	if err := DenyNetwork(); err != nil {
		return err
	}
	empty, err := isEmpty()
	if err != nil {
		return err
	}
	input, err := io.ReadAll(os.Stdin)
	fmt.Printf("empty=%v uid=%d gid=%d args=%q marker=%q input=%q %v\n", empty, os.Getuid(), os.Getgid(), os.Args, os.Getenv(again), input, err)
	os.Exit(7)
	return nil
}

// needNamespace ends the test where this user may not have an empty network namespace.
func needNamespace(t *testing.T, out []byte) {
	if strings.Contains(string(out), ErrUnavailable.Error()) {
		oracle.Missing(t, "the right to make network namespaces")
	}
}

func TestEmptyNetwork(t *testing.T) {
	everyUser(t, func(t *testing.T, nobody bool) {
		cmd := start("empty", nobody)
		cmd.Stdin = strings.NewReader("hello")
		out, err := cmd.Output()
		needNamespace(t, out)
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 7 {
			t.Fatalf("%v, want exit status 7\n%s", err, out)
		}
		id := os.Getuid()
		if nobody {
			id = 65534
		}
		want := fmt.Sprintf("empty=true uid=%d gid=%d args=[\"sigtool\" \"a b\" \"\"] marker=\"\" input=\"hello\" <nil>\n", id, id)
		if os.Getuid() == os.Getgid() && string(out) != want {
			t.Fatalf("%s, want %s", out, want)
		}
	})
}

func TestMarkerAloneSkipsNothing(t *testing.T) {
	if empty, _ := isEmpty(); empty {
		t.Skip("this is an empty network namespace already")
	}
	everyUser(t, func(t *testing.T, nobody bool) {
		cmd := start("empty", nobody)
		cmd.Env = append(cmd.Env, again+"=1")
		out, err := cmd.Output()
		if err == nil || !strings.Contains(string(out), ErrUnavailable.Error()) {
			t.Fatalf("%v, %s; want an error that says so", err, out)
		}
	})
}

// roleSleep waits for a signal that it announces, or for its end.
func roleSleep() error {
	done, status, err := EmptyNetwork()
	if done {
		os.Exit(status)
	}
	if err != nil {
		return err
	}
	got := make(chan os.Signal, 1)
	signal.Notify(got, unix.SIGTERM)
	fmt.Println("ready", os.Getpid())
	fmt.Println(<-got)
	os.Exit(143)
	return nil
}

// sleeper starts the role and returns its output and the process that waits, which is a child where there are two.
func sleeper(t *testing.T) (cmd *exec.Cmd, lines *bufio.Scanner, waiting int) {
	cmd = start("sleep", os.Geteuid() == 0)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines = bufio.NewScanner(out)
	lines.Scan()
	needNamespace(t, lines.Bytes())
	if _, err := fmt.Sscanf(lines.Text(), "ready %d", &waiting); err != nil {
		t.Fatalf("%q: %v", lines.Text(), err)
	}
	return cmd, lines, waiting
}

func TestSignalsReachTheChild(t *testing.T) {
	cmd, lines, _ := sleeper(t)
	cmd.Process.Signal(unix.SIGTERM)
	lines.Scan()
	cmd.Wait()
	if lines.Text() != "terminated" || cmd.ProcessState.ExitCode() != 143 {
		t.Fatalf("%q, %v", lines.Text(), cmd.ProcessState)
	}
}

func TestChildKilledBySignal(t *testing.T) {
	cmd, _, waiting := sleeper(t)
	if waiting == cmd.Process.Pid {
		t.Fatal("there is no child")
	}
	unix.Kill(waiting, unix.SIGKILL)
	if cmd.Wait(); cmd.ProcessState.ExitCode() != 128+9 {
		t.Fatalf("%v, want exit status 137", cmd.ProcessState)
	}
}

func TestChildDiesWithItsParent(t *testing.T) {
	cmd, lines, _ := sleeper(t)
	cmd.Process.Kill()
	ended := make(chan bool)
	go func() { ended <- lines.Scan() }() // the child holds the pipe until it ends
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the child lives on")
	}
	cmd.Process.Wait()
}

func TestOnlyNewDevices(t *testing.T) {
	const head = "Inter-|   Receive |  Transmit\n face |bytes    packets|bytes\n"
	if !onlyNewDevices(head+"    lo:       0       0\n sit0: 0 0\n") || !onlyNewDevices(head) {
		t.Error("a new namespace is not taken for one")
	}
	if onlyNewDevices(head + "    lo: 0\n  eth0: 0\n") {
		t.Error("eth0 is overlooked")
	}
}
