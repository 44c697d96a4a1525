package keygen

import (
	"bytes"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

// pkcs12Of lets openssl make a PKCS#12 file of a test key and its certificate.
func pkcs12Of(t *testing.T, openssl, alg, pass string, args ...string) []byte {
	t.Helper()
	folder := filepath.Join("..", "testdata", "keys")
	all := append([]string{"pkcs12", "-export", "-inkey", filepath.Join(folder, alg+".pem"), "-in", filepath.Join(folder, alg+".crt"), "-passout", "pass:" + pass}, args...)
	return oracle.Run(t, openssl, all...)
}

// What openssl writes in each of its ways loads, and no other passphrase opens it.
func TestPKCS12OfOpenSSL(t *testing.T) {
	openssl, newer := oracle.Need(t, "openssl"), oracle.Need(t, "openssl-3.5")
	old := []string{"-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"}
	for what, c := range map[string]struct {
		tool, alg, pass string
		args            []string
	}{
		"as it is":         {openssl, "p256", passphrase, nil},
		"secp256k1":        {openssl, "secp256k1", passphrase, []string{"-iter", "1"}},
		"rsa":              {openssl, "rsa2048", passphrase, []string{"-iter", "1", "-name", "a name"}},
		"the old way":      {openssl, "p384", passphrase, old},
		"its old default":  {openssl, "p384", passphrase, []string{"-legacy"}},
		"two-key 3DES":     {openssl, "ed25519", passphrase, []string{"-keypbe", "PBE-SHA1-2DES", "-certpbe", "NONE"}},
		"UTF-16":           {openssl, "p521", "Schlüssel 🔑", old},
		"nothing":          {openssl, "p256", "", old},
		"a long one":       {openssl, "p256", strings.Repeat("64 bytes and more ", 9), old},
		"MAC of SHA-512":   {openssl, "secp256k1", passphrase, []string{"-iter", "3", "-macalg", "sha512"}},
		"MAC of SHA-384":   {openssl, "secp256k1", passphrase, []string{"-iter", "3", "-macalg", "sha384"}},
		"no MAC":           {openssl, "p256", passphrase, []string{"-nomac", "-iter", "1"}},
		"PBMAC1":           {newer, "p256", passphrase, []string{"-pbmac1_pbkdf2", "-pbmac1_pbkdf2_md", "sha256"}},
		"PBMAC1 of 512":    {newer, "p256", passphrase, []string{"-pbmac1_pbkdf2", "-pbmac1_pbkdf2_md", "sha512"}},
		"not sealed":       {openssl, "p256", passphrase, []string{"-keypbe", "NONE", "-certpbe", "NONE"}},
		"post-quantum key": {newer, "mldsa65", passphrase, []string{"-iter", "1", "-provparam", "ml-dsa.output_formats=seed-only"}},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			data := pkcs12Of(t, c.tool, c.alg, c.pass, c.args...)
			key, err := Load(data, asks(c.pass))
			if err != nil {
				t.Fatal(err)
			}
			same(t, testKey(t, Algorithm(c.alg)), key.Signer)
			if key.Form != FormPKCS12 || key.Sealed != (what != "not sealed") {
				t.Error(key.Form, key.Sealed)
			}
			if _, err := Load(data, asks("not "+c.pass)); !errors.Is(err, ErrPassphrase) {
				t.Errorf("another passphrase: %v", err)
			}
			if _, _, err := ParsePublic(data); !errors.Is(err, ErrPrivate) {
				t.Errorf("as a public key: %v", err)
			}
		})
	}
}

// What GnuTLS writes loads, sealed in its newer and its older way.
func TestPKCS12OfGnuTLS(t *testing.T) {
	t.Parallel() // 600,000 rounds, which nobody can lower
	certtool := oracle.Need(t, "certtool")
	folder := filepath.Join("..", "testdata", "keys")
	for _, c := range []struct{ cipher, pass, given string }{
		{"aes-256", passphrase, "--password=" + passphrase},
		{"3des-pkcs12", "", "--null-password"}, // no bytes; openssl's empty one is two zeros
	} {
		out := filepath.Join(t.TempDir(), "key.p12")
		oracle.Run(t, certtool, "--to-p12", "--load-privkey", filepath.Join(folder, "p384.pem"), "--load-certificate", filepath.Join(folder, "p384.crt"),
			"--p12-name", "a name", c.given, "--pkcs-cipher", c.cipher, "--outder", "--outfile", out)
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		key, err := Load(data, asks(c.pass))
		if err != nil {
			t.Fatalf("%s: %v", c.cipher, err)
		}
		same(t, testKey(t, P384), key.Signer)
	}
}

