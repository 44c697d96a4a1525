package main

import (
	"crypto/sha256"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"sigtool/ceremony"
	"sigtool/internal/pgpwords"
)

// room is where a ceremony is held: a folder, the plan in it, and an environment with nothing of this machine's.
type room struct {
	program, folder, planFile string
	out, printer              string // folders: of what is made, and of what is printed
	plan                      *ceremony.Plan
	env                       []string
}

// newRoom makes a room for a plan.
func newRoom(t testing.TB, plan []byte) *room {
	t.Helper()
	program, err := exec.LookPath("sigtool")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	temporary := filepath.Join(folder, "temporary")
	file := filepath.Join(folder, "plan.yaml")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, plan, 0o644); err != nil {
		t.Fatal(err)
	}
	parsed, err := ceremony.ParsePlan(plan)
	if err != nil {
		t.Fatal(err)
	}
	return &room{program: program, folder: folder, planFile: file, out: filepath.Join(folder, "out"), plan: parsed,
		env: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TMPDIR=" + temporary, "TERM=xterm"}}
}

// notes are what people brought: the digests as they were printed before the day, and their own initials.
func (m *room) notes(t testing.TB) notes {
	t.Helper()
	program, err := os.ReadFile(m.program)
	if err != nil {
		t.Fatal(err)
	}
	binary, plan := sha256.Sum256(program), m.plan.Digest()
	n := notes{program: pgpwords.Of(binary[:]), plan: pgpwords.Of(plan[:]), initials: map[string]string{}, sheets: map[string][]string{}}
	for _, p := range m.plan.People {
		n.initials[p.Name] = p.Name[:2]
	}
	return n
}

// command is sigtool in a room.
func (m *room) command(args ...string) *exec.Cmd {
	cmd := exec.Command(m.program, args...)
	cmd.Dir, cmd.Env = m.folder, m.env
	return cmd
}

func testPlan(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../../testdata/ceremony/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func answersOf(t testing.TB, plan string) string {
	t.Helper()
	path, err := filepath.Abs("../../testdata/ceremony/" + plan + ".answers.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return path
}
