package lines

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
	"sigtool/internal/oracle"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// A program of a hundred lines of Python, written from what is printed on a sheet, restores it: whole, and with any two lines lost.
func TestPythonRestoresFromThePrintedInstructions(t *testing.T) {
	t.Parallel()
	python := oracle.Need(t, "python3")
	rng := rand.New(rand.NewPCG(3, 4))
	for i, p := range samples() {
		s := mustEncode(t, p)
		n := len(s.Rows)
		patterns := [][]int{{}, {rng.IntN(n), rng.IntN(n)}}
		if i == 0 {
			patterns = append(patterns, []int{0}, []int{0, 1}, []int{n - 2, 2}, []int{n - 1, 1}, []int{n - 2, n - 1})
		}
		for _, lost := range patterns {
			text := s.Text
			for _, i := range lost {
				text = bytes.Replace(text, s.Rows[i], []byte("\n"), 1)
			}
			got := oracle.Run(t, python, "../../testdata/backup/decode.py", write(t, "sheet.txt", text))
			if !bytes.Equal(got, p.Secret.Bytes()) {
				t.Errorf("%s without lines %v: Python restores another secret", p.Kind, lost)
			}
		}
	}
}

// The commands printed on the sheet are run as they stand there; a key must come out with the fingerprint of the head.
func TestShellRestoresFromThePrintedCommands(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"sh", "base32", "xxd", "openssl"} {
		oracle.Need(t, name)
	}
	for _, p := range samples() {
		dir := t.TempDir()
		s := mustEncode(t, p)
		if err := os.WriteFile(filepath.Join(dir, "sheet.txt"), s.Text, 0o600); err != nil {
			t.Fatal(err)
		}
		script := printedCommands(s.Text)
		cmd := exec.Command("sh", "-ec", strings.Replace(script, "-in key.der", "-passin pass:test -in key.der", 1))
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s\n%s", p.Label, err, script, out)
			continue
		}
		want := strings.TrimPrefix(p.Fingerprint, "SHA256:")
		if strings.Contains(script, "openssl") {
			if strings.TrimSpace(string(out)) != want {
				t.Errorf("%s: the commands print the fingerprint %q, the sheet %q", p.Label, out, want)
			}
			continue
		}
		file := script[strings.LastIndex(script, " ")+1:]
		if got, err := os.ReadFile(filepath.Join(dir, strings.TrimSpace(file))); err != nil || !bytes.Equal(got, p.Secret.Bytes()) {
			t.Errorf("%s: the commands made another %s (%v)", p.Label, file, err)
		}
	}
}

// printedCommands are the indented lines of the part WITHOUT SIGTOOL, without the indentation, as the sheet asks for.
func printedCommands(text []byte) string {
	part := regexp.MustCompile(`(?s)WITHOUT SIGTOOL.*?\n\n`).Find(text)
	var commands []string
	for _, line := range strings.Split(string(part), "\n") {
		if command, ok := strings.CutPrefix(line, "  "); ok {
			commands = append(commands, command)
		}
	}
	return strings.Join(commands, "\n")
}

// samples are a payload of every kind, with real keys.
func samples() []backup.Payload {
	list := []backup.Payload{
		backuptest.Payload(backup.KindData, 1000, "a file"),
		expanded(keygen.P384),
		{Kind: backup.KindPassphrase, Label: "passphrase of Kernel modules 2026", Secret: secret.From([]byte("wxyz-ABCD-1234"))},
		realKey(backup.KindKey, "ed25519", "../../testdata/keys/ed25519.pem"),
		realKey(backup.KindKey, "rsa2048", "../../testdata/keys/rsa2048.pem"),
		realKey(backup.KindSealedKey, "p256", "../../testdata/backup/p256-sealed.pem"),
		fivePages(),
	}
	for algorithm, derivation := range map[string]string{"ed25519": "seed", "p256": "scalar", "secp256k1": "scalar"} {
		p := realKey(backup.KindKey, algorithm, "../../testdata/keys/"+algorithm+".pem")
		p.Kind, p.Label, p.Derivation = backup.KindSeed, "seed of "+algorithm, derivation
		p.Secret = secret.From(seedOf(p.Secret.Bytes()))
		list = append(list, p)
	}
	return list
}

// expanded is a seed whose key is made from it by C2SP det-keygen.
func expanded(algorithm keygen.Algorithm) backup.Payload {
	p := backuptest.Payload(backup.KindSeed, 32, "c2sp")
	key, err := keygen.FromSeed(algorithm, p.Secret.Bytes())
	if err != nil {
		panic(err)
	}
	p.Algorithm, p.Derivation, p.Fingerprint = string(algorithm), keygen.Derivation(algorithm), keygen.Fingerprint(key.Public())
	return p
}

func mustEncode(t testing.TB, p backup.Payload) *backup.Sheet {
	t.Helper()
	sheets, err := Codec{}.Encode(p, backuptest.Meta(), backup.Split{})
	if err != nil {
		t.Fatal(err)
	}
	return sheets[0]
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
