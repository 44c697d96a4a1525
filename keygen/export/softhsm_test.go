package export

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"sigtool/internal/oracle"
)

const (
	softhsmModule = "/usr/lib/softhsm/libsofthsm2.so"
	softhsmToken  = "a test token"
	softhsmPIN    = "canary-4711"
)

// softhsm is a SoftHSM of this test's own, with one token.
type softhsm struct {
	folder, pinFile string
	env             []string // for its children alone
	sealed          *Result  // a p256 key
}

func newSoftHSM(t testing.TB) *softhsm {
	t.Helper()
	util := oracle.Need(t, "softhsm2-util")
	for _, tool := range []string{"openssl", "pkcs11-tool", "p11tool"} {
		oracle.Need(t, tool)
	}
	folder := t.TempDir()
	tokens, config := filepath.Join(folder, "tokens"), filepath.Join(folder, "softhsm2.conf")
	if err := os.Mkdir(tokens, 0o700); err != nil {
		t.Fatal(err)
	}
	overwrite(t, config, []byte("directories.tokendir = "+tokens+"\nobjectstore.backend = file\nlog.level = ERROR\n"))
	h := &softhsm{folder: folder, pinFile: filepath.Join(folder, "the PIN"), env: append(os.Environ(), "SOFTHSM2_CONF="+config)}
	overwrite(t, h.pinFile, []byte(softhsmPIN+"\r\n"))
	h.watch(t)
	h.must(t, util, "--init-token", "--free", "--label", softhsmToken, "--so-pin", "12345678", "--pin", softhsmPIN)
	return h
}

// watch puts tools before the real ones that write down what is on their command lines.
func (h *softhsm) watch(t testing.TB) {
	t.Helper()
	for _, tool := range []string{"openssl", "pkcs11-tool", "p11tool"} {
		stub := "#!/bin/sh\nprintf '%s\\n' \"$*\" >>" + shellQuote(filepath.Join(h.folder, "argv")) + "\nexec " + oracle.Need(t, tool) + ` "$@"` + "\n"
		if err := os.WriteFile(filepath.Join(h.folder, tool), []byte(stub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	h.env = append(h.env, "PATH="+h.folder+":"+os.Getenv("PATH"))
}

// run runs a program that finds this SoftHSM, in a folder that has nothing to do with its files, and returns all that it prints.
func (h *softhsm) run(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Env, cmd.Dir = h.env, "/"
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (h *softhsm) must(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := h.run(name, args...)
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", filepath.Base(name), args, err, out)
	}
	return out
}

// script writes what was exported beside each other, under a name that no shell likes, and returns what runs the script.
func (h *softhsm) script(t testing.TB, s Settings, result *Result) func(args ...string) (string, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), filepath.Base(s.Output))
	for _, file := range result.Files {
		overwrite(t, name+file.Suffix, file.Data)
	}
	pass := written(t, "the passphrase", []byte(testPassphrase+"\n"))
	return func(args ...string) (string, error) {
		all := []string{name + ".sh", "-m", softhsmModule, "-t", softhsmToken, "-p", h.pinFile}
		if bytes.Contains(result.Files[0].Data, []byte("ENCRYPTED")) {
			all = append(all, "-f", pass)
		}
		return h.run("sh", append(all, args...)...)
	}
}
