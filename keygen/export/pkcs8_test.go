package export

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"sigtool/internal/oracle"
	"sigtool/keygen"
)

// checks runs the command that says whether the key arrived, and compares what it prints. Tools that ask are given testPassphrase.
func checks(t *testing.T, result *Result, ask string, key Key) {
	t.Helper()
	for _, command := range result.Commands {
		if !command.Check {
			continue
		}
		line := command.Line
		if ask != "" {
			line = strings.Replace(line, ask, ask+" -passin 'pass:"+testPassphrase+"'", 1)
		}
		out, err := exec.Command("sh", "-c", line).Output()
		want := strings.TrimPrefix(keygen.Fingerprint(key.Signer.Public()), "SHA256:")
		if err != nil || strings.TrimSpace(string(out)) != want {
			t.Errorf("%s: %v, %q, not %s", line, err, out, want)
		}
		return
	}
	t.Error("no command that checks")
}

// OpenSSL opens what is sealed, and finds the same key.
func TestPEMForms(t *testing.T) {
	oracle.Need(t, "openssl")
	for _, c := range []struct {
		target *Target
		ask    string
		begins string
		kdf    keygen.KDF
		algs   []keygen.Algorithm
	}{
		{pkcs8, "openssl pkey", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n", keygen.Scrypt, []keygen.Algorithm{keygen.Secp256k1}},
		{pkcs8, "openssl pkey", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n", keygen.PBKDF2, []keygen.Algorithm{keygen.RSA2048}},
		{pkcs1, "openssl rsa", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,", "", []keygen.Algorithm{keygen.RSA2048, keygen.RSA4096}},
		{sec1, "openssl ec", "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,", "", []keygen.Algorithm{keygen.P256, keygen.P384, keygen.P521, keygen.Secp256k1}},
	} {
		for _, alg := range c.algs {
			t.Run(c.target.Name+" "+string(alg)+" "+string(c.kdf), func(t *testing.T) {
				t.Parallel()
				key, s := keyOf(t, alg), settingsFor(nil)
				s.Output, s.KDF = written(t, "a key.pem", nil), c.kdf
				result := exported(t, c.target, s, key)
				overwrite(t, s.Output, result.Files[0].Data)
				checks(t, result, c.ask, key)
				if !bytes.HasPrefix(result.Files[0].Data, []byte(c.begins)) {
					t.Errorf("%.80s", result.Files[0].Data)
				}
			})
		}
	}
}

// In the clear the bytes are those of OpenSSL.
func TestPlainPEMAsOpenSSL(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	for target, c := range map[*Target]struct {
		args []string
		algs []keygen.Algorithm
	}{
		pkcs8: {[]string{"pkey"}, []keygen.Algorithm{keygen.Ed25519, keygen.P256, keygen.Secp256k1, keygen.RSA3072}},
		pkcs1: {[]string{"rsa", "-traditional"}, []keygen.Algorithm{keygen.RSA2048}},
		sec1:  {[]string{"ec"}, []keygen.Algorithm{keygen.P256, keygen.P384, keygen.P521, keygen.Secp256k1}},
	} {
		for _, alg := range c.algs {
			s := settingsFor(nil)
			s.Plain = true
			result := exported(t, target, s, Key{Signer: signerOf(t, alg)})
			want := oracle.Run(t, openssl, append(c.args, "-in", "../../testdata/keys/"+string(alg)+".pem")...)
			if !bytes.Equal(result.Files[0].Data, want) || len(result.Warnings) == 0 {
				t.Errorf("%s %s: not what openssl writes, or without a warning", target.Name, alg)
			}
		}
	}
}
