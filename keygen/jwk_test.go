package keygen

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

// members reads a JWK as its readers do.
func members(t testing.TB, data []byte) map[string]string {
	t.Helper()
	var fields map[string]string
	if err := json.Unmarshal(data, &fields); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	return fields
}

func jwkOf(t testing.TB, alg Algorithm) []byte {
	t.Helper()
	key := testKey(t, alg)
	data, err := MarshalJWK(key, "secp256k1", NameOf(Names(key.Public()), NameJWK))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var jwkAlgorithms = []Algorithm{Ed25519, P256, P384, P521, Secp256k1, RSA2048, RSA4096}

// What is written loads as the same key, and its public half alone is read as the public key.
func TestJWKThereAndBack(t *testing.T) {
	for _, alg := range jwkAlgorithms {
		data := jwkOf(t, alg)
		key, err := Load(data, noAsk(t))
		if err != nil {
			t.Errorf("%s: %v", alg, err)
			continue
		}
		same(t, testKey(t, alg), key.Signer)
		if key.Form != FormJWK || key.Sealed {
			t.Error(key.Form, key.Sealed)
		}
		if _, _, err := ParsePublic(data); !errors.Is(err, ErrPrivate) {
			t.Errorf("%s: as a public key: %v", alg, err)
		}
		fields := members(t, data)
		if fields["kid"] == "" || fields["kid"] != NameOf(Names(key.Signer.Public()), NameJWK) {
			t.Errorf("%s: kid %q", alg, fields["kid"])
		}
		for _, name := range []string{"d", "p", "q", "dp", "dq", "qi"} {
			delete(fields, name)
		}
		public, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		pub, cert, err := ParsePublic(public)
		if err != nil || cert != nil || Fingerprint(pub) != Fingerprint(key.Signer.Public()) {
			t.Errorf("%s: public: %v", alg, err)
		}
		if _, err := Load(public, noAsk(t)); !errors.Is(err, ErrPublicOnly) {
			t.Errorf("%s: a public JWK: %v", alg, err)
		}
	}
	if _, err := MarshalJWK(testKey(t, MLDSA65), "", ""); !errors.Is(err, ErrUnsupported) {
		t.Errorf("ML-DSA: %v", err)
	}
}

// leadingZeros finds keys, always the same, with a zero before the secret number or before a coordinate.
func leadingZeros(t *testing.T, alg Algorithm) []string {
	t.Helper()
	c := curveByAlgorithm(alg)
	var found []string
	var d, x, y bool
	for i := int64(1); !d || !x || !y; i++ {
		scalar := big.NewInt(i)
		if d { // a small number has zeros, so the others are looked for among large ones
			scalar.Lsh(scalar, uint(8*c.size-24))
		}
		key, err := c.private(scalar.FillBytes(make([]byte, c.size)))
		if err != nil {
			t.Fatal(err)
		}
		point, err := pointOf(key.Public())
		if err != nil {
			t.Fatal(err)
		}
		if d && point[1] != 0 && point[1+c.size] != 0 {
			continue
		}
		d, x, y = true, x || point[1] == 0, y || point[1+c.size] == 0
		data, err := MarshalJWK(key, "P-256K", "")
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, string(data))
	}
	return found
}

// Fields have the curve's full width (RFC 7518 §6.2.1.2). A writer that leaves zeros out is read, for the point proves them.
func TestJWKLeadingZeros(t *testing.T) {
	for _, alg := range []Algorithm{P256, Secp256k1} {
		for _, text := range leadingZeros(t, alg) {
			fields := members(t, []byte(text))
			key, err := Load([]byte(text), noAsk(t))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"d", "x", "y"} {
				raw, err := base64.RawURLEncoding.DecodeString(fields[name])
				if err != nil || len(raw) != 32 {
					t.Fatalf("%s has %d bytes, %v", name, len(raw), err)
				}
				fields[name] = base64.RawURLEncoding.EncodeToString(bytes.TrimLeft(raw, "\x00"))
			}
			short, err := json.Marshal(fields)
			if err != nil {
				t.Fatal(err)
			}
			again, err := Load(short, noAsk(t))
			if err != nil {
				t.Fatal(err)
			}
			same(t, key.Signer, again.Signer)
		}
	}
}

