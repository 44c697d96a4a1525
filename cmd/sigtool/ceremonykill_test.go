package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"sigtool/ceremony"
)

// shortPlan has every secret that a ceremony can have, and nothing that takes long.
const shortPlan = `version: 1
kind: generate
title: A ceremony that is killed
people:
  - {name: Ada Example, role: operator}
  - {name: Ben Example, role: witness, key: "SHA256:XZEJC1efkCOewiBcKswG7yxwq+SA57BEsM5BuvKG07k="}
dual-control: waived
keys:
  - {label: short, algorithm: ed25519, exports: [pkcs8]}
passphrase: {style: base58, holder: Ada Example}
backups:
  - {code: shares, need: 2, of: 3, holders: [Ada Example, Ben Example, Ada Example]}
entropy: {dice: 50}
answers: rehearsal
`

// Killed at any step, and nothing can be done about that, a ceremony leaves a journal that says where it stopped and no secret in any file. The
// folder is not taken for another ceremony. What can be gone on with is gone on with, to a transcript that verifies; keys that no drill had
// proven are void.
func TestCeremonyKilled(t *testing.T) {
	t.Parallel()
	plan, err := ceremony.ParsePlan([]byte(shortPlan))
	if err != nil {
		t.Fatal(err)
	}
	for i, step := range plan.Steps {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			m := newRoom(t, []byte(shortPlan))
			r := newRobot(t, m, [2]int{80, 24}, "ceremony", "rehearse", m.planFile, "-o", m.out, "--plain")
			r.until(fmt.Sprintf("Step %d of %d", i+1, len(plan.Steps)))
			if v := r.now(); !strings.HasPrefix(v.ask, "File of your key") { // which is the last question
				r.answer(v)
				r.now()
			}
			r.signal(unix.SIGKILL)
			if v := r.now(); v.status != 128+9 {
				t.Fatalf("it was not killed: %d\n%s", v.status, v.text)
			}
			r.search()
			journal := lookAtJournal(t, m)
			generated := bytes.Contains(journal, []byte(`"event":"key"`))
			proven := bytes.Contains(journal, []byte(`"event":"proven"`))
			r.goOn(generated && !proven)
		})
	}
}

// A program that crashes in the middle of it, and is let write as large a core file as it likes, leaves none, and what the Go runtime says of
// the crash has no secret in it.
func TestCeremonyCrashed(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]unix.Signal{"abort": unix.SIGABRT, "segmentation fault": unix.SIGSEGV, "quit": unix.SIGQUIT} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newRoom(t, []byte(shortPlan))
			m.env = append(m.env, "GOTRACEBACK=crash")
			r := newRobot(t, m, [2]int{80, 24}, "ceremony", "rehearse", m.planFile, "-o", m.out, "--plain")
			r.until("Step 9 of 13") // the restore drill: all secrets are in memory
			for _, pid := range r.screen.Processes() {
				err := unix.Prlimit(pid, unix.RLIMIT_CORE, &unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}, nil)
				if err != nil && err != unix.EPERM { // who is not root can't raise it again
					t.Fatal(err)
				}
			}
			r.signal(signal)
			v := r.now()
			if !v.ended || v.status <= 128 && v.status != 2 || strings.Contains(v.text, "core dumped") {
				t.Errorf("exit status %d:\n%s", v.status, v.text)
			}
			r.search()
			for _, name := range namesIn(t, m.folder) {
				if strings.HasPrefix(name, "core") {
					t.Errorf("there is a core file, %s", name)
				}
			}
		})
	}
}

// until has everything answered rightly until the screen says so.
func (r *robot) until(text string) {
	r.t.Helper()
	for v := r.now(); !strings.Contains(v.words(), text); v = r.now() {
		if v.ended {
			r.t.Fatalf("nothing said %q until the end:\n%s", text, v.text)
		}
		r.answer(v)
	}
}

// signal sends the program a signal.
func (r *robot) signal(signal syscall.Signal) {
	r.t.Helper()
	for _, pid := range r.screen.Processes() {
		if err := unix.Kill(pid, signal); err != nil && err != unix.ESRCH {
			r.t.Fatal(err)
		}
	}
	r.open, r.before = nil, r.screen.Text()
}

var stopped = regexp.MustCompile(`it stopped (in|after) step [a-z-]+`)

// lookAtJournal has others look at what a killed ceremony left.
func lookAtJournal(t *testing.T, m *room) []byte {
	t.Helper()
	journal := filepath.Join(m.out, "journal.jsonl")
	verify := m.command("verify", "--any-signer", journal)
	if out, _ := verify.CombinedOutput(); verify.ProcessState.ExitCode() != exitCeremony || !stopped.Match(out) {
		t.Errorf("verify: exit status %d:\n%s", verify.ProcessState.ExitCode(), out)
	}
	again := m.command("ceremony", "rehearse", m.planFile, "-o", m.out, "--plain")
	if out, err := again.CombinedOutput(); err == nil || !bytes.Contains(out, []byte("sigtool ceremony resume")) {
		t.Errorf("another ceremony in the same folder: %v:\n%s", err, out)
	}
	data, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// goOn takes up the ceremony on a new terminal, with the same people and the paper that they have.
func (r *robot) goOn(void bool) {
	r.t.Helper()
	m := r.room
	next := newRobot(r.t, m, [2]int{80, 24}, "ceremony", "resume", m.planFile, "-o", m.out, "--plain")
	next.paper, next.birds = r.paper, r.birds
	v := next.toTheEnd()
	next.search()
	transcript := filepath.Join(m.out, "transcript.jsonl")
	if void {
		verify := m.command("verify", "--rehearsal", "--any-signer", transcript)
		if out, _ := verify.CombinedOutput(); v.status != exitCeremony || verify.ProcessState.ExitCode() != exitCeremony {
			r.t.Errorf("void, with exit status %d; verify with %d: %s\n%s", v.status, verify.ProcessState.ExitCode(), out, v.text)
		}
		if !strings.Contains(v.words(), "are void") {
			r.t.Errorf("it does not say that the key is void:\n%s", v.text)
		}
		return
	}
	if v.status != 0 {
		r.t.Fatalf("exit status %d:\n%s", v.status, v.text)
	}
	next.keepSeed()
	next.search()
	verify := m.command("verify", "--rehearsal", "-k", filepath.Join(m.out, "key.pub"), transcript)
	if out, err := verify.CombinedOutput(); err != nil {
		r.t.Errorf("verify: %v:\n%s", err, out)
	}
	data, err := os.ReadFile(transcript)
	if err != nil || r.paper.record != "" && !bytes.Contains(data, []byte(`"event":"journal compared"`)) {
		r.t.Errorf("the words that were noted after the drill were not compared: %v", err)
	}
	if names := namesIn(r.t, m.out); slices.Contains(names, "journal.jsonl") {
		r.t.Errorf("the journal is still there: %q", names)
	}
}

func namesIn(t testing.TB, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
