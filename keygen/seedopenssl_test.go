package keygen

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

// Other tools read a file that carries its seed as if it carried none, and what they write of it has none.
func TestOpenSSLReadsKeysWithSeed(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	for _, alg := range []Algorithm{P384, P521, RSA2048, RSA3072, RSA4096} {
		t.Run(string(alg), func(t *testing.T) {
			t.Parallel()
			key, der := sevensFile(t, alg)
			want, err := MarshalPrivate(key)
			if err != nil {
				t.Fatal(err)
			}
			sealed, err := Seal(der, []byte(passphrase), PBKDF2, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			public := oracle.Run(t, openssl, "pkey", "-in", write(t, "bare.pem", EncodePlain(want)), "-pubout")
			for form, text := range map[string][]byte{"plain": EncodePlain(der), "sealed": sealed} {
				in := []string{"-in", write(t, "key.pem", text), "-passin", "pass:" + passphrase}
				run := func(args ...string) []byte { return oracle.Run(t, openssl, append(args, in...)...) }
				if out := run("pkey", "-check", "-noout"); !strings.Contains(string(out), "Key is valid") {
					t.Errorf("%s: openssl pkey -check says %s", form, out)
				}
				if !bytes.Equal(run("pkcs8", "-topk8", "-nocrypt"), EncodePlain(want)) {
					t.Errorf("%s: OpenSSL writes something else than the bare key", form)
				}
				if form != "plain" && (alg != P384 || form != "sealed") {
					continue // stretching the passphrase takes its time, and the rest is the same
				}
				if !bytes.Equal(run("pkey", "-pubout"), public) {
					t.Errorf("%s: OpenSSL finds another public half", form)
				}
				old := map[bool]string{true: "rsa", false: "ec"}[strings.HasPrefix(string(alg), "rsa")]
				if !bytes.Equal(run(old, "-pubout"), public) {
					t.Errorf("%s: openssl %s finds another public half", form, old)
				}
				request := write(t, "req.pem", oracle.Run(t, openssl, "req", "-new", "-subj", "/CN=seed", "-key", in[1], "-passin", in[3]))
				if !bytes.Equal(oracle.Run(t, openssl, "req", "-in", request, "-verify", "-pubkey", "-noout"), public) {
					t.Errorf("%s: the request of openssl req is for another key", form)
				}
				if !bytes.Equal(run("pkey"), EncodePlain(want)) {
					t.Errorf("%s: openssl pkey writes something else than the bare key", form)
				}
			}
		})
	}
}

// Go's own reader takes the file that is in our PEM.
func TestGoReadsKeysWithSeed(t *testing.T) {
	for _, alg := range []Algorithm{P384, P521, RSA2048, RSA3072} {
		key, der := sevensFile(t, alg)
		block, rest := pem.Decode(EncodePlain(der))
		if block == nil || len(rest) > 0 {
			t.Fatalf("%s: not one block of PEM", alg)
		}
		std, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			t.Errorf("%s: %v", alg, err)
			continue
		}
		same(t, key, std.(crypto.Signer))
	}
}
