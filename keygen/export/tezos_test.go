package export

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/oracle"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

var tezosKeys = []keygen.Algorithm{keygen.Ed25519, keygen.Secp256k1, keygen.P256, keygen.BLS12381}

// Sealed and plain, each kind of key comes back from its text as itself, and the address to compare is printed.
func TestTezosTexts(t *testing.T) {
	letters := map[keygen.Algorithm][3]string{
		keygen.Ed25519: {"edesk", "edsk", "tz1"}, keygen.Secp256k1: {"spesk", "spsk", "tz2"},
		keygen.P256: {"p2esk", "p2sk", "tz3"}, keygen.BLS12381: {"BLesk", "BLsk", "tz4"},
	}
	for _, alg := range tezosKeys {
		for i, plain := range []bool{false, true} {
			s := settingsFor(nil)
			s.KDF, s.Plain = keygen.PBKDF2, plain
			key := keyOf(t, alg)
			result := exported(t, tezos, s, key)
			file := string(result.Files[0].Data)
			if len(result.Files) != 1 || !strings.HasPrefix(file, letters[alg][i]) || strings.Count(file, "\n") != 1 {
				t.Errorf("%s, plain %v: another text", alg, plain)
			}
			back := loads(t, result.Files[0].Data)
			if back.Form != keygen.FormTezos || back.Sealed == plain || sameKey(key.Signer, back.Signer) != nil {
				t.Errorf("%s, plain %v: another key comes back", alg, plain)
			}
			check := result.Commands[len(result.Commands)-1]
			if !check.Check || !strings.Contains(check.What, "Hash: "+letters[alg][2]) || check.Line != "octez-client show address 'release key'" {
				t.Errorf("%s: %+v", alg, check)
			}
			if import1 := result.Commands[0].Line; strings.Contains(import1, strings.TrimSpace(file)) || !strings.HasSuffix(import1, `encrypted:$(cat out.key)"`) {
				t.Errorf("%s: %s", alg, import1)
			}
			if said := strings.Join(result.Notes, "\n"); strings.Contains(said, "BLsig") != (alg == keygen.BLS12381) || strings.Contains(said, strings.TrimSpace(file)) {
				t.Errorf("%s: notes %s", alg, said)
			}
			if _, err := keygen.Load(result.Files[0].Data, func() (*secret.Bytes, error) { return secret.From([]byte("x")), nil }); !plain && !errors.Is(err, keygen.ErrPassphrase) {
				t.Errorf("%s: opens with another passphrase: %v", alg, err)
			}
			result.Destroy()
		}
	}
}

// A passphrase that sigtool made is strong enough for the weak stretching; of others it is said.
func TestTezosWarnsOfPassphrases(t *testing.T) {
	s := settingsFor(nil)
	s.KDF = keygen.PBKDF2
	key := keyOf(t, keygen.P256)
	if said := strings.Join(exported(t, tezos, s, key).Warnings, "\n"); !strings.Contains(said, "32768 rounds") {
		t.Errorf("a passphrase of anybody's: %s", said)
	}
	own := secret.From([]byte("legal winner thank year wave sausage worth useful legal winner thank yellow"))
	defer own.Destroy()
	key.Passphrase = own
	if said := strings.Join(exported(t, tezos, s, key).Warnings, "\n"); strings.Contains(said, "rounds") || !strings.Contains(said, "command line") {
		t.Errorf("one of sigtool's form: %s", said)
	}
}

func TestTezosRefuses(t *testing.T) {
	for _, alg := range keygen.Algorithms() {
		takes := false
		for _, taken := range tezosKeys {
			takes = takes || taken == alg
		}
		if err := tezos.Refuse(alg); (err == nil) != takes || err != nil && !errors.Is(err, keygen.ErrUnsupported) {
			t.Errorf("%s: %v", alg, err)
		}
	}
	s := settingsFor(nil) // asks for scrypt
	if _, err := tezos.Prepare(s); !errors.Is(err, ErrOption) {
		t.Errorf("scrypt: %v", err)
	}
	s.KDF = keygen.PBKDF2
	way, err := tezos.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := way.Make(Key{Signer: signerOf(t, keygen.P256)}); !errors.Is(err, errNoPassphrase) {
		t.Errorf("without a passphrase: %v", err)
	}
	if _, err := way.Make(keyOf(t, keygen.P384)); err == nil {
		t.Error("a P-384 key becomes a Tezos text")
	}
}

// The lines can be pasted: a shell makes of them the words that octez-client is to get, whatever the names.
func TestTezosCommands(t *testing.T) {
	sh := oracle.Need(t, "sh")
	dir := t.TempDir()
	name := filepath.Join(dir, "my key's $(file)")
	s := settingsFor(nil)
	s.KDF, s.Label, s.Output = keygen.PBKDF2, `O'Brien "$HOME"`, name
	result := exported(t, tezos, s, keyOf(t, keygen.Ed25519))
	if err := os.WriteFile(name, result.Files[0].Data, 0o600); err != nil {
		t.Fatal(err)
	}
	out := oracle.Run(t, sh, "-c", strings.Replace(result.Commands[0].Line, "octez-client", `printf '%s\n'`, 1))
	want := "import\nsecret\nkey\n" + s.Label + "\nencrypted:" + string(result.Files[0].Data) // with its line feed, which is printf's
	if string(out) != want {
		t.Errorf("octez-client gets %q", out)
	}
}
