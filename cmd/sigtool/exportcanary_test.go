package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sigtool/internal/secret"
	"sigtool/keygen"
	"sigtool/keygen/export"
	"sigtool/keygen/tezos"
)

// oldPassphrase opens the keys that are exported here.
const oldPassphrase = "Canary-bird-7-that-opens-the-key"

// exportTrial is an export as people type it. In its flags KEYS/ stands for the test keys, and WRAP/ for testdata/export.
type exportTrial struct {
	target string
	alg    keygen.Algorithm
	flags  string
}

// exportTrials is each target at least once, sealed and wrapped as it leaves, and in the clear where that can be had.
var exportTrials = []exportTrial{
	{"pkcs8", keygen.Secp256k1, ""},
	{"pkcs8", keygen.Ed25519, "--plain --no-passphrase"},
	{"pkcs1", keygen.RSA2048, ""},
	{"sec1", keygen.P256, ""},
	{"pkcs12", keygen.P256, "-c KEYS/p256.crt"},
	{"jwk", keygen.P256, "--plain --no-passphrase"},
	{"ssh", keygen.Ed25519, ""},
	{"azure", keygen.P256, ""},
	{"azure-byok", keygen.Secp256k1, "--wrap KEYS/rsa3072.pub --kid https://v.vault.azure.net/keys/kek/1"},
	{"aws-kms", keygen.RSA2048, "--wrap WRAP/aws.json --now 2026-11-22T12:00:00Z"},
	{"gcp-kms", keygen.Ed25519, "--wrap WRAP/gcp.json --now 2026-11-22T12:00:00Z"},
	{"vault", keygen.P256, "--wrap KEYS/rsa4096.pub"},
	{"pkcs11", keygen.P256, ""},
	{"pkcs11", keygen.P256, "--wrap KEYS/rsa3072.pub"},
	{"yubihsm", keygen.P256, "--wrap WRAP/yubihsm.key --id 100"},
	{"tpm2", keygen.P256, "--wrap WRAP/tpm-parent.pub"},
	{"tezos", keygen.Ed25519, ""},
	{"age", keygen.P256, "--to age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"},
}

// No secret of an export is anywhere but in the files that were asked for: not in the arguments, the environment, what it prints, or another
// file. Nothing is overwritten, all is 0600, and what it says to type is a shell's.
func TestExportCanary(t *testing.T) {
	t.Parallel()
	tried := map[string]bool{}
	for _, trial := range exportTrials {
		tried[trial.target] = true
		t.Run(trial.target+" "+trial.flags, func(t *testing.T) {
			t.Parallel()
			trial.run(t)
		})
	}
	for _, target := range export.All() {
		if !tried[target.Name] {
			t.Errorf("%s is not tried", target.Name)
		}
	}
}

// exportCage is where one trial is held: its folders, and the secrets that are to stay in their files.
type exportCage struct {
	*aviary
	work, input, home, temp string
	plain, seals            bool     // the file is the key in the clear; a new passphrase seals it
	before                  []string // the files that were there before
}

func (trial exportTrial) run(t *testing.T) {
	cage := trial.cage(t)
	stretches := cage.seals && slices.Contains([]string{"pkcs8", "pkcs11", "pkcs12", "ssh", "azure"}, trial.target)
	if !stretches { // else it takes its time, and once has to do
		text := cage.try(t, trial, "it's a text", false)
		if !bytes.Contains(text, []byte("SHA256:")) {
			t.Errorf("no fingerprint:\n%s", text)
		}
		isShell(t, typed(string(text)))
	}
	said := cage.try(t, trial, "it's JSON", true)
	var object exportJSON
	if err := json.Unmarshal(said, &object); err != nil {
		t.Fatalf("%v:\n%s", err, said)
	}
	if !object.OK || object.Target != trial.target || object.Algorithm != string(trial.alg) || object.File != "it's JSON" || object.Files[0] != object.File {
		t.Errorf("JSON: %+v", object)
	}
	if len(object.Commands) == 0 || !object.Commands[len(object.Commands)-1].Check {
		t.Error("no command at the end that tells whether the key arrived")
	}
	for _, command := range object.Commands {
		isShell(t, command.Line)
	}
}

