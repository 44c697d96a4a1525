package keygen

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

// foreign are keys that OpenSSL makes and we don't use, with the name that the refusal must say.
var foreign = []struct{ name, args string }{
	{"brainpoolP256r1", "-algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1"},
	{"brainpoolP512t1", "-algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP512t1"},
	{"P-224", "-algorithm EC -pkeyopt ec_paramgen_curve:P-224"},
	{"P-192", "-algorithm EC -pkeyopt ec_paramgen_curve:P-192"},
	{"SM2", "-algorithm EC -pkeyopt ec_paramgen_curve:SM2"},
	{"explicit", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit"},
	{"explicit", "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -pkeyopt ec_param_enc:explicit"},
	{"Ed448", "-algorithm ED448"},
	{"X25519", "-algorithm X25519"},
	{"X448", "-algorithm X448"},
	{"PSS", "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024"},
	{"512 bits", "-algorithm RSA -pkeyopt rsa_keygen_bits:512"},
	{"more than two primes", "-algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3"},
}

// A key that was opened with the right passphrase and is of a foreign kind is not called a wrong passphrase, and the other way round.
func TestForeignKeysAreNamed(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	for _, f := range foreign {
		plain := oracle.Run(t, openssl, append([]string{"genpkey"}, strings.Fields(f.args)...)...)
		path := write(t, "key.pem", plain)
		sealed := oracle.Run(t, openssl, "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-in", path, "-passout", "pass:"+passphrase)
		public := oracle.Run(t, openssl, "pkey", "-in", path, "-pubout")
		for i, data := range [][]byte{plain, sealed} {
			if key, err := Load(data, asks(passphrase)); !errors.Is(err, ErrUnsupported) || key != nil || !strings.Contains(err.Error(), f.name) {
				t.Errorf("%s (%d): %v", f.name, i, err)
			}
		}
		for _, wrong := range []string{"wrong", "Wrong", " wrong"} {
			if _, err := Load(sealed, asks(wrong)); !errors.Is(err, ErrPassphrase) || errors.Is(err, ErrUnsupported) {
				t.Errorf("%s, wrong passphrase: %v", f.name, err)
			}
		}
		if _, _, err := ParsePublic(public); f.name != "more than two primes" && !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s, public half: %v", f.name, err)
		}
	}
}

func TestForeignTraditional(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	for name, data := range map[string][]byte{
		"brainpoolP384r1": oracle.Run(t, openssl, "ecparam", "-name", "brainpoolP384r1", "-genkey"),
		"explicit":        oracle.Run(t, openssl, "ecparam", "-name", "prime256v1", "-param_enc", "explicit", "-genkey"),
	} {
		sealed := oracle.Run(t, openssl, "ec", "-aes256", "-in", write(t, "key.pem", data), "-passout", "pass:"+passphrase)
		for i, d := range [][]byte{data, sealed} {
			if _, err := Load(d, asks(passphrase)); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), name) {
				t.Errorf("%s (%d): %v", name, i, err)
			}
		}
		if _, err := Load(sealed, asks("wrong")); !errors.Is(err, ErrPassphrase) {
			t.Errorf("%s, wrong passphrase: %v", name, err)
		}
	}
	dsa := oracle.Run(t, openssl, "genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:1024")
	dsa = oracle.Run(t, openssl, "genpkey", "-paramfile", write(t, "dsa.pem", dsa))
	path := write(t, "key.pem", dsa)
	for i, data := range [][]byte{
		dsa, oracle.Run(t, openssl, "dsa", "-in", path),
		oracle.Run(t, openssl, "dsa", "-in", path, "-outform", "DER"),
		oracle.Run(t, openssl, "dsa", "-in", path, "-aes128", "-passout", "pass:x"),
	} {
		if _, err := Load(data, noAsk(t)); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "DSA") {
			t.Errorf("DSA (%d): %v", i, err)
		}
	}
}

