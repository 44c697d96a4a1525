package keygen

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

// Every form of a public key is the same key, and its fingerprint is what OpenSSL and sha256sum make of it.
func TestParsePublic(t *testing.T) {
	for _, alg := range opensslAlgorithms() {
		openssl := opensslFor(t, alg)
		name := string(alg)
		sum := sha256.Sum256(oracle.Run(t, openssl, "pkey", "-in", keyPath(alg), "-pubout", "-outform", "DER"))
		want := "SHA256:" + base64.StdEncoding.EncodeToString(sum[:])
		forms := map[string][]byte{
			"spki": file(t, name+".pub"), "spki der": derOf(t, name+".pub"), "cert": file(t, name+".crt"), "cert der": derOf(t, name+".crt"),
			"chain": append(file(t, name+".crt"), file(t, "ed25519.crt")...), "key and cert": append(file(t, "p256.pem"), file(t, name+".crt")...),
		}
		if strings.HasPrefix(name, "rsa") {
			forms["pkcs1"] = oracle.Run(t, openssl, "rsa", "-in", keyPath(alg), "-RSAPublicKey_out")
			forms["pkcs1 der"] = oracle.Run(t, openssl, "rsa", "-in", keyPath(alg), "-RSAPublicKey_out", "-outform", "DER")
		} else if curveByAlgorithm(alg) != nil {
			forms["compressed"] = oracle.Run(t, openssl, "ec", "-in", keyPath(alg), "-pubout", "-conv_form", "compressed")
		}
		for form, data := range forms {
			pub, cert, err := ParsePublic(data)
			if err != nil {
				t.Errorf("%s %s: %v", alg, form, err)
				continue
			}
			if got := Fingerprint(pub); got != want {
				t.Errorf("%s %s: fingerprint %s, not %s", alg, form, got, want)
			}
			isCert := strings.Contains(form, "cert") || form == "chain"
			if (cert != nil) != (isCert && alg != Secp256k1) {
				t.Errorf("%s %s: certificate %v", alg, form, cert != nil)
			}
			if got, err := AlgorithmOf(pub); got != alg || err != nil {
				t.Errorf("%s %s: algorithm %s, %v", alg, form, got, err)
			}
		}
		for _, data := range [][]byte{file(t, name+".pem"), derOf(t, name+".pem")} {
			if _, _, err := ParsePublic(data); !errors.Is(err, ErrPrivate) {
				t.Errorf("%s, private: %v", alg, err)
			}
		}
	}
}

func TestParsePublicRefuses(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	brainpool := oracle.Run(t, openssl, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1")
	path := write(t, "key.pem", brainpool)
	cert := oracle.Run(t, openssl, "req", "-new", "-x509", "-key", path, "-subj", "/CN=x", "-days", "1")
	if _, _, err := ParsePublic(cert); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "brainpoolP256r1") {
		t.Errorf("a brainpool certificate: %v", err)
	}
	request := oracle.Run(t, openssl, "req", "-new", "-key", keyPath(P256), "-subj", "/CN=x")
	if _, _, err := ParsePublic(request); !errors.Is(err, ErrUnsupported) {
		t.Errorf("a request: %v", err)
	}
	two := append(file(t, "p256.pub"), file(t, "p384.pub")...)
	if _, _, err := ParsePublic(two); !errors.Is(err, ErrUnsupported) {
		t.Errorf("two keys: %v", err)
	}
	for _, line := range []string{"ssh-ed25519", "ssh-ed25519 AAAA", "ssh-dss AAAAB3NzaC1kc3M=", "sk-ssh-ed25519@openssh.com AAAA"} {
		if _, _, err := ParsePublic([]byte(line)); err == nil {
			t.Errorf("%q is taken", line)
		}
	}
	// A point off its curve, in a key and in a certificate: the last byte of Y and one within the key of the certificate.
	for _, alg := range ecAlgorithms {
		der := derOf(t, string(alg)+".pub")
		point := bytes.Clone(der[len(der)-10:])
		cert := derOf(t, string(alg)+".crt")
		at := bytes.Index(cert, point)
		der[len(der)-1] ^= 1
		cert[at+9] ^= 1
		for i, data := range [][]byte{der, cert} {
			if pub, _, err := ParsePublic(data); err == nil || pub != nil {
				t.Errorf("%s (%d): a point off the curve is taken", alg, i)
			}
		}
	}
}

// A file that is cut off anywhere is an error, in every form, for both readers.
func TestEveryTruncation(t *testing.T) {
	for _, name := range []string{"ed25519", "p521", "secp256k1", "rsa2048"} {
		for _, ext := range []string{".pem", ".pub", ".crt"} {
			der := derOf(t, name+ext)
			text := pem.EncodeToMemory(&pem.Block{Type: "X", Bytes: der})
			for n := range der {
				if _, err := Load(der[:n], noAsk(t)); err == nil {
					t.Fatalf("%s: %d bytes load", name+ext, n)
				}
				if _, _, err := ParsePublic(der[:n]); err == nil {
					t.Fatalf("%s: %d bytes are a public key", name+ext, n)
				}
			}
			if _, err := Load(text, noAsk(t)); !errors.Is(err, ErrNotKey) || !strings.Contains(err.Error(), `"X"`) {
				t.Errorf("PEM of the type X: %v", err)
			}
		}
	}
}

func TestNamesOfAlgorithms(t *testing.T) {
	for _, alg := range Algorithms() {
		if got, err := ParseAlgorithm(string(alg)); got != alg || err != nil {
			t.Errorf("%s: %v", alg, err)
		}
	}
	for _, name := range []string{"", "P256", "rsa", "rsa1024", "p-256"} {
		if _, err := ParseAlgorithm(name); err == nil || !strings.Contains(err.Error(), "secp256k1") {
			t.Errorf("%q: %v", name, err)
		}
	}
	rsa1024 := oracle.Run(t, oracle.Need(t, "openssl"), "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024")
	key, err := Load(rsa1024, noAsk(t))
	if err != nil {
		t.Fatal(err)
	}
	if alg, err := AlgorithmOf(key.Signer.Public()); alg != "rsa1024" || err != nil {
		t.Errorf("rsa1024: %s, %v", alg, err)
	}
	for _, pub := range []crypto.PublicKey{nil, "key", big.NewInt(1)} {
		if _, err := AlgorithmOf(pub); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%T: %v", pub, err)
		}
		if Fingerprint(pub) != "" {
			t.Errorf("%T has a fingerprint", pub)
		}
	}
}
