package backup_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/internal/oracle"
	"sigtool/keygen"
)

// The commands of a sheet with the whole key print its fingerprint, also of a BLS key, which OpenSSL doesn't know.
func TestCommandsForWholeKeys(t *testing.T) {
	shell := oracle.Need(t, "sh")
	for _, name := range []string{"python3", "openssl", "xxd"} {
		oracle.Need(t, name)
	}
	for _, algorithm := range []keygen.Algorithm{keygen.P256, keygen.BLS12381} {
		data, err := os.ReadFile(filepath.Join("..", "testdata", "keys", string(algorithm)+".pem"))
		if err != nil {
			t.Fatal(err)
		}
		key, err := keygen.Load(data, nil)
		if err != nil {
			t.Fatal(err)
		}
		der, err := keygen.MarshalPrivate(key.Signer)
		if err != nil {
			t.Fatal(err)
		}
		var script strings.Builder
		for _, line := range backup.KeyGuide(backup.Payload{Kind: backup.KindKey, Algorithm: string(algorithm)}) {
			if command, ok := strings.CutPrefix(line, "  "); ok {
				script.WriteString(command + "\n")
			}
		}
		run := exec.Command(shell, "-c", script.String())
		run.Dir = t.TempDir()
		if err := os.WriteFile(filepath.Join(run.Dir, "key.der"), der, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := run.CombinedOutput()
		if want := keygen.Fingerprint(key.Signer.Public()); err != nil || "SHA256:"+strings.TrimSpace(string(out)) != want {
			t.Errorf("%s: %s, not %s (%v)", algorithm, out, want, err)
		}
	}
	for _, kind := range []backup.Kind{backup.KindSealedKey, backup.KindAgeKey, backup.KindKey} {
		guide := strings.Join(backup.KeyGuide(backup.Payload{Kind: kind, Algorithm: "bls12381"}), "\n")
		if strings.Contains(guide, "openssl") || !strings.Contains(guide, "32") || strings.Contains(guide, "age -d") != (kind == backup.KindAgeKey) {
			t.Errorf("%v: %s", kind, guide)
		}
		for line := range strings.Lines(guide) {
			if len(strings.TrimRight(line, "\n")) > backup.Width {
				t.Errorf("too wide for a sheet: %s", line)
			}
		}
	}
}
