package export

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/issue"
	"sigtool/internal/oracle"
	"sigtool/keygen"
)

// fakeAZ reads the file after --pem-file, its last argument, as azure-cli does (import_key in its module keyvault, custom.py): Debian's
// cryptography loads it, and the numbers of the key go into a JWK.
const fakeAZ = `#!/bin/sh
for last; do :; done
exec /usr/bin/python3 - "$last" 3<&0 <<'END'
import sys, json
from cryptography.hazmat.primitives.serialization import load_pem_private_key
with open("/dev/fd/3" if sys.argv[1] == "/dev/stdin" else sys.argv[1], "rb") as f:
    key = load_pem_private_key(f.read(), None)
n = key.private_numbers().public_numbers
print(json.dumps({"curve": n.curve.name, "number": "%x" % n.x} if hasattr(n, "curve") else {"number": "%x" % n.n}))
END
`

// The command that is printed brings the right key to az, without a passphrase in az's arguments or the key on a disk.
func TestAzurePEM(t *testing.T) {
	oracle.Python(t, "cryptography")
	for _, alg := range []keygen.Algorithm{keygen.P256, keygen.P521, keygen.RSA3072} {
		key, s := keyOf(t, alg), settingsFor(Values{"vault": {"my-vault"}, "name": {"release-1"}})
		s.Plain, s.Output = alg != keygen.P256, written(t, "a key.pem", nil)
		result := exported(t, azure, s, key)
		overwrite(t, s.Output, result.Files[0].Data)
		line, file := result.Commands[0].Line, shellFile(s.Output)
		want := "az keyvault key import --vault-name my-vault --name release-1 --ops sign verify --pem-file " + file
		if !s.Plain {
			want = "openssl pkey -in " + file + " | az keyvault key import --vault-name my-vault --name release-1 --ops sign verify --pem-file /dev/stdin"
		}
		if line != want || !result.Commands[0].Online || !result.Commands[1].Check {
			t.Errorf("%s: %+v", alg, result.Commands)
		}
		var got struct{ Curve, Number string }
		if err := json.Unmarshal(runsAZ(t, line), &got); err != nil {
			t.Fatal(err)
		}
		curve, number := "", new(big.Int)
		switch pub := key.Signer.Public().(type) {
		case *ecdsa.PublicKey:
			curve = map[string]string{"P-256": "secp256r1", "P-521": "secp521r1"}[pub.Params().Name]
			point, err := pub.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			number.SetBytes(point[1 : 1+len(point)/2])
		case *rsa.PublicKey:
			number = pub.N
		}
		if got.Curve != curve || got.Number != number.Text(16) {
			t.Errorf("%s: az reads the curve %q and the number %s", alg, got.Curve, got.Number)
		}
	}
}

// runsAZ runs a command line with fakeAZ as az and testPassphrase for openssl, which would ask for it.
func runsAZ(t *testing.T, line string) []byte {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "az"), []byte(fakeAZ), 0o700); err != nil {
		t.Fatal(err)
	}
	line = strings.Replace(line, "openssl pkey", "openssl pkey -passin 'pass:"+testPassphrase+"'", 1)
	return oracle.Run(t, "sh", "-c", "PATH="+shellQuote(folder)+":$PATH; "+line)
}

// The body for secp256k1: numbers of full width, the curve by Azure's name, and nothing that az would name otherwise.
func TestAzureJWK(t *testing.T) {
	s := settingsFor(nil)
	s.Label = "iota"
	way, err := azure.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	_, made := way.Make(keyOf(t, keygen.Secp256k1))
	for _, err := range []error{way.Refuse(keygen.Secp256k1), made} {
		if !errors.Is(err, keygen.ErrUnsupported) || issue.Hint(err) == "" {
			t.Errorf("sealed: %v", err)
		}
	}
	if err := way.Refuse(keygen.P256); err != nil {
		t.Error(err)
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
	for _, values := range []Values{{"vault": {"v"}}, {"vault": {"a--b"}}, {"vault": {"1abc"}}, {"vault": {strings.Repeat("a", 25)}}, {"vault": {"a'b"}}, {"name": {"a b"}}, {"name": {"-a"}}, {"name": {strings.Repeat("a", 128)}}} {
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
