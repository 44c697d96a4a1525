package export

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	fage "filippo.io/age"

	"sigtool/internal/issue"
	"sigtool/internal/oracle"
	"sigtool/keygen"
)

// chainOf reads a test certificate of the repository.
func chainOf(t testing.TB, alg keygen.Algorithm) []*x509.Certificate {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "keys", string(alg)+".crt"))
	if err != nil {
		t.Fatal(err)
	}
	_, cert, err := keygen.ParsePublic(data)
	if err != nil {
		t.Fatal(err)
	}
	return []*x509.Certificate{cert}
}

// OpenSSL opens the PKCS#12 file and finds key and certificates. One is sealed as for people, the other with little work.
func TestPKCS12(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	for _, alg := range []keygen.Algorithm{keygen.RSA2048, keygen.Ed25519} {
		t.Run(string(alg), func(t *testing.T) {
			t.Parallel()
			key, s := keyOf(t, alg), settingsFor(nil)
			s.KDF, s.Chain, s.Output = keygen.PBKDF2, append(chainOf(t, alg), chainOf(t, keygen.P384)...), written(t, "key.p12", nil)
			if alg == keygen.RSA2048 {
				result := exported(t, pkcs12, s, key)
				overwrite(t, s.Output, result.Files[0].Data)
				checks(t, result, "openssl pkcs12", key)
				return
			}
			result, err := makePKCS12(key, s, 1000)
			if err != nil {
				t.Fatal(err)
			}
			overwrite(t, s.Output, result.Files[0].Data)
			checks(t, result, "openssl pkcs12", key)
			if form := loads(t, result.Files[0].Data).Form; form != keygen.FormPKCS12 {
				t.Error(form)
			}
			out := string(oracle.Run(t, openssl, "pkcs12", "-in", s.Output, "-nokeys", "-passin", "pass:"+testPassphrase))
			if strings.Count(out, "BEGIN CERTIFICATE") != 2 {
				t.Error(out)
			}
		})
	}
}

func TestPKCS12Refused(t *testing.T) {
	s := settingsFor(nil)
	if _, err := pkcs12.Prepare(s); !errors.Is(err, ErrOption) {
		t.Errorf("no certificate: %v", err)
	}
	s.Chain = chainOf(t, keygen.P256)
	if _, err := pkcs12.Prepare(s); !errors.Is(err, ErrOption) {
		t.Errorf("scrypt: %v", err)
	}
	s.KDF = keygen.PBKDF2
	way, err := pkcs12.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := way.Make(keyOf(t, keygen.P384)); issue.ID(err) != "other-certificate" {
		t.Errorf("another key's certificate: %v", err)
	}
}

// ssh-keygen opens the key and finds the public line that was told.
func TestSSH(t *testing.T) {
	tool := oracle.Need(t, "ssh-keygen")
	for _, alg := range []keygen.Algorithm{keygen.Ed25519, keygen.P256, keygen.P384, keygen.P521} {
		t.Run(string(alg), func(t *testing.T) {
			t.Parallel()
			s := settingsFor(nil)
			s.KDF, s.Plain = keygen.PBKDF2, alg != keygen.Ed25519
			result := exported(t, ssh, s, keyOf(t, alg))
			file := result.Files[0].Data
			if key := loads(t, file); key.Form != keygen.FormOpenSSH || key.Sealed == s.Plain {
				t.Error(key.Form, key.Sealed)
			}
			pass := testPassphrase
			if s.Plain {
				pass = ""
			}
			got := strings.TrimSpace(string(oracle.Run(t, tool, "-y", "-P", pass, "-f", written(t, "id", file))))
			if want := strings.TrimPrefix(result.Notes[0], "public line:\n"); got != want || !strings.HasSuffix(got, " release key") {
				t.Errorf("%s, not %s", got, want)
			}
		})
	}
	for _, target := range []*Target{ssh, pkcs1, sec1} {
		if _, err := target.Prepare(settingsFor(nil)); !errors.Is(err, ErrOption) {
			t.Errorf("%s: scrypt: %v", target.Name, err)
		}
	}
}

func TestJWK(t *testing.T) {
	s := settingsFor(nil)
	if _, err := jwk.Prepare(s); !errors.Is(err, ErrOption) {
		t.Errorf("not sealed and not said: %v", err)
	}
	s.Plain = true
	for alg, crv := range map[keygen.Algorithm]string{keygen.Secp256k1: "secp256k1", keygen.P521: "P-521", keygen.Ed25519: "Ed25519", keygen.RSA2048: ""} {
		key := Key{Signer: signerOf(t, alg)}
		result := exported(t, jwk, s, key)
		var fields map[string]string
		if err := json.Unmarshal(result.Files[0].Data, &fields); err != nil {
			t.Fatal(err)
		}
		if fields["crv"] != crv || fields["kid"] == "" || fields["kid"] != keygen.NameOf(keygen.Names(key.Signer.Public()), keygen.NameJWK) || len(result.Warnings) == 0 {
			t.Errorf("%s: %q, %q", alg, fields["crv"], fields["kid"])
		}
	}
}

// age opens what is sealed to X25519; the library what is sealed to its post-quantum kind, which Debian's age does not know.
func TestAge(t *testing.T) {
	tool := oracle.Need(t, "age")
	identity, err := fage.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	quantum, err := fage.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	key := Key{Signer: signerOf(t, keygen.Secp256k1)}
	s := settingsFor(Values{"to": {identity.Recipient().String()}})
	s.Output = written(t, "key.age", nil)
	result := exported(t, age, s, key)
	overwrite(t, s.Output, result.Files[0].Data)
	id := written(t, "id", []byte(identity.String()+"\n"))
	der := oracle.Run(t, tool, "-d", "-i", id, s.Output)
	if back, err := keygen.Load(der, nil); err != nil || sameKey(key.Signer, back.Signer) != nil {
		t.Errorf("age finds another key: %v", err)
	}
	result.Commands[0].Line = strings.Replace(result.Commands[0].Line, "IDENTITY", id, 1)
	checks(t, result, "", key)
	if len(result.Warnings) == 0 {
		t.Error("no warning of quantum computers")
	}

	s.Values["to"] = []string{quantum.Recipient().String()}
	result = exported(t, age, s, key)
	if back, err := keygen.OpenWith(result.Files[0].Data, []byte(quantum.String())); err != nil || sameKey(key.Signer, back.Signer) != nil || len(result.Warnings) != 0 {
		t.Errorf("post-quantum: %v", err)
	}
	for _, to := range [][]string{nil, {"age1"}, {identity.String()}, {identity.Recipient().String(), quantum.Recipient().String()}} {
		s.Values["to"] = to
		if _, err := age.Prepare(s); !errors.Is(err, ErrOption) || strings.Contains(err.Error(), "AGE-SECRET-KEY") {
			t.Errorf("%v: %v", to, err)
		}
	}
}