// Python's cryptography makes the same key of the numbers, and finds the same public half.
func TestJWKOfPython(t *testing.T) {
	python := oracle.Python(t, "cryptography")
	const script = `
import sys, json, base64, hashlib
from cryptography.hazmat.primitives.asymmetric import ec, rsa, ed25519
from cryptography.hazmat.primitives import serialization as s
raw = lambda t: base64.urlsafe_b64decode(t + "=" * (-len(t) % 4))
num = lambda t: int.from_bytes(raw(t), "big")
curves = {"P-256": (ec.SECP256R1(), 32), "P-384": (ec.SECP384R1(), 48), "P-521": (ec.SECP521R1(), 66), "secp256k1": (ec.SECP256K1(), 32), "P-256K": (ec.SECP256K1(), 32)}
for name in sys.argv[1:]:
    k = json.load(open(name))
    if k["kty"] == "EC":
        curve, size = curves[k["crv"]]
        assert all(len(raw(k[f])) == size for f in "xyd")
        key = ec.EllipticCurvePrivateNumbers(num(k["d"]), ec.EllipticCurvePublicNumbers(num(k["x"]), num(k["y"]), curve)).private_key()
        assert ec.derive_private_key(num(k["d"]), curve).public_key().public_numbers() == key.public_key().public_numbers()
    elif k["kty"] == "OKP":
        key = ed25519.Ed25519PrivateKey.from_private_bytes(raw(k["d"]))
        assert key.public_key().public_bytes(s.Encoding.Raw, s.PublicFormat.Raw) == raw(k["x"])
    else:
        key = rsa.RSAPrivateNumbers(num(k["p"]), num(k["q"]), num(k["d"]), num(k["dp"]), num(k["dq"]), num(k["qi"]), rsa.RSAPublicNumbers(num(k["e"]), num(k["n"]))).private_key()
    der = key.public_key().public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo)
    print("SHA256:" + base64.b64encode(hashlib.sha256(der).digest()).decode())
`
	args, want := []string{"-c", script}, ""
	for _, alg := range jwkAlgorithms {
		args = append(args, write(t, "key.jwk", jwkOf(t, alg)))
		want += Fingerprint(testKey(t, alg).Public()) + "\n"
	}
	for _, alg := range []Algorithm{P256, Secp256k1} {
		for _, text := range leadingZeros(t, alg) {
			key, err := Load([]byte(text), noAsk(t))
			if err != nil {
				t.Fatal(err)
			}
			args = append(args, write(t, "key.jwk", []byte(text)))
			want += Fingerprint(key.Signer.Public()) + "\n"
		}
	}
	if got := string(oracle.Run(t, python, args...)); got != want {
		t.Errorf("Python finds\n%snot\n%s", got, want)
	}
}

