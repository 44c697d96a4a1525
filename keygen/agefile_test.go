package keygen

import (
	"bytes"
	"crypto"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"
	"sigtool/internal/oracle"
	"sigtool/internal/term/termtest"
)

// sealAge seals as age -p does, with less work.
func sealAge(t testing.TB, text []byte, armored bool) []byte {
	t.Helper()
	to, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	to.SetWorkFactor(4)
	var out bytes.Buffer
	sink := io.WriteCloser(nopCloser{&out})
	if armored {
		sink = armor.NewWriter(&out)
	}
	w, err := age.Encrypt(sink, to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), sink.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

func TestAgeFiles(t *testing.T) {
	for _, inside := range []string{"ed25519.pem", "secp256k1.pem", "rsa2048.pem"} {
		alg := Algorithm(strings.TrimSuffix(inside, ".pem"))
		for _, armored := range []bool{true, false} {
			for _, text := range [][]byte{file(t, inside), derOf(t, inside)} {
				data := sealAge(t, text, armored)
				opensAge(t, data, testKey(t, alg))
				for _, cut := range []int{2, 20, len(text) / 2} {
					if key, err := Load(data[:len(data)-cut], asks(passphrase)); err == nil || key != nil {
						t.Errorf("%s: %d bytes fewer and it opens", inside, cut)
					}
				}
			}
		}
	}
	for what, inside := range map[string][]byte{"nothing": nil, "a word": []byte("hello"), "an age identity": []byte("AGE-SECRET-KEY-1QQ")} {
		if _, err := Load(sealAge(t, inside, true), asks(passphrase)); !errors.Is(err, ErrNotKey) {
			t.Errorf("%s inside: %v", what, err)
		}
	}
	sealed, err := Seal(derOf(t, "p256.pem"), []byte(passphrase), Scrypt, bytes.NewReader(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	for _, inside := range [][]byte{sealed, sealAge(t, file(t, "p256.pem"), true)} {
		if _, err := Load(sealAge(t, inside, true), asks(passphrase)); !errors.Is(err, ErrUnsupported) {
			t.Errorf("sealed twice: %v", err)
		}
	}
	heavy := bytes.Replace(sealAge(t, file(t, "p256.pem"), false), []byte(" 4\n"), []byte(" 22\n"), 1)
	if _, err := Load(heavy, noAsk(t)); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "22") {
		t.Errorf("4 GiB of scrypt: %v", err)
	}
}

func opensAge(t *testing.T, data []byte, want crypto.Signer) {
	t.Helper()
	key, err := Load(data, asks(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	if key.Form != FormAge || !key.Sealed {
		t.Errorf("form %s, sealed %v", key.Form, key.Sealed)
	}
	same(t, want, key.Signer)
	for _, wrong := range []string{"wrong", ""} {
		if _, err := Load(data, asks(wrong)); !errors.Is(err, ErrPassphrase) {
			t.Errorf("passphrase %q: %v", wrong, err)
		}
	}
}

// A file of the real age -p opens; one that the real age sealed to a key is refused without asking for a passphrase.
func TestAgeItself(t *testing.T) {
	tool, keytool := oracle.Need(t, "age"), oracle.Need(t, "age-keygen")
	path := filepath.Join(t.TempDir(), "key.age")
	ageWithPassphrase(t, tool, "-p", "-a", "-o", path, keyPath(Secp256k1))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if key, err := Load(data, asks(passphrase)); err != nil {
		t.Error(err)
	} else {
		same(t, testKey(t, Secp256k1), key.Signer)
	}

	identity := oracle.Run(t, keytool)
	_, to, _ := strings.Cut(string(identity), "# public key: ")
	to, _, _ = strings.Cut(to, "\n")
	data = oracle.Run(t, tool, "-r", to, keyPath(P256))
	if _, err := Load(data, noAsk(t)); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "recipients") {
		t.Errorf("sealed to a key: %v", err)
	}
}

// ageWithPassphrase types the passphrase twice at the terminal that age insists on.
func ageWithPassphrase(t *testing.T, tool string, args ...string) {
	t.Helper()
	session := termtest.Start(t, exec.Command(tool, args...))
	for _, prompt := range []string{"Enter passphrase", "Confirm passphrase"} {
		session.Expect(prompt)
		session.Type(passphrase + "\n")
	}
	if status := session.Wait(); status != 0 {
		t.Fatalf("age ended with %d", status)
	}
}
