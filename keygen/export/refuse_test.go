package export

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"sigtool/internal/issue"
	"sigtool/keygen"
)

// takes is which keys each target takes, by the documents of those who read them; it refuses the others.
var takes = map[string]string{
	"pkcs8":      "ed25519 p256 p384 p521 secp256k1 rsa1024 rsa2048 rsa3000 rsa3072 rsa4096 rsa8192 mldsa65 mldsa87",
	"age":        "ed25519 p256 p384 p521 secp256k1 rsa1024 rsa2048 rsa3000 rsa3072 rsa4096 rsa8192 mldsa65 mldsa87",
	"pkcs1":      "rsa1024 rsa2048 rsa3000 rsa3072 rsa4096 rsa8192",
	"sec1":       "p256 p384 p521 secp256k1",
	"pkcs12":     "ed25519 p256 p384 p521 rsa1024 rsa2048 rsa3000 rsa3072 rsa4096 rsa8192",
	"jwk":        "ed25519 p256 p384 p521 secp256k1 rsa1024 rsa2048 rsa3000 rsa3072 rsa4096 rsa8192",
	"ssh":        "ed25519 p256 p384 p521 rsa1024 rsa2048 rsa3000 rsa3072 rsa4096 rsa8192",
	"tezos":      "ed25519 p256 secp256k1 bls12381",
	"azure":      "p256 p384 p521 secp256k1 rsa2048 rsa3072 rsa4096",
	"azure-byok": "p256 p384 p521 secp256k1 rsa2048 rsa3072 rsa4096",
	"aws-kms":    "p256 p384 p521 secp256k1 rsa2048 rsa3072 rsa4096",
	"gcp-kms":    "ed25519 p256 p384 secp256k1 rsa2048 rsa3072 rsa4096",
	"vault":      "ed25519 p256 p384 p521 rsa2048 rsa3072 rsa4096",
	"pkcs11":     "ed25519 p256 p384 p521 secp256k1 rsa2048 rsa3000 rsa3072 rsa4096",
	"yubihsm":    "ed25519 p256 p384 p521 secp256k1 rsa2048 rsa3072 rsa4096",
	"tpm2":       "p256 p384 p521 rsa2048 rsa3072",
}

// What a target can't take is refused with what to do instead, and each target and each kind of key that the hint names will do.
func TestRefuse(t *testing.T) {
	word := regexp.MustCompile(`[a-z][a-z0-9-]+`)
	for _, target := range All() {
		taken := " " + takes[target.Name] + " "
		for _, alg := range append(keygen.Algorithms(), "rsa1024", "rsa3000", "rsa8192") {
			err := target.Refuse(alg)
			if strings.Contains(taken, " "+string(alg)+" ") {
				if err != nil {
					t.Errorf("%s, %s: %v", target.Name, alg, err)
				}
				continue
			}
			hint := issue.Hint(err)
			if !errors.Is(err, keygen.ErrUnsupported) || issue.ID(err) != "unsuitable-key" || hint == "" {
				t.Errorf("%s, %s: %v, %q", target.Name, alg, err, hint)
			}
			for _, name := range word.FindAllString(hint, -1) {
				if other := ByName(name); other != nil && other.Refuse(alg) != nil {
					t.Errorf("%s, %s: %s refuses it, too: %q", target.Name, alg, name, hint)
				}
				if other, err := keygen.ParseAlgorithm(name); err == nil && other != alg && target.Refuse(other) != nil {
					t.Errorf("%s, %s: %s is refused, too: %q", target.Name, alg, name, hint)
				}
			}
		}
		for _, name := range word.FindAllString(target.Takes, -1) {
			if alg, err := keygen.ParseAlgorithm(name); err == nil && target.Refuse(alg) != nil {
				t.Errorf("%s says that it takes %s", target.Name, alg)
			}
		}
	}
}
