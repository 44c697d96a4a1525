package keygen

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

var ecAlgorithms = []Algorithm{P256, P384, P521, Secp256k1}

// opens tries a key file with the right passphrase, a wrong one, and as DER where that is possible.
func opens(t *testing.T, what string, data []byte, form string, want Algorithm) {
	t.Helper()
	key := testKey(t, want)
	sealed := form == FormPBES2 || form == FormDEKInfo
	inputs := [][]byte{data}
	if block, _ := pem.Decode(data); len(block.Headers) == 0 {
		if bytes.Count(data, []byte("BEGIN")) == 1 {
			inputs = append(inputs, block.Bytes)
		}
		inputs = append(inputs, bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")), append([]byte("\ufeffsome words\n"), data...))
	}
	for i, input := range inputs {
		ask := noAsk(t)
		if sealed {
			ask = asks(passphrase)
		}
		got, err := Load(input, ask)
		if err != nil {
			t.Errorf("%s (%d): %v", what, i, err)
			continue
		}
		if got.Form != form || got.Sealed != sealed {
			t.Errorf("%s (%d): form %s, sealed %v", what, i, got.Form, got.Sealed)
		}
		same(t, key, got.Signer)
		if sealed {
			if got, err := Load(input, asks("Correct horse battery staple")); !errors.Is(err, ErrPassphrase) || got != nil {
				t.Errorf("%s (%d), wrong passphrase: %v", what, i, err)
			}
		}
	}
}

func keyPath(alg Algorithm) string {
	return filepath.Join("..", "testdata", "keys", string(alg)+".pem")
}

func TestOpenSSLPKCS8(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	for _, alg := range []Algorithm{Ed25519, P256, Secp256k1, RSA2048} {
		for _, how := range []string{
			"-v2 aes-256-cbc", "-v2 aes-192-cbc", "-v2 aes-128-cbc", "-v2 des3", "-v2prf hmacWithSHA1", "-v2prf hmacWithSHA224",
			"-v2prf hmacWithSHA384", "-v2prf hmacWithSHA512 -iter 1", "-scrypt", "-scrypt -scrypt_N 2 -scrypt_r 1 -scrypt_p 3",
		} {
			args := append([]string{"pkcs8", "-topk8", "-in", keyPath(alg), "-passout", "pass:" + passphrase}, strings.Fields(how)...)
			data := oracle.Run(t, openssl, args...)
			opens(t, fmt.Sprintf("%s %s", alg, how), data, FormPBES2, alg)
			if der, ok := SealedDER(data); !ok || !bytes.Equal(EncodeSealed(der), data) {
				t.Errorf("%s %s: SealedDER does not return what is in the file", alg, how)
			}
		}
	}
	for _, alg := range Algorithms() {
		if _, ok := SealedDER(file(t, string(alg)+".pem")); ok {
			t.Errorf("%s: SealedDER takes a plain key", alg)
		}
		opens(t, "plain "+string(alg), file(t, string(alg)+".pem"), FormPKCS8, alg)
	}
}

func TestOpenSSLTraditional(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	for _, alg := range ecAlgorithms {
		opens(t, "sec1 "+string(alg), oracle.Run(t, openssl, "ec", "-in", keyPath(alg)), FormSEC1, alg)
		for _, more := range [][]string{{"-conv_form", "compressed"}, {"-conv_form", "hybrid"}, {"-no_public"}} {
			data := oracle.Run(t, openssl, append([]string{"ec", "-in", keyPath(alg)}, more...)...)
			opens(t, fmt.Sprint("sec1 ", alg, more), data, FormSEC1, alg)
			data = oracle.Run(t, openssl, "pkcs8", "-topk8", "-nocrypt", "-in", write(t, "key.pem", data))
			opens(t, fmt.Sprint("pkcs8 ", alg, more), data, FormPKCS8, alg)
		}
		for _, cipher := range []string{"-aes256", "-aes192", "-aes128", "-des3"} {
			data := oracle.Run(t, openssl, "ec", "-in", keyPath(alg), cipher, "-passout", "pass:"+passphrase)
			opens(t, fmt.Sprint("dek-info ", alg, cipher), data, FormDEKInfo, alg)
		}
	}
	for _, alg := range []Algorithm{RSA2048, RSA3072} {
		opens(t, "pkcs1 "+string(alg), oracle.Run(t, openssl, "rsa", "-traditional", "-in", keyPath(alg)), FormPKCS1, alg)
		data := oracle.Run(t, openssl, "rsa", "-traditional", "-aes256", "-in", keyPath(alg), "-passout", "pass:"+passphrase)
		opens(t, "dek-info "+string(alg), data, FormDEKInfo, alg)
	}
}

// Keys come with other things in the same file: parameters before them, certificates behind them, the lines of a PKCS#12 bag.
func TestKeysInCompany(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	data := oracle.Run(t, openssl, "ecparam", "-name", "secp256k1", "-genkey")
	if !bytes.Contains(data, []byte("BEGIN EC PARAMETERS")) {
		t.Fatal("openssl ecparam writes no parameters")
	}
	if key, err := Load(data, noAsk(t)); err != nil || key.Form != FormSEC1 {
		t.Errorf("parameters first: %v", err)
	}
	for _, alg := range []Algorithm{P256, RSA2048} {
		key, cert := file(t, string(alg)+".pem"), file(t, string(alg)+".crt")
		opens(t, "certificate first", append(bytes.Clone(cert), key...), FormPKCS8, alg)
		opens(t, "certificates behind", bytes.Join([][]byte{key, cert, cert}, []byte("\n")), FormPKCS8, alg)
		p12 := oracle.Run(t, openssl, "pkcs12", "-export", "-inkey", keyPath(alg), "-in", strings.TrimSuffix(keyPath(alg), "pem")+"crt", "-passout", "pass:x")
		if key, err := Load(p12, asks("x")); err != nil || key.Form != FormPKCS12 {
			t.Errorf("PKCS#12: %v", err)
		}
		bag := oracle.Run(t, openssl, "pkcs12", "-nodes", "-in", write(t, "key.p12", p12), "-passin", "pass:x")
		opens(t, "bag attributes", bag, FormPKCS8, alg)
	}
	two := append(file(t, "p256.pem"), file(t, "p384.pem")...)
	if _, err := Load(two, noAsk(t)); !errors.Is(err, ErrUnsupported) {
		t.Errorf("two keys: %v", err)
	}
}

func TestOpenSSHKeys(t *testing.T) {
	keygen := oracle.Need(t, "ssh-keygen")
	for _, kind := range []string{"ed25519", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521", "rsa -b 2048"} {
		for _, pass := range []string{"", passphrase} {
			path := filepath.Join(t.TempDir(), "id")
			args := append([]string{"-q", "-a", "4", "-N", pass, "-C", "a test", "-f", path, "-t"}, strings.Fields(kind)...)
			oracle.Run(t, keygen, args...)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			ask := noAsk(t)
			if pass != "" {
				ask = asks(pass)
				if _, err := Load(data, asks("wrong")); !errors.Is(err, ErrPassphrase) {
					t.Errorf("%s, wrong passphrase: %v", kind, err)
				}
			}
			key, err := Load(data, ask)
			if err != nil {
				t.Errorf("%s: %v", kind, err)
				continue
			}
			if key.Form != FormOpenSSH || key.Sealed != (pass != "") || SelfTest(key.Signer) != nil || Check(key.Signer) != nil {
				t.Errorf("%s: form %s, sealed %v, or it fails its test", kind, key.Form, key.Sealed)
			}
			line, err := os.ReadFile(path + ".pub")
			if err != nil {
				t.Fatal(err)
			}
			if pub, _, err := ParsePublic(line); err != nil || Fingerprint(pub) != Fingerprint(key.Signer.Public()) {
				t.Errorf("%s: the .pub file is of another key, %v", kind, err)
			}
		}
	}
	for _, cipher := range []string{"aes128-ctr", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"} {
		path := filepath.Join(t.TempDir(), "id")
		if err := exec.Command(keygen, "-q", "-Z", cipher, "-N", passphrase, "-t", "ed25519", "-f", path).Run(); err != nil {
			t.Logf("ssh-keygen knows no %s", cipher)
			continue
		}
		data, _ := os.ReadFile(path)
		if _, err := Load(data, noAsk(t)); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), cipher) {
			t.Errorf("%s: %v", cipher, err)
		}
	}
}
