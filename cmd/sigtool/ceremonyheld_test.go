package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigtool/backup/shares"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// Two ceremonies go from the first question to the seal in every front end: five people with an RSA key of which any three can restore it, and
// one person alone with a secp256k1 key. People hold them on a terminal that they look at and type on. What they know and the machine must
// not keep is looked for everywhere, while it goes on and afterwards.
func TestCeremonyHeld(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		plan, front string
		size        [2]int
		env         []string
	}{
		{"five", "--tui", [2]int{80, 24}, nil},
		{"five", "--plain", [2]int{80, 24}, nil},
		{"one", "--tui", [2]int{200, 50}, nil},
		{"one", "--tui", [2]int{80, 24}, []string{"TERM=linux", "NO_COLOR=1"}}, // no second screen, no colours
		{"one", "--plain", [2]int{80, 24}, []string{"TERM=linux"}},
	} {
		t.Run(fmt.Sprintf("%s %s %dx%d", c.plan, c.front, c.size[0], c.size[1]), func(t *testing.T) {
			t.Parallel()
			m := newRoom(t, testPlan(t, c.plan))
			m.env = append(m.env, c.env...)
			r := newRobot(t, m, c.size, "ceremony", "rehearse", m.planFile, "-o", m.out, c.front)
			for v := r.now(); !v.ended; v = r.now() {
				if strings.HasPrefix(v.ask, "Initials") {
					r.search()
				}
				if slices.Contains(c.env, "NO_COLOR=1") && strings.Contains(r.screen.Painted(), "\x1b[") {
					t.Errorf("colours, or other dress:\n%q", r.screen.Painted())
				}
				r.answer(v)
			}
			if v := r.now(); v.status != 0 {
				t.Fatalf("exit status %d:\n%s", v.status, v.text)
			}
			if !r.worked {
				t.Error("nothing was said while the machine worked")
			}
			r.keepSeed()
			r.search()
			verifyHeld(t, m)
			t.Logf("%d questions, %d canaries, %d places searched", r.prompts, len(r.birds.canaries), r.birds.searched)
		})
	}
}

// The same from a file of answers, where no terminal is.
func TestCeremonyAnswered(t *testing.T) {
	t.Parallel()
	for _, plan := range []string{"five", "one"} {
		t.Run(plan, func(t *testing.T) {
			t.Parallel()
			m := newRoom(t, testPlan(t, plan))
			cmd := m.command("ceremony", "rehearse", m.planFile, "-o", m.out, "--answers", answersOf(t, plan))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v:\n%s", err, out)
			}
			verifyHeld(t, m)
		})
	}
}

// verifyHeld checks what a rehearsal left as somebody does who was not there: it is good, and it is a rehearsal.
func verifyHeld(t *testing.T, m *room) {
	t.Helper()
	key, transcript := filepath.Join(m.out, "key.pub"), filepath.Join(m.out, "transcript.jsonl")
	if out, err := m.command("verify", "--rehearsal", "-k", key, transcript).CombinedOutput(); err != nil {
		t.Errorf("verify: %v:\n%s", err, out)
	}
	cmd := m.command("verify", "-k", key, transcript)
	if out, err := cmd.CombinedOutput(); err == nil || cmd.ProcessState.ExitCode() != exitNotAccepted {
		t.Errorf("a rehearsal is taken for a ceremony: %v:\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(m.out, "journal.jsonl")); !os.IsNotExist(err) {
		t.Errorf("the journal is still there beside the transcript: %v", err)
	}
}

// search looks for every secret that is known so far where none must be: in what the program left on disks and in shared memory, in its
// processes as the kernel shows them, and in what the terminal keeps once it is not shown any more.
func (r *robot) search() {
	r.t.Helper()
	for _, pid := range r.screen.Processes() {
		r.birds.process(pid)
	}
	r.birds.files(r.room.folder, "/dev/shm")
	r.birds.look("the terminal", []byte(r.screen.Everything()))
}

// keepSeed makes the seed again from the papers, as whoever restores it will, and has it looked for as well.
func (r *robot) keepSeed() {
	r.t.Helper()
	seed := r.fromShares()
	if seed == nil {
		seed = r.fromKey()
	}
	r.birds.keep(secretBytes("the seed", seed))
}

// fromShares restores from shares that were copied by hand; nil where there are none.
func (r *robot) fromShares() []byte {
	r.t.Helper()
	var texts [][]byte
	for name, rows := range r.paper.sheets {
		if strings.HasPrefix(name, "share") {
			texts = append(texts, []byte(strings.Join(rows, "\n")))
		}
	}
	if len(texts) == 0 {
		return nil
	}
	restored, err := shares.Codec{}.Decode(texts...)
	if err != nil {
		r.t.Fatal(err)
	}
	defer restored.Destroy()
	return slices.Clone(restored.Secret.Bytes())
}

// fromKey opens the sealed key with the passphrase on the paper.
func (r *robot) fromKey() []byte {
	r.t.Helper()
	pem, err := os.ReadFile(filepath.Join(r.room.out, "key.pem"))
	if err != nil {
		r.t.Fatal(err)
	}
	typed := secret.From([]byte(r.paper.passphrase))
	if own, ok := keygen.Canonical(typed.Bytes()); ok {
		typed = own
	}
	key, err := keygen.Load(pem, func() (*secret.Bytes, error) { return typed, nil })
	if err != nil {
		r.t.Fatal(err)
	}
	defer key.Destroy()
	seed, has, err := keygen.SeedOf(key)
	if err != nil || !has {
		r.t.Fatal(has, err)
	}
	return seed
}