// What can't be used is told from a wrong passphrase, and before anybody is asked where it can be.
func TestPKCS12Refused(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	folder := t.TempDir()
	brainpool, cert := filepath.Join(folder, "b.pem"), filepath.Join(folder, "b.crt")
	oracle.Run(t, openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1", "-nodes", "-keyout", brainpool, "-subj", "/CN=b", "-out", cert)
	inside := oracle.Run(t, openssl, "pkcs12", "-export", "-inkey", brainpool, "-in", cert, "-iter", "1", "-passout", "pass:"+passphrase)
	if _, err := Load(inside, asks(passphrase)); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "brainpoolP256r1") {
		t.Errorf("brainpool: %v", err)
	}
	if _, err := Load(inside, asks("another")); !errors.Is(err, ErrPassphrase) {
		t.Errorf("brainpool, a wrong passphrase: %v", err)
	}
	rc2 := pkcs12Of(t, openssl, "p256", passphrase, "-legacy", "-keypbe", "PBE-SHA1-RC2-40")
	if _, err := Load(rc2, noAsk(t)); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "RC2-40") {
		t.Errorf("RC2: %v", err)
	}
	nested := bytes.Replace(pkcs12Of(t, openssl, "p256", passphrase, "-keypbe", "NONE", "-certpbe", "NONE", "-nomac"),
		[]byte{0xf7, 0x0d, 1, 12, 10, 1, 1}, []byte{0xf7, 0x0d, 1, 12, 10, 1, 6}, 1)
	if _, err := Load(nested, noAsk(t)); !errors.Is(err, ErrUnsupported) {
		t.Errorf("bags within a bag: %v", err)
	}
	md5 := bytes.Replace(pkcs12Of(t, openssl, "p256", passphrase, "-iter", "1", "-macalg", "sha1"), []byte{0x2b, 0x0e, 3, 2, 0x1a}, []byte{0x2b, 0x0e, 3, 2, 0x1b}, 1)
	if _, err := Load(md5, noAsk(t)); !errors.Is(err, ErrUnsupported) || !strings.HasSuffix(err.Error(), "a MAC of the hash with the identifier 1.3.14.3.2.27") {
		t.Errorf("another hash: %v", err)
	}
	keyless := oracle.Run(t, openssl, "pkcs12", "-export", "-nokeys", "-in", cert, "-certpbe", "NONE", "-passout", "pass:"+passphrase)
	if _, err := Load(keyless, noAsk(t)); !errors.Is(err, ErrPublicOnly) {
		t.Errorf("no key: %v", err)
	}
	keyless = oracle.Run(t, openssl, "pkcs12", "-export", "-nokeys", "-in", cert, "-passout", "pass:"+passphrase)
	if _, err := Load(keyless, noAsk(t)); !errors.Is(err, ErrUnsupported) {
		t.Errorf("certificates sealed as a whole: %v", err)
	}
}

// The work that a file may ask for is bounded, in the key and in the MAC, before anybody is asked.
func TestPKCS12Bounds(t *testing.T) {
	openssl, newer := oracle.Need(t, "openssl"), oracle.Need(t, "openssl-3.5")
	defer func(before int) { limits.pbkdf2Rounds = before }(limits.pbkdf2Rounds)
	for what, c := range map[string]struct {
		tool string
		args []string
	}{
		"key, PBES2":      {openssl, []string{"-nomaciter"}},
		"key, triple DES": {openssl, []string{"-nomaciter", "-keypbe", "PBE-SHA1-3DES"}},
		"MAC":             {openssl, []string{"-keypbe", "NONE"}},
		"PBMAC1":          {newer, []string{"-keypbe", "NONE", "-pbmac1_pbkdf2"}},
	} {
		data := pkcs12Of(t, c.tool, "p256", passphrase, append(c.args, "-iter", "5")...)
		limits.pbkdf2Rounds = 5
		if _, err := Load(data, asks(passphrase)); err != nil {
			t.Errorf("%s: within the limit: %v", what, err)
		}
		limits.pbkdf2Rounds = 4
		if _, err := Load(data, noAsk(t)); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "5 rounds") {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, rounds := range []*big.Int{big.NewInt(0), big.NewInt(-1), new(big.Int).Lsh(big.NewInt(1), 64)} {
		if checkRounds(rounds) == nil {
			t.Errorf("%v rounds are taken", rounds)
		}
	}
}

// No flipped bit makes another key of a file that has a MAC, nor does a cut file load.
func TestPKCS12Damage(t *testing.T) {
	for _, name := range []string{"pkcs12.p12", "pkcs12-3des.p12", "pkcs12-pbmac1.p12"} {
		data, err := os.ReadFile(filepath.Join("testdata", "sealed", name))
		if err != nil {
			t.Fatal(err)
		}
		want, err := Load(data, asks(passphrase))
		if err != nil {
			t.Fatal(err)
		}
		for i := range data {
			flipped := bytes.Clone(data)
			flipped[i] ^= 1
			if key, err := Load(flipped, asks(passphrase)); err == nil && Fingerprint(key.Signer.Public()) != Fingerprint(want.Signer.Public()) {
				t.Errorf("%s: byte %d flipped makes another key", name, i)
			}
			if _, err := Load(data[:i], asks(passphrase)); err == nil {
				t.Errorf("%s: cut at %d it loads", name, i)
			}
		}
	}
}
