package backup_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/internal/oracle"
	"sigtool/keygen"
)

// What stands on the sheet makes the key, with nothing but a shell, Python and OpenSSL. (RSA of 2048 bits stands for all sizes: the
// larger take minutes.)
func TestCommandsOfTheSheet(t *testing.T) {
	shell := oracle.Need(t, "sh")
	for _, name := range []string{"python3", "openssl", "xxd", "base64"} {
		oracle.Need(t, name)
	}
	seed := bytes.Repeat([]byte{7, 11, 255, 0}, 8)
	for _, algorithm := range []keygen.Algorithm{keygen.RSA2048, keygen.P384, keygen.P521, keygen.P256, keygen.Secp256k1, keygen.Ed25519, keygen.MLDSA65, keygen.MLDSA87, keygen.BLS12381} {
		key, err := keygen.FromSeed(algorithm, seed)
		if err != nil {
			t.Fatal(err)
		}
		guide := backup.SeedGuide(backup.Payload{Algorithm: string(algorithm), Derivation: keygen.Derivation(algorithm)}, "cat seed.hex")
		var script strings.Builder
		for _, line := range guide {
			if command, ok := strings.CutPrefix(line, "  "); ok {
				script.WriteString(command + "\n")
			}
		}
		run := exec.Command(shell, "-c", script.String())
		run.Dir = t.TempDir()
		if strings.HasPrefix(string(algorithm), "mldsa") {
			run.Env = append(os.Environ(), "PATH="+filepath.Dir(oracle.Need(t, "openssl-3.5"))+string(os.PathListSeparator)+os.Getenv("PATH"))
		}
		if err := os.WriteFile(filepath.Join(run.Dir, "seed.hex"), []byte(hex.EncodeToString(seed)+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := run.CombinedOutput()
		if want := keygen.Fingerprint(key.Public()); err != nil || "SHA256:"+strings.TrimSpace(string(out)) != want {
			t.Errorf("%s: %s, not %s (%v) by:\n%s", algorithm, out, want, err, script.String())
		}
		if algorithm != keygen.BLS12381 {
			continue
		}
		text, err := os.ReadFile(filepath.Join(run.Dir, "key.txt"))
		if err != nil {
			t.Fatal(err)
		}
		if back, err := keygen.Load(text, nil); err != nil || back.Form != keygen.FormTezos || keygen.Fingerprint(back.Signer.Public()) != keygen.Fingerprint(key.Public()) {
			t.Errorf("key.txt is not the text of the key: %v", err)
		}
	}
}
