package export

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"sigtool/internal/oracle"
)

// softTPM is a TPM in software, of which one command at a time asks something.
type softTPM struct {
	t      *testing.T
	dir    string
	parent string // the handle of the storage key in use
}

// newSoftTPM starts swtpm, on a socket of its own in a folder of its own, and waits until it answers.
func newSoftTPM(t *testing.T) *softTPM {
	t.Helper()
	swtpm := oracle.Need(t, "swtpm")
	oracle.Need(t, "tpm2_import")
	// A socket's path has at most 107 bytes, and t.TempDir's may have more.
	dir, err := os.MkdirTemp("", "swtpm")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "tpm")
	cmd := exec.Command(swtpm, "socket", "--tpm2", "--tpmstate", "dir="+dir, "--server", "type=unixio,path="+socket, "--ctrl", "type=unixio,path="+socket+".ctrl",
		"--log", "file="+filepath.Join(dir, "log"), "--flags", "not-need-init,startup-clear")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	// The control socket is the last to be made. A connection to it takes nobody's place, while swtpm serves one on the other.
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if c, err := net.Dial("unix", socket+".ctrl"); err == nil {
			c.Close()
			return &softTPM{t: t, dir: dir}
		}
		if time.Now().After(end) {
			t.Fatal("swtpm does not answer")
		}
	}
}

// try runs a line of shell in the TPM's folder, and returns what it printed.
func (s *softTPM) try(line string) (string, error) {
	cmd := exec.Command("/bin/sh", "-c", line)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "TPM2TOOLS_TCTI=swtpm:path="+filepath.Join(s.dir, "tpm"))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (s *softTPM) run(line string) string {
	s.t.Helper()
	out, err := s.try(line)
	if err != nil {
		s.t.Fatalf("%s: %v\n%s", line, err, out)
	}
	return out
}

func (s *softTPM) write(name string, data []byte) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), data, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *softTPM) read(name string) []byte {
	s.t.Helper()
	data, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		s.t.Fatal(err)
	}
	return data
}