// Nobody is asked for the passphrase of a file that would not open with it.
func TestForeignSealsAreNotAskedFor(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	for how, name := range map[string]string{
		"-v1 PBE-SHA1-3DES": "PKCS#12 triple DES",
		"-v2 camellia256":   "Camellia",
		"-v2 aria-256-cbc":  "cipher with the identifier",
	} {
		args := append([]string{"pkcs8", "-topk8", "-in", keyPath(P256), "-passout", "pass:x"}, strings.Fields(how)...)
		data := oracle.Run(t, openssl, args...)
		if _, err := Load(data, noAsk(t)); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", how, err)
		}
	}
}

// One wrong passphrase in 256 leaves right padding. It is wrong all the same.
func TestRightPaddingIsNoProof(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	for _, alg := range []Algorithm{Secp256k1, RSA2048} {
		verb := map[Algorithm][]string{Secp256k1: {"ec"}, RSA2048: {"rsa", "-traditional"}}[alg]
		old := oracle.Run(t, openssl, append(verb, "-aes256", "-in", keyPath(alg), "-passout", "pass:"+passphrase)...)
		block, _ := pem.Decode(old)
		checkPadding(t, fmt.Sprint("dek-info ", alg), old, func(pass string) bool {
			//lint:ignore SA1019 the test needs exactly what it is deprecated for
			_, err := x509.DecryptPEMBlock(block, []byte(pass))
			return err == nil
		})
		data := oracle.Run(t, openssl, "pkcs8", "-topk8", "-iter", "1", "-in", keyPath(alg), "-passout", "pass:"+passphrase)
		der, _ := SealedDER(data)
		parsed, err := parsePBES2(der)
		if err != nil {
			t.Fatal(err)
		}
		checkPadding(t, fmt.Sprint("pbes2 ", alg), data, func(pass string) bool {
			_, ok, err := parsed.open([]byte(pass))
			return ok && err == nil
		})
	}
}

func checkPadding(t *testing.T, what string, data []byte, padded func(string) bool) {
	t.Helper()
	found := 0
	for i := 0; found < 3 && i < 20_000; i++ {
		wrong := fmt.Sprint("wrong ", i)
		if !padded(wrong) {
			continue
		}
		found++
		if _, err := Load(data, asks(wrong)); !errors.Is(err, ErrPassphrase) {
			t.Errorf("%s, %q: %v", what, wrong, err)
		}
	}
	if found < 3 {
		t.Errorf("%s: found only %d wrong passphrases with right padding", what, found)
	}
}

func TestWhatIsNoKey(t *testing.T) {
	for what, data := range map[string][]byte{
		"nothing": nil, "a word": []byte("hello"), "zeros": make([]byte, 100), "too much": make([]byte, maxFile+1),
		"half a block":   file(t, "p256.pem")[:100],
		"another block":  []byte("-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n"),
		"an age key":     []byte("AGE-SECRET-KEY-1QQQQ"),
		"other DER":      {0x30, 3, 2, 1, 1},
		"DER and more":   append(derOf(t, "p256.pem"), 0),
		"DER cut off":    derOf(t, "p256.pem")[:50],
		"an OpenPGP key": []byte("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n=AAAA\n-----END PGP PRIVATE KEY BLOCK-----\n"),
		"JSON":           []byte(`{"kid":"EC"}`), "UTF-16": []byte("\xff\xfe-\x00-\x00-\x00-\x00-\x00B\x00"),
		"an indefinite length": {0x30, 0x80, 2, 1, 0, 0, 0},
	} {
		if key, err := Load(data, noAsk(t)); !errors.Is(err, ErrNotKey) || key != nil {
			t.Errorf("%s: Load says %v", what, err)
		}
		if _, _, err := ParsePublic(data); !errors.Is(err, ErrNotKey) {
			t.Errorf("%s: ParsePublic says %v", what, err)
		}
	}
	for _, name := range []string{"p256.pub", "p256.crt", "rsa2048.pub", "secp256k1.crt"} {
		for _, data := range [][]byte{file(t, name), derOf(t, name)} {
			if _, err := Load(data, noAsk(t)); !errors.Is(err, ErrPublicOnly) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
