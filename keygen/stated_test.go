package keygen

import (
	"bytes"
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"sigtool/internal/oracle"
)

// sealedP256 is a test key, sealed by passphrase; made once, for that takes a while.
var sealedP256 = sync.OnceValues(func() ([]byte, error) {
	data, err := os.ReadFile(filepath.Join("..", "testdata", "keys", "p256.pem"))
	if err != nil {
		return nil, err
	}
	key, err := Load(data, nil)
	if err != nil {
		return nil, err
	}
	der, err := MarshalPrivate(key.Signer)
	if err != nil {
		return nil, err
	}
	return Seal(der, []byte(passphrase), PBKDF2, rand.Reader)
})

func sealedFile(t testing.TB) []byte {
	t.Helper()
	sealed, err := sealedP256()
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(sealed)
}

// A sealed key says which one it is, and Load passes over that.
func TestStated(t *testing.T) {
	t.Parallel()
	sealed := sealedFile(t)
	line, _, _ := bytes.Cut(sealed, []byte("-----BEGIN "))
	public := testKey(t, P256).Public()
	if want := "sigtool key: p256 " + Fingerprint(public) + "\n"; string(line) != want || string(Statement(public)) != want {
		t.Errorf("the file begins with %q", line)
	}
	key, err := Load(sealed, asks(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	same(t, testKey(t, P256), key.Signer)
	for _, alg := range Algorithms() {
		own := string(Statement(testKey(t, alg).Public())) + string(bytes.TrimPrefix(sealed, line))
		for _, text := range []string{own, strings.ReplaceAll(own, "\n", "\r\n"), RehearsalMark + own, "\xef\xbb\xbf" + own} {
			if got, known := Stated([]byte(text)); got != alg || !known {
				t.Errorf("%s: it says %q, %v", alg, got, known)
			}
		}
	}
}

// What stands in the clear says nothing where it is damaged, contradicts itself, or stands before a key that is open to see.
func TestStatedWrongly(t *testing.T) {
	t.Parallel()
	sealed := string(EncodeSealed(mustDER(t, sealedFile(t))))
	line := string(Statement(testKey(t, P256).Public()))
	other := string(Statement(testKey(t, Ed25519).Public()))
	plain := string(file(t, "ed25519.pem"))
	for _, test := range []struct {
		name, text string
		want       []Algorithm
	}{
		{"right", line + sealed, []Algorithm{P256}},
		{"twice", line + line + sealed, []Algorithm{P256}},
		{"behind", sealed + line, []Algorithm{P256}},
		{"without", sealed, nil},
		{"two that differ", line + other + sealed, nil},
		{"of nothing known", "sigtool key: p257 SHA256:x\n" + sealed, nil},
		{"of an odd size", "sigtool key: rsa2560\n" + sealed, []Algorithm{"rsa2560"}},
		{"of an odd number", "sigtool key: rsa02560\n" + sealed, nil},
		{"of a huge number", "sigtool key: rsa99999999999999999999\n" + sealed, nil},
		{"without an end", "sigtool key: " + strings.Repeat("x", 10_000) + "\n" + sealed, nil},
		{"before an open key", line + plain, []Algorithm{Ed25519}},
		{"before two keys", line + sealed + plain, nil},
		{"alone", line, nil},
		{"before a public key", line + string(file(t, "p256.pub")), nil},
		{"nothing", "", nil},
		{"Tezos, encrypted", "spesk21cruoqtYmxfSpqxjrC7TyVxqtdxUiymfgqHbmhJyjBsbAsAjwfCLLX8PsS1dzPV2cpVV4fM3GmLAybQLsC\n", []Algorithm{Secp256k1}},
		{"too large", line + sealed + strings.Repeat("\n", maxFile), nil},
	} {
		if got := StatedAmong([]byte(test.text)); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
	// A wrong line does no harm: the key that opens is what it is.
	key, err := Load([]byte(other+sealed), asks(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	same(t, testKey(t, P256), key.Signer)
}

func mustDER(t *testing.T, sealed []byte) []byte {
	t.Helper()
	der, ok := SealedDER(sealed)
	if !ok {
		t.Fatal("not sealed")
	}
	return der
}

// A line is written of what could be true alone.
func TestStatementOf(t *testing.T) {
	print := Fingerprint(testKey(t, P256).Public())
	if len(StatementOf("p256", print)) == 0 {
		t.Error("a line that is right was not written")
	}
	for _, test := range [][2]string{{"", print}, {"p257", print}, {"p256", ""}, {"p256", "SHA256:AAAA"}, {"p256\nx", print}, {"p256", print + "\nx"}} {
		if line := StatementOf(test[0], test[1]); line != nil {
			t.Errorf("%q: %q", test, line)
		}
	}
}

// Of keys that others sealed as much is told as their forms show.
func TestStatedByOthers(t *testing.T) {
	t.Parallel()
	openssl, sshKeygen := oracle.Need(t, "openssl"), oracle.Need(t, "ssh-keygen")
	folder := t.TempDir()
	ec, rsa := []Algorithm{P256, P384, P521, Secp256k1}, []Algorithm{RSA2048, RSA3072, RSA4096}
	for _, test := range []struct {
		alg  Algorithm
		want []Algorithm
		tool []string
	}{
		{P384, ec, []string{openssl, "ec", "-aes256", "-passout", "pass:" + passphrase}},
		{RSA2048, rsa, []string{openssl, "rsa", "-traditional", "-aes256", "-passout", "pass:" + passphrase}},
		{P521, nil, []string{openssl, "pkcs8", "-topk8", "-passout", "pass:" + passphrase}},
		{P384, []Algorithm{P384}, []string{sshKeygen, "-p", "-q", "-N", passphrase, "-f"}},
		{RSA2048, []Algorithm{RSA2048}, []string{sshKeygen, "-p", "-q", "-N", passphrase, "-f"}},
	} {
		name := filepath.Join(folder, "key")
		if err := os.WriteFile(name, file(t, string(test.alg)+".pem"), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(test.tool[0], append(test.tool[1:], name)...)
		if test.tool[0] == openssl {
			cmd = exec.Command(openssl, append(test.tool[1:], "-in", name, "-out", name+".new")...)
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
		}
		data, err := os.ReadFile(name + ".new")
		if err != nil { // ssh-keygen works in place
			data, err = os.ReadFile(name)
		}
		if err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(name + ".new")
		if got := StatedAmong(data); !slices.Equal(got, test.want) {
			t.Errorf("%v: %v, want %v", test.tool[1:], got, test.want)
		}
	}
}

// Other tools pass over the line. What stands below it is sealed by a single round, for five tools open it.
func TestStatedIsPassedOver(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	light := oracle.Run(t, oracle.Need(t, "openssl"), "pkcs8", "-topk8", "-iter", "1", "-passout", "pass:"+passphrase, "-in", filepath.Join("..", "testdata", "keys", "p256.pem"))
	stated := append(Statement(testKey(t, P256).Public()), light...)
	name, pass := filepath.Join(folder, "key.pem"), filepath.Join(folder, "pass")
	for path, data := range map[string][]byte{name: stated, pass: []byte(passphrase + "\n")} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const load = `import sys
from cryptography.hazmat.primitives.serialization import load_pem_private_key
load_pem_private_key(open(sys.argv[1], "rb").read(), open(sys.argv[2], "rb").readline().rstrip())`
	for _, line := range [][]string{
		{oracle.Need(t, "openssl"), "pkey", "-in", name, "-passin", "file:" + pass, "-check", "-noout"},
		{oracle.Need(t, "ssh-keygen"), "-y", "-P", passphrase, "-f", name},
		{oracle.Need(t, "certtool"), "--key-info", "--password", passphrase, "--infile", name},
		{oracle.Python(t, "cryptography"), "-c", load, name, pass},
	} {
		if out, err := exec.Command(line[0], line[1:]...).CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", line, err, out)
		}
	}
	softHSMPassesOver(t, folder, name)
}

func softHSMPassesOver(t *testing.T, folder, name string) {
	t.Helper()
	conf := filepath.Join(folder, "softhsm2.conf")
	if err := os.WriteFile(conf, []byte("directories.tokendir = "+folder+"\nobjectstore.backend = file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	util := oracle.Need(t, "softhsm2-util")
	for _, args := range [][]string{
		{"--init-token", "--free", "--label", "t", "--so-pin", "12345678", "--pin", "1234"},
		{"--import", name, "--token", "t", "--pin", "1234", "--label", "l", "--id", "01", "--file-pin", passphrase},
	} {
		cmd := exec.Command(util, args...)
		cmd.Env = append(os.Environ(), "SOFTHSM2_CONF="+conf)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("softhsm2-util %v: %v\n%s", args, err, out)
		}
	}
}

func FuzzStated(f *testing.F) {
	f.Add(sealedFile(f))
	f.Add(file(f, "ed25519.pem"))
	f.Add([]byte("sigtool key: rsa4096 x\n-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, alg := range StatedAmong(data) {
			if !named(alg) {
				t.Errorf("it says %q", alg)
			}
		}
	})
}
