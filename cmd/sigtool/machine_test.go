package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"sigtool/ceremony"
	"sigtool/internal/sandbox"
)

// measured is what a program says of itself and of the machine from where a ceremony is held.
type measured struct {
	Digest   string
	Findings []ceremony.Finding
}

const marker = "SIGTOOL_TEST_MEASURE"

// The program inside is this one, started again. It turns off before TestMain, which as nobody can't prepare for the stories.
func init() {
	if os.Getenv(marker) != "" {
		measureFromInside()
	}
}

// TestMeasuredFromInside: the program in an empty network namespace, hardened and under the filter, is the same file, and all that there
// is to measure can be measured, as this user and as nobody.
func TestMeasuredFromInside(t *testing.T) {
	own, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(own)
	for _, nobody := range []bool{false, true} {
		if nobody && os.Geteuid() != 0 {
			continue
		}
		cmd := &exec.Cmd{Path: "/proc/self/exe", Args: []string{"sigtool"}, Env: append(os.Environ(), marker+"=1"), Dir: "/"}
		if nobody {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		var said bytes.Buffer
		cmd.Stderr = &said
		out, err := cmd.Output()
		var got measured
		if err != nil || json.Unmarshal(out, &got) != nil {
			t.Fatalf("nobody %v: %v\n%s%s", nobody, err, out, said.Bytes())
		}
		if got.Digest != hex.EncodeToString(sum[:]) {
			t.Errorf("nobody %v: digest %s, want %x", nobody, got.Digest, sum)
		}
		checkMeasured(t, got.Findings)
	}
}

// measureFromInside is the program inside.
func measureFromInside() {
	done, status, err := sandbox.EmptyNetwork()
	if done {
		os.Exit(status)
	}
	if errors.Is(err, sandbox.ErrUnavailable) { // a ceremony warns and goes on
		err = nil
	}
	if err = errors.Join(err, lockDown()); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	sum, err := programDigest()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	_ = json.NewEncoder(os.Stdout).Encode(measured{hex.EncodeToString(sum[:]), measuredMachine("")(ceremony.Checks())})
	os.Exit(0)
}

func checkMeasured(t *testing.T, findings []ceremony.Finding) {
	t.Helper()
	for _, check := range ceremony.Checks() {
		if check != ceremony.CheckClock && !slices.ContainsFunc(findings, func(f ceremony.Finding) bool { return f.Check == check }) {
			t.Errorf("nothing about %s", check)
		}
	}
	for _, f := range findings {
		t.Logf("%-11s %-5s %s", f.Check, f.Severity, f.Detail)
		if f.Severity == ceremony.Block && strings.Contains(f.Detail, "can't be read") {
			t.Errorf("%s: %s", f.Check, f.Detail)
		}
		if (f.Check == ceremony.CheckCore || f.Check == ceremony.CheckWorkFolder) && f.Severity != ceremony.OK {
			t.Errorf("%s: %s", f.Check, f.Detail)
		}
		if f.Check == ceremony.CheckMemory && f.Severity == ceremony.Block {
			t.Errorf("%s: %s", f.Check, f.Detail)
		}
	}
}

// TestIsMemory: the kernel's word about a folder and the table of mounts agree.
func TestIsMemory(t *testing.T) {
	for _, folder := range []string{"/", "/proc", "/dev/shm", "/run", t.TempDir()} {
		memory, err := isMemory(folder)
		if err != nil {
			t.Fatal(err)
		}
		findings := inspectMachine(folder, nil, ceremony.Checks())
		at := slices.IndexFunc(findings, func(f ceremony.Finding) bool { return f.Check == ceremony.CheckWorkFolder })
		if (findings[at].Severity == ceremony.OK) != memory {
			t.Errorf("%s: statfs says memory %v, but %v", folder, memory, findings[at])
		}
	}
	if _, err := isMemory(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a folder that is not there is taken for one")
	}
}

func TestRealFolder(t *testing.T) {
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"link": folder, "loose": "nowhere"} {
		if err := os.Symlink(to, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(folder)
	for given, want := range map[string]string{"": "", ".": folder, "link": folder, "link/a/b": folder + "/a/b", "/": "/", "loose/a": "", "loose": ""} {
		got, err := realFolder(given)
		if got != want || (err != nil) != strings.HasPrefix(given, "loose") {
			t.Errorf("%q: %q, %v; want %q", given, got, err, want)
		}
	}
}

func TestCommitTime(t *testing.T) {
	if at := builtAt(); at.After(time.Now()) {
		t.Errorf("this was built at %v", at)
	}
	want := time.Date(2026, 11, 21, 18, 50, 0, 0, time.UTC)
	if got := commitTime([]debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.time", Value: "2026-11-21T18:50:00Z"}}); got != want {
		t.Errorf("%v", got)
	}
	for _, settings := range [][]debug.BuildSetting{nil, {{Key: "vcs.time", Value: "yesterday"}}} {
		if got := commitTime(settings); !got.IsZero() {
			t.Errorf("%v: %v", settings, got)
		}
	}
}
