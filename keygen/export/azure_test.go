package export

import (
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"

	"sigtool/internal/issue"
	"sigtool/internal/oracle"
	"sigtool/keygen"
)

// What azure-cli does to a PEM file (src/azure-cli/azure/cli/command_modules/keyvault/custom.py, import_key): Debian's cryptography loads
// it, and the numbers of the key become a JWK.
const azureImport = `
import sys, json
from cryptography.hazmat.primitives.serialization import load_pem_private_key
with open(sys.argv[1], "rb") as f:
    key = load_pem_private_key(f.read(), sys.argv[2].encode() or None)
n = key.private_numbers()
print(json.dumps({"curve": n.public_numbers.curve.name, "x": str(n.public_numbers.x)} if hasattr(n, "private_value") else {"n": str(n.public_numbers.n)}))
`

func TestAzurePEM(t *testing.T) {
	python := oracle.Python(t, "cryptography")
	for _, alg := range []keygen.Algorithm{keygen.P256, keygen.P521, keygen.RSA3072} {
		key, s := keyOf(t, alg), settingsFor(Values{"vault": {"my-vault"}, "name": {"release-1"}})
		s.Plain = alg != keygen.P256
		result := exported(t, azure, s, key)
		pass := testPassphrase
		if s.Plain {
			pass = ""
		}
		var got struct{ Curve, X, N string }
		if err := json.Unmarshal(oracle.Run(t, python, "-c", azureImport, written(t, "key.pem", result.Files[0].Data), pass), &got); err != nil {
			t.Fatal(err)
		}
		if want := map[keygen.Algorithm]string{keygen.P256: "secp256r1", keygen.P521: "secp521r1"}[alg]; got.Curve != want {
			t.Errorf("%s is read as %s", alg, got.Curve)
		}
		want := "openssl pkey -in out.key | az keyvault key import --vault-name my-vault --name release-1 --ops sign verify --pem-file /dev/stdin"
		if s.Plain {
			want = "az keyvault key import --vault-name my-vault --name release-1 --ops sign verify --pem-file out.key"
		}
		if result.Commands[0].Line != want || !result.Commands[0].Online || !result.Commands[1].Check || strings.Contains(result.Commands[0].Line, "password") {
			t.Errorf("%s: %+v", alg, result.Commands)
		}
	}
}

// The body for secp256k1: numbers of full width, the curve by Azure's name, and nothing that az would name otherwise.
func TestAzureJWK(t *testing.T) {
	s := settingsFor(nil)
	s.Label = "iota"
	way, err := azure.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := way.Make(keyOf(t, keygen.Secp256k1)); !errors.Is(err, ErrOption) || issue.Hint(err) == "" {
		t.Errorf("sealed: %v", err)
	}
	s.Plain = true
	scalar, err := keygen.NewSecp256k1PrivateKey(big.NewInt(1).FillBytes(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	result := exported(t, azure, s, Key{Signer: scalar})
	want := `{"key":{"kty":"EC","crv":"P-256K","x":"eb5mfvncu6xVoGKVzocLBwKb_NstzijZWfKBWxb4F5g","y":"SDradyajxGVdpPv8DhEIqP0XtEimhVQZnEfQj_sQ1Lg",` +
		`"d":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE","key_ops":["sign","verify"]}}` + "\n"
	if got := string(result.Files[0].Data); got != want {
		t.Errorf("%s, not %s", got, want)
	}
	line := "az rest --method put --resource https://vault.azure.net --url 'https://VAULT.vault.azure.net/keys/iota?api-version=7.4' --body @out.key"
	if result.Commands[0].Line != line {
		t.Error(result.Commands[0].Line)
	}
}

func TestAzureRefused(t *testing.T) {
	for _, alg := range []keygen.Algorithm{keygen.Ed25519, "rsa1024", "rsa8192", keygen.MLDSA65, keygen.BLS12381} {
		if err := azure.Refuse(alg); !errors.Is(err, keygen.ErrUnsupported) || issue.Hint(err) == "" {
			t.Errorf("%s: %v", alg, err)
		}
	}
	for _, alg := range []keygen.Algorithm{keygen.P256, keygen.P384, keygen.P521, keygen.Secp256k1, keygen.RSA2048, keygen.RSA3072, keygen.RSA4096} {
		if err := azure.Refuse(alg); err != nil {
			t.Error(err)
		}
	}
	for _, values := range []Values{{"vault": {"v"}}, {"vault": {"a--b"}}, {"vault": {"1abc"}}, {"vault": {strings.Repeat("a", 25)}}, {"vault": {"a'b"}}, {"name": {"a b"}}, {"name": {strings.Repeat("a", 128)}}} {
		if _, err := azure.Prepare(settingsFor(values)); !errors.Is(err, ErrOption) {
			t.Errorf("%v: %v", values, err)
		}
	}
}

// A key whose number begins with zero comes with a warning, for az leaves the zero out.
func TestAzureLeadingZero(t *testing.T) {
	key := signerOf(t, keygen.P256)
	if field, short := leadingZero(Key{Signer: key}); short {
		t.Error(field)
	}
	data := `{"kty":"EC","crv":"P-256","x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU","d":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}`
	one, err := keygen.Load([]byte(data), nil)
	if err != nil {
		t.Fatal(err)
	}
	s := settingsFor(nil)
	s.Plain = true
	result := exported(t, azure, s, Key{Signer: one.Signer})
	if last := result.Warnings[len(result.Warnings)-1]; !strings.Contains(last, "leading zero of this key's d") {
		t.Error(result.Warnings)
	}
}