// cage makes the folders and the sealed key, and keeps its secrets.
func (trial exportTrial) cage(t *testing.T) *exportCage {
	t.Helper()
	cage := &exportCage{aviary: &aviary{t: t}, work: t.TempDir(), input: t.TempDir(), home: t.TempDir(), temp: t.TempDir()}
	cage.plain = strings.Contains(trial.flags, "--plain")
	cage.seals = export.ByName(trial.target).Seals && !cage.plain && !strings.Contains(trial.flags, "--wrap")
	key, err := keygen.Load(get(t, filepath.Join("../../testdata/keys", string(trial.alg)+".pem")), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer key.Destroy()
	put(t, filepath.Join(cage.input, "key.pem"), sealedOldWay(t, key))
	put(t, filepath.Join(cage.input, "pass"), []byte(oldPassphrase+"\n"))
	cage.keep(secretText("the old passphrase", oldPassphrase))
	for name, part := range secretParts(t, key) {
		cage.keep(secretBytes(name, part))
	}
	if trial.target == "yubihsm" {
		wrapKey, err := hex.DecodeString(strings.TrimSpace(string(get(t, "testdata/export/yubihsm.key"))))
		if err != nil {
			t.Fatal(err)
		}
		cage.keep(secretBytes("the wrap key", wrapKey))
	}
	return cage
}

// sealedOldWay seals a key in a form that takes little work to open.
func sealedOldWay(t *testing.T, key *keygen.Key) []byte {
	t.Helper()
	kind, der := "RSA PRIVATE KEY", []byte(nil)
	switch signer := key.Signer.(type) {
	case *rsa.PrivateKey:
		der = x509.MarshalPKCS1PrivateKey(signer)
	case *ecdsa.PrivateKey:
		kind = "EC PRIVATE KEY"
		der, _ = x509.MarshalECPrivateKey(signer)
	default:
		curve, plain := keygen.TezosSecret(key.Signer)
		sealed, err := tezos.Seal(plain, []byte(oldPassphrase), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return []byte(tezos.Encode(tezos.PrefixFor(curve, tezos.Encrypted), sealed))
	}
	//lint:ignore SA1019 it is the form that opens at once
	block, err := x509.EncryptPEMBlock(rand.Reader, kind, der, []byte(oldPassphrase), x509.PEMCipherAES256)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block)
}

// secretParts are the numbers that nobody may see.
func secretParts(t *testing.T, key *keygen.Key) map[string][]byte {
	t.Helper()
	switch signer := key.Signer.(type) {
	case *rsa.PrivateKey:
		parts := map[string][]byte{"the private exponent": signer.D.Bytes()}
		for n, prime := range signer.Primes {
			parts[fmt.Sprintf("prime %d", n)] = prime.Bytes()
			parts[fmt.Sprintf("exponent %d", n)] = new(big.Int).Mod(signer.D, new(big.Int).Sub(prime, big.NewInt(1))).Bytes()
		}
		return parts
	case ed25519.PrivateKey:
		return map[string][]byte{"the seed": signer.Seed()}
	}
	seed, ok := keygen.Seed(key.Signer)
	if !ok {
		t.Fatalf("a key of type %T", key.Signer)
	}
	return map[string][]byte{"the scalar": seed}
}

// try exports once, watches the process, looks at all that it left, and returns what it said. Again, it has to refuse.
func (cage *exportCage) try(t *testing.T, trial exportTrial, output string, asJSON bool) []byte {
	t.Helper()
	cage.before = cage.names(t)
	args := []string{"export", trial.target, "-k", filepath.Join(cage.input, "key.pem"), "--passphrase-file", filepath.Join(cage.input, "pass"), "-o", output}
	want, newPass := []string{output}, ""
	if cage.seals {
		newPass = output + ".pass"
		args, want = append(args, "--new-passphrase-file", newPass), append(want, newPass)
	}
	if asJSON {
		args = append(args, "--json")
	}
	folders := strings.NewReplacer("KEYS/", abs(t, "../../testdata/keys")+"/", "WRAP/", abs(t, "testdata/export")+"/")
	for _, flag := range strings.Fields(trial.flags) {
		args = append(args, folders.Replace(flag))
	}
	stdout, stderr, status := cage.watched(t, args)
	if status != nil {
		t.Fatalf("%v: %v\n%s%s", args, status, stdout, stderr)
	}
	made := slices.DeleteFunc(cage.names(t), func(name string) bool { return slices.Contains(cage.before, name) })
	cage.lookAt(t, made, output, newPass, stdout, stderr)
	for _, name := range want {
		if !slices.Contains(made, name) {
			t.Errorf("there is no %s", name)
		}
	}
	cage.refusesAgain(t, args, made)
	if asJSON {
		return stdout
	}
	return stderr
}

// lookAt looks for secrets in what was printed and written, and at the files themselves.
func (cage *exportCage) lookAt(t *testing.T, made []string, output, newPass string, printed ...[]byte) {
	t.Helper()
	if newPass != "" {
		pass := bytes.TrimSpace(get(t, filepath.Join(cage.work, newPass)))
		cage.keep(secretText("the new passphrase", string(pass)))
	}
	for n, data := range printed {
		cage.look([]string{"stdout", "stderr"}[n], data)
	}
	for _, name := range made {
		if !strings.HasPrefix(name, output) {
			t.Errorf("nobody asked for %s", name)
		}
		info, err := os.Stat(filepath.Join(cage.work, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
		if name != newPass && !cage.plain {
			cage.look(name, get(t, filepath.Join(cage.work, name)))
		}
	}
	cage.files(cage.home, cage.temp)
}

// refusesAgain runs the same once more for each file, which is in the way by itself, and stays what it is. That is told before a
// passphrase is asked for: there is none.
func (cage *exportCage) refusesAgain(t *testing.T, args, made []string) {
	t.Helper()
	aside := t.TempDir()
	move := func(from, to string) {
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range append(made, "pass") {
		folder := cage.work
		if name == "pass" {
			folder = cage.input
		}
		move(filepath.Join(folder, name), filepath.Join(aside, name))
	}
	for _, name := range made {
		here := filepath.Join(cage.work, name)
		held := get(t, filepath.Join(aside, name))
		put(t, here, held)
		if stdout, stderr, status := cage.watched(t, args); status == nil || !bytes.Contains(append(stdout, stderr...), []byte(name+": a file of this name is already there")) {
			t.Errorf("%s was no hindrance: %v\n%s%s", name, status, stdout, stderr)
		}
		if left := cage.names(t); !bytes.Equal(get(t, here), held) || len(left) != len(cage.before)+1 {
			t.Errorf("%s is another now, or what is here: %q", name, left)
		}
		secret.Wipe(held)
		move(here, filepath.Join(aside, name+" again"))
	}
	for _, name := range made {
		move(filepath.Join(aside, name), filepath.Join(cage.work, name))
	}
	move(filepath.Join(aside, "pass"), filepath.Join(cage.input, "pass"))
}

// watched runs sigtool, and looks at what the kernel shows of its process to others, from the beginning to the end.
func (cage *exportCage) watched(t *testing.T, args []string) (stdout, stderr []byte, status error) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command("sigtool", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = cage.work, &out, &errs
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + cage.home, "TMPDIR=" + cage.temp}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		for _, name := range []string{"cmdline", "environ", "comm"} {
			data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/%s", cmd.Process.Pid, name))
			cage.look(name, data)
		}
		select {
		case status = <-ended:
			tick.Stop()
			return out.Bytes(), errs.Bytes(), status
		case <-tick.C:
		}
	}
}

// names are the files in the folder that it works in.
func (cage *exportCage) names(t *testing.T) (names []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(cage.work), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func abs(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