// RFC 8037 appendix A.1 to A.3: the key, its public half and its thumbprint. RFC 7517 appendix A.2: an EC key of P-256.
func TestJWKVectors(t *testing.T) {
	ed := `{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	key, err := Load([]byte(ed), noAsk(t))
	if err != nil {
		t.Fatal(err)
	}
	if data, err := MarshalJWK(key.Signer, "", NameOf(Names(key.Signer.Public()), NameJWK)); err != nil || members(t, data)["kid"] != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
		t.Errorf("%s, %v", data, err)
	}
	p256 := `{"kty":"EC", "crv":"P-256", "x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
          "d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE", "use":"enc", "kid":"1"}`
	if key, err = Load([]byte("\n "+p256), noAsk(t)); err != nil {
		t.Fatal(err)
	}
	if alg, err := AlgorithmOf(key.Signer.Public()); alg != P256 {
		t.Error(alg, err)
	}
}

func TestJWKRefused(t *testing.T) {
	change := func(alg Algorithm, name, value string) string {
		fields := members(t, jwkOf(t, alg))
		if value == "" {
			delete(fields, name)
		} else {
			fields[name] = value
		}
		data, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	other := members(t, jwkOf(t, P384))
	for what, c := range map[string]struct {
		text string
		kind error
	}{
		"text":            {"{", ErrNotKey},
		"two objects":     {"{}{}", ErrNotKey},
		"no JWK":          {`{"a":1}`, ErrNotKey},
		"a number":        {`{"kty":7}`, ErrNotKey},
		"a secret":        {`{"kty":"oct","k":"AAAA"}`, ErrNotKey},
		"a set":           {`{"keys":[{"kty":"EC"}]}`, ErrUnsupported},
		"kind":            {`{"kty":"AKP","d":"AA"}`, ErrUnsupported},
		"curve":           {change(P256, "crv", "P-192"), ErrUnsupported},
		"X25519":          {change(Ed25519, "crv", "X25519"), ErrUnsupported},
		"another curve":   {change(P256, "crv", "secp256k1"), nil},
		"no x":            {change(P256, "x", ""), nil},
		"another x":       {change(P384, "x", other["y"]), nil},
		"too wide":        {change(P256, "x", other["x"]), nil},
		"padded":          {change(P256, "x", members(t, jwkOf(t, P256))["x"]+"="), nil},
		"a new line":      {change(P256, "x", members(t, jwkOf(t, P256))["x"]+"\n"), nil},
		"loose bits":      {change(Ed25519, "d", members(t, jwkOf(t, Ed25519))["d"][:42]+"_"), nil},
		"short seed":      {change(Ed25519, "d", "AAAA"), nil},
		"another seed":    {change(Ed25519, "d", strings.Repeat("A", 43)), nil},
		"zero":            {change(P256, "d", "AA"), nil},
		"no primes":       {change(RSA2048, "q", ""), ErrUnsupported},
		"more primes":     {change(RSA2048, "oth", "AAAA"), ErrUnsupported},
		"another dp":      {change(RSA2048, "dp", "AAAA"), nil},
		"no n":            {change(RSA2048, "n", ""), nil},
		"a long exponent": {change(RSA2048, "e", "AQAAAAAAAAAB"), ErrUnsupported},
		"huge":            {change(RSA2048, "n", strings.Repeat("AAAA", 1000)), nil},
	} {
		key, err := Load([]byte(c.text), noAsk(t))
		if err == nil || key != nil || c.kind != nil && !errors.Is(err, c.kind) || c.kind == nil && !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %v", what, err)
		}
	}
	wrapped := `{"key":` + string(jwkOf(t, Secp256k1)) + `}`
	if key, err := Load([]byte(wrapped), noAsk(t)); err != nil {
		t.Error(err)
	} else {
		same(t, testKey(t, Secp256k1), key.Signer)
	}
	if _, err := Load([]byte(`{"key":`+wrapped+`}`), noAsk(t)); !errors.Is(err, ErrNotKey) {
		t.Errorf("wrapped twice: %v", err)
	}
	if _, err := Load([]byte(fmt.Sprintf(`{"kty":"EC","d":null,"crv":"P-256","x":%q,"y":"AA"}`, strings.Repeat("A", 43))), noAsk(t)); !errors.Is(err, ErrPublicOnly) {
		t.Errorf("d is null: %v", err)
	}
}

// FuzzJWK: no JSON makes it panic, and a key that loads is written and loads again as the same.
func FuzzJWK(f *testing.F) {
	for _, alg := range []Algorithm{Ed25519, P256, Secp256k1, P521, RSA2048} {
		f.Add(jwkOf(f, alg))
	}
	f.Add([]byte(`{"kty":"EC-HSM","crv":"P-256K","x":"AA","y":"AA","d":null}`))
	f.Add(append(append([]byte(`{"key":`), jwkOf(f, Secp256k1)...), '}'))
	f.Add([]byte(`{"kty":"RSA","n":"AQAB","e":"AQAB"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if !isJSON(data) {
			return
		}
		if pub, _, err := ParsePublic(data); err == nil && Fingerprint(pub) == "" {
			t.Fatal("a public key without a fingerprint")
		}
		key, err := Load(data, noAsk(t))
		if err != nil {
			return
		}
		again, err := MarshalJWK(key.Signer, "secp256k1", "")
		if err != nil {
			t.Fatal(err)
		}
		back, err := Load(again, noAsk(t))
		if err != nil {
			t.Fatal(err)
		}
		same(t, key.Signer, back.Signer)
	})
}
